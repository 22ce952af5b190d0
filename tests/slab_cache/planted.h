#ifndef LOCKSTEP_TESTS_SLAB_CACHE_PLANTED_H_
#define LOCKSTEP_TESTS_SLAB_CACHE_PLANTED_H_

// A family in which faults can be planted behind the cache's back: two full
// slabs, the first of them the master, a partial one, and the reserve.

#include <cstddef>
#include <cstdint>
#include <functional>

#include "allocator/base/platform.h"
#include "allocator/objects/object_slab.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {

class Planted : public Family {
 protected:
  Planted() {
    Fill(4 * kSlots);
    boxes_.resize(2 * kSlots + 2);
    yard_.Journal();
    EXPECT_EQ(yard_.lent(), 4u);
    EXPECT_EQ(cache_.Audit(), nullptr);
    sound_ = yard_.Take();
  }
  ~Planted() override { yard_.Restore(sound_); }

  PointSlab& HeaderAt(std::size_t place) const {
    return *static_cast<PointSlab*>(yard_.place(place));
  }
  PointSlab& Master() const { return HeaderAt(0); }
  PointSlab& Full() const { return HeaderAt(1); }
  PointSlab& Partial() const { return HeaderAt(2); }
  PointSlab& Reserve() const { return HeaderAt(3); }

  using Number = PointSlab::Number;
  using Link = PointSlab::Link;

  // As a fault of the cache itself would: the seal is right.
  void Plant(const std::function<void()>& fault) {
    fault();
    Master().Seal();
  }

  // Expects that the operation reports it, and changes nothing.
  void ExpectFatal(const std::function<CacheResult<void>()>& operation) {
    const auto before = yard_.Take();
    EXPECT_EQ(operation(), kFatalError);
    EXPECT_TRUE(yard_.Take() == before);
    EXPECT_EQ(yard_.Journal(), "");
  }
  void ExpectNoAllocation() {
    ExpectFatal([this] { return OutcomeOf(cache_.Allocate()); });
  }

  // A change that no check is made for.
  template <class Field>
  static void Break(Field& field) {
    reinterpret_cast<unsigned char&>(field) ^= 1;
  }

  static void PlantLink(const PointSlab& slab, std::size_t slot,
                        std::uint32_t following) {
    void* const link = SlotAt(&slab, slot);
    Unpoison(link, sizeof(std::uint32_t));
    *static_cast<std::uint32_t*>(link) = Number(following).word();
  }

  // Whether the gap behind the last slot can hold a link. On 32 bits there is no
  // gap.
  static constexpr bool kHasGap = kPointShape.slots_offset +
                                      kSlots * sizeof(Point) +
                                      sizeof(std::uint32_t) <=
                                  kFamilySlabBytes;
  // What stands behind the last slot, as if it were one: the end of a list.
  static void PlantASlotBehindTheLast(const PointSlab& slab) {
    if (kHasGap) PlantLink(slab, kSlots, kNoSlot);
  }

 private:
  Yard::Picture sound_;
};

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_SLAB_CACHE_PLANTED_H_
