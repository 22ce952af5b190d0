// What AddressSanitizer may touch: live objects and headers, nothing else.

#include <cstddef>
#include <string>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "allocator/objects/slab_cache.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::sanitizer_test {
namespace {

constexpr std::size_t kSlabBytes = 1024;

// Of 40 bytes, aligned to 8: poison is exact, and a gap is left at the end.
struct Exact {
  alignas(8) unsigned char bytes[40];
};

using Cache = SlabCache<Exact, NoLock, kSlabBytes, YardProvider>;

class PoisonedSlots : public testing::Test {
 protected:
  void SetUp() override {
#ifndef LOCKSTEP_ADDRESS_SANITIZER
    GTEST_SKIP() << "needs AddressSanitizer";
#endif
  }

  // From the first slot to the end of the slab, all but the boxes are poisoned.
  void ExpectExact(std::size_t first_slot) const {
    for (Address at = yard_.start() + first_slot;
         at < yard_.start() + kSlabBytes; ++at) {
      bool is_live = false;
      for (const auto& box : boxes_) {
        is_live |= at - AddressOf(box.get()) < sizeof(Exact);
      }
      ASSERT_NE(IsPoisoned(PointerTo(at)), is_live) << at - yard_.start();
    }
  }

  Yard yard_{kSlabBytes, 2};
  Cache cache_ = Cache::Create(YardProvider{&yard_}).value();
  std::vector<Cache::Box> boxes_;
};

TEST_F(PoisonedSlots, AreAllButTheLiveOnes) {
  boxes_.push_back(cache_.Allocate().value());
  const std::size_t first_slot = AddressOf(boxes_[0].get()) - yard_.start();
  ExpectExact(first_slot);
  while (boxes_.size() < Cache::slots_per_slab()) {
    boxes_.push_back(cache_.Allocate().value());
    ExpectExact(first_slot);
  }
  while (!boxes_.empty()) {
    boxes_.erase(boxes_.begin() +
                 static_cast<std::ptrdiff_t>(boxes_.size() / 2));
    ExpectExact(first_slot);
  }
}

TEST_F(PoisonedSlots, AreAccessibleOnceTheSlabIsGivenBack) {
  (void)cache_.Detach();
  for (Address at = yard_.start(); at < yard_.start() + kSlabBytes; ++at) {
    ASSERT_FALSE(IsPoisoned(PointerTo(at))) << at - yard_.start();
  }
}

constexpr int kTouchLine = __LINE__ + 2;
[[gnu::noinline]] void Touch(Exact* object) {
  *static_cast<volatile unsigned char*>(object->bytes) = 1;
}

using PoisonedSlotsDeathTest = PoisonedSlots;

TEST_F(PoisonedSlotsDeathTest, ReportAUseAfterFreeAtTheClientsLine) {
  auto box = cache_.Allocate().value();
  Exact* const object = box.get();
  Touch(object);
  (void)box.Free();
  EXPECT_DEATH(Touch(object),
               "use-after-poison.*#0 0x[0-9a-f]+ in [^\n]*Touch[^\n]*"
               "sanitizer_test\\.cc:" +
                   std::to_string(kTouchLine));
}

TEST_F(PoisonedSlotsDeathTest, ReportAnOverflowIntoAFreeNeighbour) {
  auto box = cache_.Allocate().value();
  EXPECT_DEATH(Touch(box.get() + 1), "use-after-poison");
}

}  // namespace
}  // namespace lockstep::sanitizer_test
