#include "ports/library/malloc_functions.h"

#include <atomic>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "models/script/text.h"
#include "ports/library/library.h"

namespace lockstep::suite {
namespace {

// Looks functions up, and notes which there are.
class Finder {
 public:
  Finder(const Library& library, std::string prefix, std::string& names)
      : library_(library), prefix_(std::move(prefix)), names_(names) {}

  template <typename Function>
  void Into(Function*& function, std::string_view name) {
    const std::string whole = Text(prefix_, name);
    void* const found = library_.Find(whole);
    if (found == nullptr) return;
    function = reinterpret_cast<Function*>(found);
    names_ += Text(names_.empty() ? "" : " ", whole);
  }
  template <typename Function>
  void Anywhere(Function*& function, const std::string& name) {
    function = reinterpret_cast<Function*>(library_.FindAnywhere(name));
  }

 private:
  const Library& library_;
  std::string prefix_;
  std::string& names_;
};

// The functions of C++, behind the signatures of C.
struct Operators {
  void* (*make)(std::size_t);
  void* (*make_quietly)(std::size_t, const std::nothrow_t&);
  void* (*make_aligned)(std::size_t, std::align_val_t);
  void* (*make_aligned_quietly)(std::size_t, std::align_val_t,
                                const std::nothrow_t&);
  void (*free)(void*);
  void (*free_sized)(void*, std::size_t);
  void (*free_aligned)(void*, std::align_val_t);
  void (*free_aligned_sized)(void*, std::size_t, std::align_val_t);
};

Operators& TheOperators() {
  static Operators operators{};
  return operators;
}

void Give(void* block) { TheOperators().free(block); }

void Give(void* block, std::align_val_t align) {
  TheOperators().free_aligned(block, align);
}

// Every other time the one that throws, where it will not: an exception cannot
// leave the libraries that were loaded for this one alone. So the quiet one is
// asked first, and what it gave is given back.
template <typename Throwing, typename Quiet, typename... Align>
void* Make(Throwing* throwing, Quiet* quiet, std::size_t bytes,
           Align... align) {
  const bool is_quiet = NextTurn() % 2 == 1 || throwing == nullptr;
  if (quiet == nullptr) {
    return bytes > kModestBytes ? nullptr : throwing(bytes, align...);
  }
  void* const block = quiet(bytes, align..., std::nothrow);
  if (is_quiet || block == nullptr) return block;
  Give(block, align...);
  return throwing(bytes, align...);
}

// Which script is running.
std::atomic<std::uint64_t>& Script() {
  static constinit std::atomic<std::uint64_t> script{0};
  return script;
}

void* New(std::size_t bytes) {
  return Make(TheOperators().make, TheOperators().make_quietly, bytes);
}

void* NewAligned(std::size_t align, std::size_t bytes) {
  return Make(TheOperators().make_aligned, TheOperators().make_aligned_quietly,
              bytes, std::align_val_t{align});
}

}  // namespace

MallocFunctions& TheMallocFunctions() {
  static MallocFunctions functions{};
  return functions;
}

std::size_t NextTurn() {
  struct Turns {
    std::uint64_t script = 0;
    std::size_t next = 0;
  };
  thread_local Turns turns;
  const std::uint64_t script = Script().load(std::memory_order_relaxed);
  if (turns.script != script) turns = {script, 0};
  return turns.next++;
}

void BeginTurns() { Script().fetch_add(1, std::memory_order_relaxed); }

void FindMalloc(const Library& library, const std::string& prefix) {
  MallocFunctions& c = TheMallocFunctions();
  Finder find(library, prefix, c.names);
  find.Into(c.malloc, "malloc");
  find.Into(c.calloc, "calloc");
  find.Into(c.realloc, "realloc");
  find.Into(c.reallocarray, "reallocarray");
  find.Into(c.aligned_alloc, "aligned_alloc");
  find.Into(c.posix_memalign, "posix_memalign");
  find.Into(c.memalign, "memalign");
  find.Into(c.free, "free");
  find.Into(c.free_sized, "free_sized");
  find.Into(c.free_aligned_sized, "free_aligned_sized");
  find.Into(c.usable_size, "malloc_usable_size");
}

// As the Itanium C++ ABI spells them.
void FindOperatorNew(const Library& library) {
  MallocFunctions& c = TheMallocFunctions();
  Finder find(library, "", c.names);
  Operators& found = TheOperators();
  const std::string size = sizeof(std::size_t) == 8 ? "m" : "j";
  find.Into(found.make, "_Znw" + size);
  find.Into(found.make_aligned, Text("_Znw", size, "St11align_val_t"));
  find.Into(found.free, "_ZdlPv");
  find.Into(found.free_sized, "_ZdlPv" + size);
  find.Into(found.free_aligned, "_ZdlPvSt11align_val_t");
  find.Into(found.free_aligned_sized, Text("_ZdlPv", size, "St11align_val_t"));
  // libstdc++ makes these of those above, if the library has none.
  if (found.make != nullptr) {
    find.Anywhere(found.make_quietly, Text("_Znw", size, "RKSt9nothrow_t"));
    c.malloc = New;
  }
  c.free = found.free;
  c.free_sized = found.free_sized;
  if (found.make_aligned == nullptr || found.free_aligned == nullptr) return;
  find.Anywhere(found.make_aligned_quietly,
                Text("_Znw", size, "St11align_val_tRKSt9nothrow_t"));
  c.aligned_alloc = NewAligned;
  c.free_aligned = [](void* block, std::size_t align) {
    TheOperators().free_aligned(block, std::align_val_t{align});
  };
  if (found.free_aligned_sized == nullptr) return;
  c.free_aligned_sized = [](void* block, std::size_t align, std::size_t bytes) {
    TheOperators().free_aligned_sized(block, bytes, std::align_val_t{align});
  };
}

}  // namespace lockstep::suite
