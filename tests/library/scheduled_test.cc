// That a library which is compiled for schedules calls this program where it locks,
// and any other library the C library.

#include <dlfcn.h>
#include <pthread.h>

#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "ports/library/elf.h"
#include "ports/library/library.h"

namespace {

int calls_of_lock = 0;
int accesses = 0;

}  // namespace

// In place of the runtime of the sanitizer, as far as locking.c calls it.
extern "C" {

void __tsan_init();
void __tsan_func_entry(void* caller);
void __tsan_func_exit();
void __tsan_read4(void* at);
void __tsan_write4(void* at);

void __tsan_init() {}
void __tsan_func_entry(void* /*caller*/) {}
void __tsan_func_exit() {}
void __tsan_read4(void* /*at*/) { ++accesses; }
void __tsan_write4(void* /*at*/) { ++accesses; }

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  static auto* const next = reinterpret_cast<int (*)(pthread_mutex_t*)>(
      dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  ++calls_of_lock;
  return next(mutex);
}

}  // extern "C"

namespace lockstep::suite {
namespace {

// What the library says of itself, and how often its one call came to the hooks.
struct Came {
  bool is_scheduled;
  int calls_of_lock;
  int accesses;
};

Came CallIn(const char* variable) {
  const auto library = LoadLibrary(std::getenv(variable), Isolation::kOwnCalls);
  if (!library) {
    ADD_FAILURE() << library.error();
    return {};
  }
  void* const found = library->Find("count_under_a_lock");
  if (found == nullptr) {
    ADD_FAILURE() << "it exports no such function";
    return {};
  }
  calls_of_lock = 0;
  accesses = 0;
  EXPECT_EQ(reinterpret_cast<int (*)()>(found)(), 1);
  return {IsScheduled(library->symbols), calls_of_lock, accesses};
}

TEST(Scheduled, CallsTheProgram) {
  const Came came = CallIn("SCHEDULED");
  EXPECT_TRUE(came.is_scheduled);
  EXPECT_EQ(came.calls_of_lock, 1);
  EXPECT_GE(came.accesses, 1);
}

TEST(NotScheduled, CallsTheLibraryOfC) {
  const Came came = CallIn("NOT_SCHEDULED");
  EXPECT_FALSE(came.is_scheduled);
  EXPECT_EQ(came.calls_of_lock, 0);
  EXPECT_EQ(came.accesses, 0);
}

TEST(IsScheduled, IsFalseWithARuntime) {
  LibrarySymbols symbols;
  EXPECT_FALSE(IsScheduled(symbols));
  symbols.undefined = {"__tsan_init", "malloc"};
  symbols.libraries = {"libc.so.6"};
  EXPECT_TRUE(IsScheduled(symbols));
  symbols.libraries = {"libc.so.6", "libtsan.so.2"};
  EXPECT_FALSE(IsScheduled(symbols));
}

}  // namespace
}  // namespace lockstep::suite
