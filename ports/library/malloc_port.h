#ifndef LOCKSTEP_PORTS_LIBRARY_MALLOC_PORT_H_
#define LOCKSTEP_PORTS_LIBRARY_MALLOC_PORT_H_

// A shared library that replaces malloc, as a system: no port is needed.
//
//   allocate    align up to alignof(max_align_t): malloc; larger: aligned_alloc,
//               posix_memalign or memalign, in turns, of those that it exports
//   deallocate  free, and every other time free_sized or free_aligned_sized
//   reallocate  realloc, and every other time reallocarray
//   zeroed      calloc
//   usable_of   malloc_usable_size
//
// Its promises are what ISO C and POSIX promise, and no more: THREAD_SAFE, as C says
// of its functions, but not SURVIVES_FORK. After a fork of several threads POSIX allows
// a child what is async-signal-safe, and malloc is not. A request of fewer bytes
// than its align is for as many bytes as that: an allocator may align a block only
// as an object of its size needs. Blocks of more than 16 MiB are given back at
// once, and count as refused.

#include <expected>
#include <string>

#include "lockstep/port.h"
#include "ports/library/library.h"

namespace lockstep::suite {

struct MallocLibrary {
  std::string path;    // Of the library; "": none is meant.
  std::string prefix;  // Of its names: je_ for je_malloc.
  // operator new and operator delete instead of the functions of C.
  bool is_operator_new = false;
  // Where threads are to end, kOwnCalls: a C library that is loaded once more, for
  // the library alone, sees neither the end of a thread nor a fork.
  Isolation isolation = Isolation::kOwnLibraries;
};

// The first call decides on the library, for all of the program: an allocator
// like this has its state in globals. It is called as the file is, without lib
// and what follows the first dot: jemalloc for libjemalloc.so.2.
//   Errors  as LoadLibrary; and if it has no malloc or no free, with what it
//           does export.
std::expected<const lockstep_port*, std::string> OpenMalloc(
    const MallocLibrary& which);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_LIBRARY_MALLOC_PORT_H_
