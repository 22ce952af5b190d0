// Objects whose destructors do something: those that cannot be freed, and what
// becomes of a slab that is corrupted while one of them dies.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_cache.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::destructor_test {
namespace {

struct Mortal {
  ~Mortal() { (*last_deed)(); }
  const std::function<void()>* last_deed;
};

class Destructors : public testing::Test {
 protected:
  static constexpr std::size_t kBytes = 256;
  using Cache = SlabCache<Mortal, NoLock, kBytes, YardProvider>;
  using Box = Cache::Box;
  using Slab = ObjectSlab<NoLock, YardProvider,
                          SlabSizes{kBytes, sizeof(Mortal), alignof(Mortal)}>;

  Destructors() {
    for (Box& box : boxes_) box = cache_.Allocate(&last_deed_).value();
  }
  ~Destructors() override {
    last_deed_ = [] {};
  }

  Slab& Master() { return *static_cast<Slab*>(yard_.place(0)); }

  // Before it goes on with a slab that nobody else would believe.
  void Restore(const Yard::Picture& sound) {
    yard_.Restore(sound);
    for (Box& box : boxes_) (void)box.release();
  }

  int deaths_ = 0;
  std::function<void()> last_deed_ = [this] { ++deaths_; };
  Yard yard_{kBytes, 2};
  Cache cache_ = Cache::Create(YardProvider{&yard_}).value();
  std::vector<Box> boxes_{3};
};

TEST_F(Destructors, AreNotRunOfWhatIsNoObject) {
  auto* const between = reinterpret_cast<Mortal*>(
      PointerTo(AddressOf(boxes_[0].get()) + sizeof(Mortal) / 2));
  EXPECT_EQ(Box::FromRaw(between).Free(), kAlignmentMismatch);
  EXPECT_EQ(deaths_, 0);
}

TEST_F(Destructors, AreRunOnceOfEachThatFreeManyCanFree) {
  boxes_[1] = Box::FromRaw(boxes_[0].get());
  EXPECT_EQ(deaths_, 1);
  EXPECT_EQ(cache_.FreeMany(boxes_), kInvalidPointer);
  EXPECT_EQ(deaths_, 3);
  for (const Box& box : boxes_) EXPECT_FALSE(box);
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 0u);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Destructors, AreNotRunByFreeManyOfWhatIsNoObject) {
  boxes_.push_back(Box::FromRaw(reinterpret_cast<Mortal*>(
      PointerTo(AddressOf(boxes_[0].get()) + sizeof(Mortal) / 2))));
  EXPECT_EQ(cache_.FreeMany(boxes_), kAlignmentMismatch);
  EXPECT_EQ(deaths_, 3);
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 0u);
}

// The handle is read once, before the first destructor.
TEST_F(Destructors, MayDetachTheHandleThatFreeManyWasCalledOn) {
  last_deed_ = [this] {
    if (++deaths_ == 1) {
      EXPECT_EQ(cache_.Detach(), CacheResult<void>());
    }
  };
  EXPECT_EQ(cache_.FreeMany(boxes_), CacheResult<void>());
  EXPECT_EQ(deaths_, 3);
  EXPECT_EQ(yard_.Journal(), "+0 -0");
  EXPECT_EQ(yard_.mistakes(), "");
}

TEST_F(Destructors, MayDestroyTheHandleThatFreeManyWasCalledOn) {
  auto handle = std::make_unique<Cache>(std::move(cache_));
  Cache* const called = handle.get();
  last_deed_ = [&] {
    ++deaths_;
    handle.reset();
  };
  EXPECT_EQ(called->FreeMany(boxes_), CacheResult<void>());
  EXPECT_EQ(deaths_, 3);
  EXPECT_EQ(yard_.Journal(), "+0 -0");
  EXPECT_EQ(yard_.mistakes(), "");
}

// As the last of the destructors, or one among others of which some cannot be
// freed.
TEST_F(Destructors, MayDetachTheHandleThoughSomeCannotBeFreed) {
  boxes_[0] = Box::FromRaw(boxes_[1].get());
  last_deed_ = [this] {
    ++deaths_;
    (void)cache_.Detach();
  };
  EXPECT_EQ(cache_.FreeMany(boxes_), kInvalidPointer);
  EXPECT_EQ(deaths_, 3);
  EXPECT_EQ(yard_.Journal(), "+0 -0");
}

TEST_F(Destructors, ThatBreakASealAreFatal) {
  const auto sound = yard_.Take();
  last_deed_ = [this] { reinterpret_cast<unsigned char&>(Master().live) ^= 1; };
  EXPECT_EQ(boxes_[0].Free(), kFatalError);
  Restore(sound);
}

TEST_F(Destructors, ThatBreakASealAreFatalAmongMany) {
  const auto sound = yard_.Take();
  last_deed_ = [this] { reinterpret_cast<unsigned char&>(Master().live) += 1; };
  EXPECT_EQ(cache_.FreeMany(boxes_), kFatalError);
  Restore(sound);
}

// As no single change of a byte could.
TEST_F(Destructors, AfterWhichNothingIsLiveAreFatal) {
  const auto sound = yard_.Take();
  last_deed_ = [this] { Master().live = CheckedNumber<Sealed>(0); };
  EXPECT_EQ(boxes_[0].Free(), kFatalError);
  Restore(sound);
}

// Not kInvalidPointer, which says that nothing was destroyed.
TEST_F(Destructors, ThatBreakTheSentinelAreFatal) {
  const auto sound = yard_.Take();
  last_deed_ = [this] { Master().sentinel = 0; };
  EXPECT_EQ(boxes_[0].Free(), kFatalError);
  Restore(sound);
  last_deed_ = [this] { Master().sentinel = 0; };
  std::vector<Box> many(1);
  many[0] = cache_.Allocate(&last_deed_).value();
  EXPECT_EQ(cache_.FreeMany(many), kFatalError);
  Restore(sound);
}

}  // namespace
}  // namespace lockstep::destructor_test
