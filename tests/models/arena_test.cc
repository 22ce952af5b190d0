#include "models/system/arena.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "models/script/op.h"

namespace lockstep::suite {
namespace {

std::uintptr_t BaseOf(ArenaSpec spec) {
  return reinterpret_cast<std::uintptr_t>(Arena(spec).base());
}

TEST(Arena, IsAlignedAsAsked) {
  for (std::uint64_t align = 1; align <= 1u << 24; align *= 2) {
    EXPECT_EQ(BaseOf({64, align}) % align, 0u) << align;
  }
}

TEST(Arena, IsAlignedToItsSizeRoundedUp) {
  EXPECT_EQ(BaseOf({100'000, 1}) % (1u << 17), 0u);
  EXPECT_EQ(BaseOf({1u << 20, 8}) % (1u << 20), 0u);
}

// So that a region which ends it cannot wrap, and null has no offset in it.
TEST(Arena, LiesAboveItsSize) { EXPECT_GE(BaseOf({1u << 20, 1}), 1u << 20); }

TEST(Arena, HasAnOffsetForAnyAddress) {
  const Arena arena({4096, 4096});
  EXPECT_EQ(arena.OffsetOf(arena.At(4096)), 4096u);
  EXPECT_EQ(arena.At(arena.OffsetOf(nullptr)), nullptr);
  int elsewhere = 0;
  EXPECT_EQ(static_cast<void*>(arena.At(arena.OffsetOf(&elsewhere))),
            &elsewhere);
}

}  // namespace
}  // namespace lockstep::suite
