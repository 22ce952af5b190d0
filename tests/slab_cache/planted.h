#ifndef LOCKSTEP_TESTS_SLAB_CACHE_PLANTED_H_
#define LOCKSTEP_TESTS_SLAB_CACHE_PLANTED_H_

// A family in which faults can be planted behind the cache's back: two full
// slabs, the first of them the master, a partial one, and the reserve.

#include <cstddef>
#include <cstdint>
#include <functional>

#include "allocator/base/platform.h"
#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_view.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {

class Planted : public Family {
 protected:
  using View = SlabView<PointHeader, kPointShape>;

  Planted() {
    Fill(4 * kSlots);
    boxes_.resize(2 * kSlots + 2);
    yard_.Journal();
    EXPECT_EQ(yard_.lent(), 4u);
    EXPECT_EQ(cache_.Audit(), nullptr);
    sound_ = yard_.Take();
  }
  ~Planted() override { yard_.Restore(sound_); }

  PointHeader& HeaderAt(std::size_t place) const {
    return *static_cast<PointHeader*>(yard_.place(place));
  }
  PointHeader& Master() const { return HeaderAt(0); }
  PointHeader& Full() const { return HeaderAt(1); }
  PointHeader& Partial() const { return HeaderAt(2); }
  PointHeader& Reserve() const { return HeaderAt(3); }

  // As a fault of the cache itself would: the seals are right.
  void Plant(const std::function<void()>& fault) {
    fault();
    for (std::size_t place = 0; place < 4; ++place) {
      View(HeaderAt(place)).Seal();
    }
  }

  // What stands behind the last slot, as if it were one: the end of a list.
  static void PlantASlotBehindTheLast(PointHeader& slab) {
    void* const behind = SlotAt(&slab, kSlots);
    Unpoison(behind, sizeof(std::uint32_t));
    *static_cast<std::uint32_t*>(behind) = 0;
  }

 private:
  Yard::Picture sound_;
};

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_SLAB_CACHE_PLANTED_H_
