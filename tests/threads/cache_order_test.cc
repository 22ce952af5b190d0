// The order of what threads do to an object cache, which asks its provider without
// holding its lock.

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/threads/any_order.h"
#include "models/threads/linearise.h"
#include "tests/threads/told.h"

namespace lockstep::suite::cache_order_test {
namespace {

// Objects of 40 bytes, nine in a slab, behind 128 bytes that are the slab's own.
class Cache : public testing::Test {
 protected:
  static constexpr std::uint64_t kFirst = 128;
  static constexpr std::uint32_t kSlots = 9;

  Cache() : port_(PortThatPulls()) {
    port_.placement = "slab_cache_locked";
    port_.max_request_bytes = 40;
    Event& attach = told_.Do({.verb = Verb::kAttach}, {1, 2});
    attach.provider_calls = {Take(0)};
    for (std::uint32_t i = 0; i < kSlots; ++i) {
      told_.Alloc(0, i, 40, kFirst + 40 * i, {10 + 2 * i, 11 + 2 * i});
    }
  }
  static ProviderCall Take(std::uint64_t offset, bool was_granted = true) {
    return {true, was_granted, offset, 512, 512};
  }
  static ProviderCall Back(std::uint64_t offset) {
    return {false, true, offset, 512, 512};
  }
  std::string Rule() const {
    const Scene scene{.port = port_, .arena = {4096, 4096}};
    const Linearised linearised = Linearise(scene, told_.history());
    EXPECT_EQ(linearised.why_not, "");
    return RuleOf(linearised.verdict);
  }

  lockstep_port port_;
  Told told_;
};

TEST_F(Cache, AFullSlabIsFollowedByAnother) {
  told_.Alloc(1, 20, 40, 512 + kFirst, {50, 52}).provider_calls = {Take(512)};
  told_.Do({.verb = Verb::kFootprint, .thread = 2}, {51, 53});
  EXPECT_EQ(Rule(), "");
}

TEST_F(Cache, ASlabThatIsNoLongerNeededGoesBack) {
  Event& event = told_.Alloc(1, 20, 40, kFirst, {50, 53});
  event.provider_calls = {Take(512), Back(512)};
  told_.Free(2, 0, {51, 52});
  EXPECT_EQ(Rule(), "");
  told_.Alloc(0, 21, 40, 512 + kFirst, {60, 61}).provider_calls = {Take(512)};
  EXPECT_EQ(Rule(), "");
}

TEST_F(Cache, ASlabThatIsNotNeededIsNotKept) {
  told_.Alloc(1, 20, 40, kFirst, {50, 53}).provider_calls = {Take(512)};
  told_.Free(2, 0, {51, 52});
  EXPECT_EQ(Rule(), "order");
}

TEST_F(Cache, ARefusalNeedsAFullFamily) {
  Event& event = told_.Refuse(1, 20, 40, {50, 53}, Status::kOutOfMemory);
  event.provider_calls = {Take(512, false)};
  told_.Free(2, 0, {51, 55});
  EXPECT_EQ(Rule(), "");
  Event& late = told_.Refuse(1, 20, 40, {56, 58}, Status::kOutOfMemory);
  late.provider_calls = {Take(512, false)};
  told_.Do({.verb = Verb::kFootprint, .thread = 2}, {57, 59});
  EXPECT_EQ(Rule(), "order");
}

}  // namespace
}  // namespace lockstep::suite::cache_order_test
