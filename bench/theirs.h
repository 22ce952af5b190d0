#ifndef LOCKSTEP_BENCH_THEIRS_H_
#define LOCKSTEP_BENCH_THEIRS_H_

// The peers, each in the way that its own documentation calls fast: with the
// size where a free takes one, without an alignment where malloc has it anyway.

#include <cstddef>
#include <foonathan/memory/memory_pool.hpp>
#include <foonathan/memory/memory_pool_collection.hpp>
#include <memory_resource>
#include <string>

#include "bench/contestant.h"

namespace lockstep::suite::bench {

class Glibc {
 public:
  explicit Glibc(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);
};

class Jemalloc {
 public:
  explicit Jemalloc(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);
};

// From a library that is opened while the program runs: linked, it would be
// everybody's malloc.
class Mimalloc {
 public:
  explicit Mimalloc(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);

  // Of the version that the headers are of.
  static std::string LibraryName();
  static bool IsThere();
};

class Tcmalloc {
 public:
  explicit Tcmalloc(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);
};

// std::pmr, over malloc.
template <class Resource>
class Pmr {
 public:
  explicit Pmr(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);

 private:
  Resource resource_;
};

using PmrPools = Pmr<std::pmr::unsynchronized_pool_resource>;
using PmrSynchronized = Pmr<std::pmr::synchronized_pool_resource>;

extern template class Pmr<std::pmr::unsynchronized_pool_resource>;
extern template class Pmr<std::pmr::synchronized_pool_resource>;

// foonathan::memory_pool_collection, over malloc.
class FoonathanPools {
 public:
  explicit FoonathanPools(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);

 private:
  static constexpr std::size_t kMaxNodeBytes = 4096;

  foonathan::memory::memory_pool_collection<foonathan::memory::node_pool,
                                            foonathan::memory::log2_buckets>
      pools_{kMaxNodeBytes, 1 << 20};
};

// foonathan::memory_pool, of objects.
class FoonathanObjects {
 public:
  explicit FoonathanObjects(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);

 private:
  foonathan::memory::memory_pool<> pool_{kObjectBytes, 1 << 16};
};

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_THEIRS_H_
