#include <algorithm>
#include <cstddef>
#include <memory_resource>

#include "bench/contestant.h"
#include "bench/theirs.h"

namespace lockstep::suite::bench {
namespace {

// A node has the alignment of its size, up to this.
std::size_t NodeBytes(std::size_t bytes, std::size_t align) {
  return std::max({bytes, align, std::size_t{1}});
}

}  // namespace

template <class Resource>
void* Pmr<Resource>::Allocate(std::size_t bytes, std::size_t align) {
  return resource_.allocate(bytes, align);
}

template <class Resource>
void Pmr<Resource>::Deallocate(void* block, std::size_t bytes,
                               std::size_t align) {
  resource_.deallocate(block, bytes, align);
}

template class Pmr<std::pmr::unsynchronized_pool_resource>;
template class Pmr<std::pmr::synchronized_pool_resource>;

void* FoonathanPools::Allocate(std::size_t bytes, std::size_t align) {
  if (bytes > kMaxNodeBytes || align > alignof(std::max_align_t)) {
    return nullptr;
  }
  return pools_.allocate_node(NodeBytes(bytes, align));
}

void FoonathanPools::Deallocate(void* block, std::size_t bytes,
                                std::size_t align) {
  pools_.deallocate_node(block, NodeBytes(bytes, align));
}

void* FoonathanObjects::Allocate(std::size_t bytes, std::size_t align) {
  if (bytes != kObjectBytes || align > kObjectAlign) return nullptr;
  return pool_.allocate_node();
}

void FoonathanObjects::Deallocate(void* block, std::size_t /*bytes*/,
                                  std::size_t /*align*/) {
  pool_.deallocate_node(block);
}

}  // namespace lockstep::suite::bench
