#ifndef LOCKSTEP_PORTS_LIBRARY_MALLOC_FUNCTIONS_H_
#define LOCKSTEP_PORTS_LIBRARY_MALLOC_FUNCTIONS_H_

// The functions of a library that replaces malloc, or operator new.

#include <cstddef>
#include <cstdint>
#include <string>

#include "ports/library/library.h"

namespace lockstep::suite {

// There is more memory in a system than should be written to in a test: of a
// larger block than this nothing is used, and it is given back.
inline constexpr std::size_t kModestBytes = std::size_t{16} << 20;

// Whether there could be such a block, which then has to be given back.
inline bool IsImmodest(std::size_t bytes) {
  return bytes > kModestBytes && bytes <= PTRDIFF_MAX;
}

// Of the one library that is open. Null where it does not export it.
struct MallocFunctions {
  void* (*malloc)(std::size_t);
  void* (*calloc)(std::size_t, std::size_t);
  void* (*realloc)(void*, std::size_t);
  void* (*reallocarray)(void*, std::size_t, std::size_t);
  void* (*aligned_alloc)(std::size_t, std::size_t);
  int (*posix_memalign)(void**, std::size_t, std::size_t);
  void* (*memalign)(std::size_t, std::size_t);
  void (*free)(void*);
  void (*free_sized)(void*, std::size_t);
  void (*free_aligned)(void*, std::size_t align);  // Of operator new alone.
  void (*free_aligned_sized)(void*, std::size_t align, std::size_t);
  std::size_t (*usable_size)(void*);

  std::string names;  // As the library spells them, with blanks between.
};

MallocFunctions& TheMallocFunctions();

// Which of several ways is next, of those that are taken in turns. Each thread
// counts for itself, from 0 at a script's beginning, so that a script is the same
// whenever it is run.
std::size_t NextTurn();
// While no other thread is in a call.
void BeginTurns();

// Fill them in. The second puts operator new and operator delete behind the
// signatures of C.
void FindMalloc(const Library& library, const std::string& prefix);
void FindOperatorNew(const Library& library);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_LIBRARY_MALLOC_FUNCTIONS_H_
