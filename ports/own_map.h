#ifndef LOCKSTEP_PORTS_OWN_MAP_H_
#define LOCKSTEP_PORTS_OWN_MAP_H_

// An allocator with a map, in the shape of one without: the memory for its maps
// comes from malloc, and is freed with the allocator.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/error.h"
#include "allocator/bytes/byte_allocator.h"

namespace lockstep::suite {

template <class Mapped>
class WithOwnMap : public Mapped {
  static constexpr bool kIsByteAllocator = ByteAllocator<Mapped>;

 public:
  Result<void> Init(void* start, std::size_t bytes) {
    Map map(start, bytes);
    return Keep(map, Mapped::Init(start, bytes, map.get(), map.bytes()));
  }

  Result<void> AddRegion(void* start, std::size_t bytes)
    requires(!kIsByteAllocator)
  {
    Map map(start, bytes);
    return Keep(map, Mapped::AddRegion(start, bytes, map.get(), map.bytes()));
  }

  Result<void> AddMemory(void* start, std::size_t bytes)
    requires kIsByteAllocator
  {
    Map map(start, bytes);
    return Keep(map, Mapped::AddMemory(start, bytes, map.get(), map.bytes()));
  }

 private:
  class Map {
   public:
    // A region past the end of the address space has no map. It is refused
    // before that matters.
    Map(const void* start, std::size_t region_bytes)
        : bytes_(region_bytes <= UINTPTR_MAX - AddressOf(start)
                     ? Mapped::MapBytesFor(region_bytes)
                     : 0),
          memory_(bytes_ == 0 ? nullptr : std::malloc(bytes_), std::free) {}

    void* get() const { return memory_.get(); }
    std::size_t bytes() const { return memory_ == nullptr ? 0 : bytes_; }

   private:
    std::size_t bytes_;
    std::unique_ptr<void, void (*)(void*)> memory_;
  };

  Result<void> Keep(Map& map, Result<void> result) {
    if (result) maps_.push_back(std::move(map));
    return result;
  }

  std::vector<Map> maps_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_OWN_MAP_H_
