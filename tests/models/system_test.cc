// What a port does not promise is not asked of it.

#include "models/system/system.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <new>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/op.h"
#include "models/script/random_scripts.h"
#include "models/system/model.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kMostBytes = 1000;
constexpr std::size_t kMostAlign = 64;

void Demand(bool is_so) {
  if (!is_so) std::abort();
}

// Promises nothing; whoever misuses it is aborted. Hands out one block after
// another, and never the same again.
class Touchy {
 public:
  static lockstep_status Create(void* state) {
    ::new (state) Touchy();
    return LOCKSTEP_OK;
  }
  static void Destroy(void* state) { In(state).~Touchy(); }
  static lockstep_status Init(void* state, void* start, std::size_t bytes) {
    Demand(In(state).end_ == 0);
    return Add(state, start, bytes);
  }
  static lockstep_status Add(void* state, void* start, std::size_t bytes) {
    const auto low = reinterpret_cast<std::uintptr_t>(start);
    Demand(bytes != 0 && bytes <= UINTPTR_MAX - low);
    if (bytes < In(state).end_ - In(state).next_) return LOCKSTEP_OK;
    In(state).next_ = low;
    In(state).end_ = low + bytes;
    return LOCKSTEP_OK;
  }
  static lockstep_status Allocate(void* state, std::size_t bytes,
                                  std::size_t align, void** block) {
    Touchy& self = In(state);
    Demand(self.end_ != 0 && bytes <= kMostBytes && align <= kMostAlign);
    const std::uintptr_t start = (self.next_ + align - 1) & ~(align - 1);
    if (start >= self.end_ || bytes >= self.end_ - start) {
      return LOCKSTEP_NO_MEMORY;
    }
    self.next_ = start + bytes + 1;
    *block = reinterpret_cast<void*>(start);
    self.live_[*block] = bytes;
    return LOCKSTEP_OK;
  }
  static lockstep_status Free(void* state, void* block, std::size_t bytes,
                              std::size_t /*align*/) {
    const auto live = In(state).live_.find(block);
    Demand(live != In(state).live_.end() && live->second == bytes);
    In(state).live_.erase(live);
    return LOCKSTEP_OK;
  }
  static lockstep_port Table() {
    lockstep_port port{};
    port.version = LOCKSTEP_PORT_VERSION;
    port.name = "touchy";
    port.state_bytes = sizeof(Touchy);
    port.state_align = alignof(Touchy);
    port.max_request_bytes = kMostBytes;
    port.max_request_align = kMostAlign;
    port.create = Create;
    port.destroy = Destroy;
    port.init = Init;
    port.add = Add;
    port.allocate = Allocate;
    port.deallocate = Free;
    return port;
  }

 private:
  static Touchy& In(void* state) { return *static_cast<Touchy*>(state); }

  std::uintptr_t next_ = 0;
  std::uintptr_t end_ = 0;
  std::map<void*, std::size_t> live_;
};

TEST(System, NeverMisusesAPortThatPromisesNothing) {
  const lockstep_port port = Touchy::Table();
  Jury jury(port, {});
  for (const bool is_swarm : {false, true}) {
    RandomScripts scripts(port, 1000, is_swarm);
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const Verdict verdict = jury.Try(scripts.Make(seed));
      EXPECT_FALSE(verdict) << "seed " << seed << " " << Describe(verdict);
    }
  }
  EXPECT_GT(jury.operations(), 10'000u);
}

TEST(SystemDeathTest, WouldBeAbortedForMisuse) {
  lockstep_port port = Touchy::Table();
  port.capabilities = LOCKSTEP_DETECTS_NULL;
  const Script script =
      Written("init offset=0 size=64\nfree_null size=1 align=1\n");
  EXPECT_DEATH(Jury(port, {}).Try(script).has_value(), "");
}

TEST(System, TriesNothingAfterAFailedCreateAndSaysSo) {
  lockstep_port port = Touchy::Table();
  port.create = [](void* /*state*/) {
    return lockstep_status{LOCKSTEP_NO_MEMORY};
  };
  port.destroy = [](void* /*state*/) { std::abort(); };
  port.statistics = [](const void* /*state*/, lockstep_statistics* /*out*/) {
    std::abort();
  };
  port.audit = [](const void* /*state*/) -> const char* { std::abort(); };
  Jury jury(port, {});
  EXPECT_FALSE(jury.Try(Written("")));
  const Verdict verdict =
      jury.Try(Written("init offset=0 size=64\n"
                       "alloc b0 size=1 align=1\n"
                       "free b0\n"));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->rule, "status");
  EXPECT_EQ(jury.operations(), 0u);
}

TEST(System, ResolvesWhatAnOpActsOn) {
  const lockstep_port port = Touchy::Table();
  System system(port);
  system.Begin({4096, 4096});
  const Op allocate{
      .verb = Verb::kAllocate, .align_log2 = 4, .slot = 3, .bytes = 100};
  EXPECT_FALSE(system.Resolve(allocate, 0));
  const auto init =
      system.Resolve({.verb = Verb::kInit, .bytes = 2048, .offset = 64}, 1);
  ASSERT_TRUE(init);
  EXPECT_EQ(init->pointer, system.arena().At(64));
  EXPECT_EQ(system.Perform(*init).status, Status::kOk);
  const auto call = system.Resolve(allocate, 2);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->align_bytes, 16u);
  EXPECT_EQ(system.Perform(*call).offset, 64u);
  EXPECT_TRUE(system.IsLive(3));
  EXPECT_FALSE(system.Resolve(allocate, 3));
  const auto free = system.Resolve({.verb = Verb::kFree, .slot = 3}, 4);
  ASSERT_TRUE(free);
  EXPECT_EQ(free->offset, 64u);
  EXPECT_EQ(free->bytes, 100u);
  EXPECT_EQ(free->align_bytes, 16u);
  EXPECT_EQ(system.Perform(*free).status, Status::kOk);
  EXPECT_FALSE(system.IsLive(3));
}

// Takes any layout for that of the block.
lockstep_status ReallocateAny(void* /*state*/, void* block,
                              std::size_t /*bytes*/, std::size_t /*align*/,
                              std::size_t /*new_bytes*/,
                              std::size_t /*new_align*/, void** out) {
  *out = static_cast<std::byte*>(block) + 1;
  return LOCKSTEP_OK;
}

lockstep_status ResizeAny(void* /*state*/, void* /*block*/,
                          std::size_t /*bytes*/, std::size_t /*align*/,
                          std::size_t /*new_bytes*/) {
  return LOCKSTEP_OK;
}

// Touchy, with a block of 100 bytes, aligned to 16, in slot 3.
class SystemOfOtherLayouts : public testing::Test {
 protected:
  SystemOfOtherLayouts() {
    port_.capabilities = LOCKSTEP_DETECTS_OTHER_LAYOUT;
    port_.reallocate = ReallocateAny;
    port_.resize = ResizeAny;
    Begin();
  }

  void Begin() {
    system_.Begin({4096, 4096});
    for (const Op& op :
         {Op{.verb = Verb::kInit, .bytes = 4096}, Op{.verb = Verb::kAllocate,
                                                     .align_log2 = 4,
                                                     .slot = 3,
                                                     .bytes = 100}}) {
      const auto call = system_.Resolve(op, 0);
      ASSERT_TRUE(call);
      EXPECT_EQ(system_.Perform(*call).status, Status::kOk);
    }
  }
  bool IsTried(const Op& op) { return system_.Resolve(op, 0).has_value(); }

  lockstep_port port_ = Touchy::Table();
  System system_{port_};
  // As one of 1000 bytes, to become one of 50.
  const Op reallocate_{.verb = Verb::kReallocateOtherLayout,
                       .align_log2 = 1,
                       .slot = 3,
                       .bytes = 1000,
                       .offset = 50};
  const Op resize_{.verb = Verb::kResizeOtherLayout,
                   .align_log2 = 1,
                   .slot = 3,
                   .bytes = 1000,
                   .offset = 50};
};

TEST_F(SystemOfOtherLayouts, PassesOnWhatIsClaimedAndTheAlignThatIsReal) {
  for (const Op& op : {reallocate_, resize_}) {
    const auto call = system_.Resolve(op, 7);
    ASSERT_TRUE(call);
    EXPECT_EQ(call->pointer, system_.arena().At(system_.slots()[3].offset));
    EXPECT_EQ(call->offset, system_.slots()[3].offset);
    EXPECT_EQ(call->held_bytes, 1000u);
    EXPECT_EQ(call->held_align_bytes, 2u);
    EXPECT_EQ(call->bytes, 50u);
    EXPECT_EQ(call->align_bytes, 16u);
  }
}

TEST_F(SystemOfOtherLayouts, KeepsTheBlockEvenIfItIsNotRefused) {
  const System::Slot before = system_.slots()[3];
  for (const Op& op : {reallocate_, resize_}) {
    EXPECT_EQ(system_.Perform(*system_.Resolve(op, 0)).status, Status::kOk);
    EXPECT_TRUE(system_.IsLive(3));
    EXPECT_EQ(system_.slots()[3].offset, before.offset);
    EXPECT_EQ(system_.slots()[3].bytes, before.bytes);
    EXPECT_EQ(system_.slots()[3].align_log2, before.align_log2);
  }
}

TEST_F(SystemOfOtherLayouts, AreNotTriedWhereTheyAreNotPromised) {
  port_.capabilities = LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT;
  EXPECT_FALSE(IsTried(reallocate_));
  EXPECT_FALSE(IsTried(resize_));
  port_.capabilities = LOCKSTEP_DETECTS_OTHER_LAYOUT;
  EXPECT_TRUE(IsTried(reallocate_));
  port_.reallocate = nullptr;
  EXPECT_FALSE(IsTried(reallocate_));
  EXPECT_TRUE(IsTried(resize_));
  port_.resize = nullptr;
  EXPECT_FALSE(IsTried(resize_));
}

TEST_F(SystemOfOtherLayouts, HaveASizeAndAlignsThatThePortTakes) {
  Op large = resize_;
  large.offset = kMostBytes;
  EXPECT_TRUE(IsTried(large));
  ++large.offset;
  EXPECT_FALSE(IsTried(large));
  // Both that of the block and the one that is claimed.
  port_.max_reallocate_align = 16;
  Op aligned = resize_;
  aligned.align_log2 = 4;
  EXPECT_TRUE(IsTried(aligned));
  aligned.align_log2 = 5;
  EXPECT_FALSE(IsTried(aligned));
  port_.max_reallocate_align = 8;
  EXPECT_FALSE(IsTried(resize_));
}

TEST_F(SystemOfOtherLayouts, ReallocateToNoBytesWhereThatIsPromised) {
  Op reallocate = reallocate_;
  Op resize = resize_;
  reallocate.offset = resize.offset = 0;
  EXPECT_FALSE(IsTried(reallocate));
  EXPECT_TRUE(IsTried(resize));
  port_.capabilities |= LOCKSTEP_REALLOCATES_TO_ZERO;
  EXPECT_TRUE(IsTried(reallocate));
}

TEST_F(SystemOfOtherLayouts, HaveABlockThatIsLive) {
  Op other = reallocate_;
  other.slot = 2;
  EXPECT_FALSE(IsTried(other));
  other.slot = 4;
  EXPECT_FALSE(IsTried(other));
}

TEST_F(SystemOfOtherLayouts, EndACopyOfTheProcessAtMostEightTimesInAll) {
  port_.capabilities = LOCKSTEP_DIES_OF_OTHER_LAYOUT;
  port_.reallocate = [](void*, void*, std::size_t, std::size_t, std::size_t,
                        std::size_t,
                        void**) -> lockstep_status { std::abort(); };
  for (int i = 0; i < 4; ++i) {
    for (const Op& op : {reallocate_, resize_}) {
      const auto call = system_.Resolve(op, 0);
      ASSERT_TRUE(call);
      const bool dies = op.verb == Verb::kReallocateOtherLayout;
      EXPECT_EQ(system_.Perform(*call).status,
                dies ? Status::kInvalidParam : Status::kOk);
    }
  }
  EXPECT_FALSE(IsTried(reallocate_));
  EXPECT_FALSE(IsTried(resize_));
  Begin();
  EXPECT_TRUE(IsTried(reallocate_));
}

}  // namespace
}  // namespace lockstep::suite
