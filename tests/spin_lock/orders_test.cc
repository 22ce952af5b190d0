// SpinLock's memory orders, which neither x86 nor a schedule of one thread at a time
// can show to be too weak: every execution of a few threads that the memory model of
// C++ allows (26, 1,802 and 265,056 of those that count). What the lock guards is no atomic, so that an access which is not
// ordered with the one before it is a data race.
//
// Every scheduler here is fair: a thread that waits for the lock for ever while
// another could go on is not among the executions.

#include <iostream>
#include <span>
#include <spanstream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/spin_lock/relacy_lock.h"

namespace lockstep {
namespace {

// What is found of SpinLock, or of the mutant that this is compiled for: in each
// test, and where the lock is given back.
#if defined(WEAK_ACQUIRE) || defined(WEAK_RELEASE)
constexpr rl::test_result_e kFound = rl::test_result_data_race;
constexpr rl::test_result_e kFoundInEnd = rl::test_result_data_race;
#elif defined(LOOKS_BACK)
constexpr rl::test_result_e kFound = rl::test_result_success;
constexpr rl::test_result_e kFoundInEnd =
    rl::test_result_access_to_freed_memory;
#else
constexpr rl::test_result_e kFound = rl::test_result_success;
constexpr rl::test_result_e kFoundInEnd = rl::test_result_success;
#endif

// Each of the threads counts, so many times.
template <int kThreads, int kTurns>
struct Counting : rl::test_suite<Counting<kThreads, kTurns>, kThreads> {
  SpinLock lock;
  rl::var<int> count;

  void before() { count($) = 0; }
  void thread(unsigned /*index*/) {
    for (int turn = 0; turn < kTurns; ++turn) {
      const LockGuard guard(lock);
      count($) = count($) + 1;
    }
  }
  void after() { RL_ASSERT(count($) == kThreads * kTurns); }
};

// A SlabCache's: whoever takes the lock last gives back the memory in which it lies,
// so unlock() may not touch it once another thread can take it.
struct LastOne : rl::test_suite<LastOne, 2> {
  struct Slab {
    SpinLock lock;
    rl::var<int> users;
  };
  Slab* slab = nullptr;

  void before() {
    slab = ::new (rl::rl_malloc(sizeof(Slab), $)) Slab();
    slab->users($) = 2;
  }
  void thread(unsigned /*index*/) {
    bool is_last = false;
    {
      const LockGuard guard(slab->lock);
      slab->users($) = slab->users($) - 1;
      is_last = slab->users($) == 0;
    }
    if (!is_last) return;
    slab->~Slab();
    rl::rl_free(slab, $);
  }
};

// Until something is found.
template <class Suite>
void TryAll(rl::test_result_e found) {
  // Relacy replaces operator new, and takes what a stream allocates meanwhile for the
  // test's.
  std::vector<char> text(1 << 16);
  std::ospanstream words{std::span(text)};
  rl::test_params parameters;
  parameters.search_type = rl::fair_full_search_scheduler_type;
  parameters.output_stream = &words;
  parameters.progress_stream = &words;
  rl::simulate<Suite>(parameters);
  EXPECT_EQ(parameters.test_result, found) << std::string_view(words.span());
  testing::Test::RecordProperty("executions",
                                std::to_string(parameters.stop_iteration));
  std::cout << parameters.stop_iteration << " executions\n";
}

TEST(SpinLock, OrdersTwoThreads) { TryAll<Counting<2, 1>>(kFound); }

TEST(SpinLock, OrdersTwoThreadsThatComeTwice) {
  TryAll<Counting<2, 2>>(kFound);
}

TEST(SpinLock, OrdersThreeThreads) { TryAll<Counting<3, 1>>(kFound); }

TEST(SpinLock, MayBeGivenBackByTheLastOne) { TryAll<LastOne>(kFoundInEnd); }

}  // namespace
}  // namespace lockstep
