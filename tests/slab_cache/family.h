#ifndef LOCKSTEP_TESTS_SLAB_CACHE_FAMILY_H_
#define LOCKSTEP_TESTS_SLAB_CACHE_FAMILY_H_

// A small family of slabs of 256 bytes, whose slots the tests can name.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_cache.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {

struct Point {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t z = 0;
  std::uint32_t name = 0;
};

inline constexpr std::size_t kFamilySlabBytes = 256;

using PointCache = SlabCache<Point, NoLock, kFamilySlabBytes, YardProvider>;
using PointBox = PointCache::Box;

using PointSlab =
    ObjectSlab<NoLock, YardProvider,
               SlabSizes{kFamilySlabBytes, sizeof(Point), alignof(Point)}>;
inline constexpr SlabShape kPointShape = PointSlab::Shape();
inline constexpr std::uint32_t kSlots = PointCache::slots_per_slab();

inline Point* SlotAt(const void* slab, std::size_t slot) {
  return static_cast<Point*>(
             PointerTo(AddressOf(slab) + kPointShape.slots_offset)) +
         slot;
}

class Family : public testing::Test {
 protected:
  Family() : cache_(PointCache::Create(YardProvider{&yard_}).value()) {
    EXPECT_EQ(yard_.Journal(), "+0");
  }
  ~Family() override {
    boxes_.clear();
    EXPECT_EQ(yard_.mistakes(), "");
  }

  void Fill(std::size_t count) {
    while (count-- > 0) boxes_.push_back(cache_.Allocate().value());
  }
  std::size_t PlaceOf(const Point* point) const {
    return (AddressOf(point) - yard_.start()) / kFamilySlabBytes;
  }
  // In its slab.
  static std::size_t SlotOf(const Point* point) {
    return (AddressOf(point) % kFamilySlabBytes - kPointShape.slots_offset) /
           sizeof(Point);
  }

  Yard yard_{kFamilySlabBytes, 8};
  PointCache cache_;
  std::vector<PointBox> boxes_;
};

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_SLAB_CACHE_FAMILY_H_
