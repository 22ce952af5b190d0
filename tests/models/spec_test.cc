// The specifications, against sequences worked out by hand from
// docs/semantics.md.

#include "models/spec/spec.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "models/script/op.h"
#include "models/spec/buddy_spec.h"
#include "models/spec/heap_spec.h"
#include "models/spec/two_phase_spec.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kKiB = 1024;

// An offset, or minus a status.
std::int64_t Where(const Outcome& outcome) {
  return outcome.status == Status::kOk
             ? static_cast<std::int64_t>(outcome.offset)
             : -static_cast<std::int64_t>(outcome.status);
}
constexpr std::int64_t kFull = -static_cast<std::int64_t>(Status::kNoMemory);
constexpr std::int64_t kInvalid =
    -static_cast<std::int64_t>(Status::kInvalidParam);

TEST(BuddySpec, ServesTheLowerHalf) {
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({0, 1024}), Status::kOk);
  EXPECT_EQ(Where(buddy.Allocate(64, 1)), 0);
  EXPECT_EQ(Where(buddy.Allocate(64, 1)), 64);
  EXPECT_EQ(Where(buddy.Allocate(200, 1)), 256);
  EXPECT_EQ(Where(buddy.Allocate(0, 128)), 128);
  EXPECT_EQ(Where(buddy.Allocate(513, 1)), kFull);
  EXPECT_EQ(Where(buddy.Allocate(512, 1)), 512);
  EXPECT_EQ(buddy.ReadStatistics(), (Statistics{1024, 1024, 0, 840}));
}

TEST(BuddySpec, ServesWhatWasFreedLastFirst) {
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({0, 256}), Status::kOk);
  for (const int offset : {0, 64, 128, 192}) {
    EXPECT_EQ(Where(buddy.Allocate(64, 64)), offset);
  }
  EXPECT_EQ(buddy.Free(0, 64, 64), Status::kOk);
  EXPECT_EQ(buddy.Free(192, 64, 64), Status::kOk);
  EXPECT_EQ(Where(buddy.Allocate(64, 64)), 192);
  EXPECT_EQ(Where(buddy.Allocate(64, 64)), 0);
}

TEST(BuddySpec, MergesOnFreeButNotOnAdd) {
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({0, 64}), Status::kOk);
  ASSERT_EQ(buddy.Add({64, 128}), Status::kOk);
  EXPECT_EQ(Where(buddy.Allocate(128, 1)), kFull);
  EXPECT_EQ(Where(buddy.Allocate(64, 1)), 64);
  EXPECT_EQ(buddy.Free(64, 64, 1), Status::kOk);
  EXPECT_EQ(Where(buddy.Allocate(128, 1)), 0);
}

TEST(BuddySpec, CarvesFromTheLowEndInPowersOfTwo) {
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({32, 224}), Status::kOk);  // 32, 64, 64, 32
  EXPECT_EQ(Where(buddy.Allocate(64, 1)), 128);
  EXPECT_EQ(Where(buddy.Allocate(64, 1)), 64);
  EXPECT_EQ(Where(buddy.Allocate(32, 1)), 192);
  EXPECT_EQ(Where(buddy.Allocate(32, 1)), 32);
}

TEST(BuddySpec, NamesItsErrors) {
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({64, 128}), Status::kOk);
  EXPECT_EQ(buddy.Init({1024, 2048}), Status::kInvalidParam);
  EXPECT_EQ(buddy.Add({120, 136}), Status::kMemoryOverlap);
  EXPECT_EQ(buddy.Add({129, 131}), Status::kInvalidParam);
  EXPECT_EQ(Where(buddy.Allocate(UINT64_MAX, 1)), kInvalid);
  EXPECT_EQ(Where(buddy.Allocate(1, std::uint64_t{1} << 40)),
            sizeof(void*) == 8 ? kFull : kInvalid);
  EXPECT_EQ(buddy.Free(std::nullopt, 8, 1), Status::kInvalidParam);
  EXPECT_EQ(buddy.Free(72, 16, 1), Status::kInvalidParam);
  EXPECT_EQ(buddy.Free(128, 8, 1), Status::kNotAllocated);
  EXPECT_EQ(buddy.Free(64, 8, 1), Status::kNotAllocated);
}

TEST(HeapSpec, Of32KiBHasNoRoomForLargerSlabs) {
  for (std::uint64_t bytes = 0; bytes <= 4096; ++bytes) {
    HeapSpec heap;
    ASSERT_EQ(heap.Init({0, 32 * kKiB}), Status::kOk);
    const Outcome outcome = heap.Allocate(bytes, 1);
    ASSERT_EQ(outcome.status, bytes <= 512 ? Status::kOk : Status::kNoMemory)
        << bytes;
  }
  HeapSpec heap;
  ASSERT_EQ(heap.Init({0, 32 * kKiB}), Status::kOk);
  EXPECT_EQ(Where(heap.Allocate(4097, 1)), 0);
}

TEST(HeapSpec, ServesTheHighestBlockOfANewSlabFirst) {
  HeapSpec heap;
  ASSERT_EQ(heap.Init({0, 32 * kKiB}), Status::kOk);
  EXPECT_EQ(Where(heap.Allocate(9, 8)), 4032);
  EXPECT_EQ(Where(heap.Allocate(25, 16)), 3968);
  EXPECT_EQ(Where(heap.Allocate(128, 1)), 16256);
  EXPECT_EQ(Where(heap.Allocate(315, 32)), kFull);
  EXPECT_EQ(Where(heap.Allocate(0, 8)), 3904);
  EXPECT_EQ(heap.Free(3904, 0, 8), Status::kOk);
  EXPECT_EQ(Where(heap.Allocate(64, 64)), 3904);
}

TEST(HeapSpec, CountsSlabsTwice) {
  HeapSpec heap;
  ASSERT_EQ(heap.Init({0, 32 * kKiB}), Status::kOk);
  ASSERT_EQ(heap.Allocate(1, 1).status, Status::kOk);
  EXPECT_EQ(heap.ReadStatistics(),
            (Statistics{36 * kKiB, 4 * kKiB + 64, 32 * kKiB - 64, {}}));
}

TEST(HeapSpec, ATotalThatTheMachineCannotHoldIsItsLargestNumber) {
  if (sizeof(void*) == 8) GTEST_SKIP() << "a region would have 2^63 bytes";
  constexpr std::uint64_t kBytes = std::uint64_t{2304} * kKiB * kKiB;
  HeapSpec heap;
  ASSERT_EQ(heap.Init({0, kBytes}), Status::kOk);
  for (std::uint64_t i = 0; i < kBytes / 4096 - 1; ++i) {
    ASSERT_EQ(heap.Allocate(4096, 1).status, Status::kOk);
  }
  EXPECT_EQ(heap.ReadStatistics(),
            (Statistics{SIZE_MAX, SIZE_MAX - 4096, 4096, {}}));
}

TEST(HeapSpec, AlignsOverAPageThroughTheBuddy) {
  HeapSpec heap;
  ASSERT_EQ(heap.Init({0, 1024 * kKiB}), Status::kOk);
  ASSERT_EQ(heap.Allocate(1, 4096).status, Status::kOk);
  EXPECT_EQ(heap.Allocate(1, 16384).offset % 16384, 0u);
}

TEST(HeapSpec, KnowsWhatIsUsable) {
  const HeapSpec heap;
  const Outcome of_slab = heap.Usable(65, 1);
  EXPECT_EQ(of_slab.min_bytes, 65u);
  EXPECT_EQ(of_slab.max_bytes, 128u);
  EXPECT_EQ(heap.Usable(1, 512).max_bytes, 512u);
  EXPECT_EQ(heap.Usable(4097, 1).max_bytes, 4097u);
}

TEST(HeapSpec, IsParticularAboutRegions) {
  HeapSpec heap;
  EXPECT_EQ(heap.Add({0, 4096}), Status::kInvalidParam);
  EXPECT_EQ(heap.Init({8, 32 * kKiB + 8}), Status::kInvalidParam);
  EXPECT_EQ(heap.Init({0, 4096}), Status::kInvalidParam);
  EXPECT_EQ(heap.Init({0, 32 * kKiB}), Status::kOk);
  EXPECT_EQ(heap.Add({36 * kKiB, 40 * kKiB}), Status::kOk);
  EXPECT_EQ(heap.Add({36 * kKiB, 40 * kKiB}), Status::kMemoryOverlap);
}

TEST(TwoPhaseSpec, RefusesAllBeforeInit) {
  TwoPhaseSpec<BuddySpec> facade;
  EXPECT_EQ(Where(facade.Allocate(8, 8)), kInvalid);
  EXPECT_EQ(facade.Free(0, 8, 8), Status::kInvalidParam);
  EXPECT_EQ(facade.Add({0, 64}), Status::kInvalidParam);
  EXPECT_EQ(facade.Init({0, 64}), Status::kOk);
  EXPECT_EQ(facade.Init({64, 128}), Status::kInvalidParam);
  EXPECT_EQ(Where(facade.Allocate(8, 8)), 0);
}

TEST(Specs, AreMadeByName) {
  for (const std::string_view name : PlacementNames()) {
    EXPECT_EQ(MakeSpec(name) != nullptr, !name.starts_with("slab_cache"))
        << name;
  }
  EXPECT_EQ(MakeSpec("first_fit"), nullptr);
}

}  // namespace
}  // namespace lockstep::suite
