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

TEST(System, HasNoBlocksOnceItsInstanceHasEnded) {
  const lockstep_port port = Touchy::Table();
  System system(port);
  system.Begin({4096, 4096});
  for (const Op& op : {Op{.verb = Verb::kInit, .bytes = 2048},
                       Op{.verb = Verb::kAllocate, .slot = 3, .bytes = 100}}) {
    const auto call = system.Resolve(op, 0);
    ASSERT_TRUE(call);
    EXPECT_EQ(system.Perform(*call).status, Status::kOk);
  }
  system.End();
  EXPECT_FALSE(system.Resolve({.verb = Verb::kFree, .slot = 3}, 1));
  EXPECT_EQ(system.live_count(), 0u);
}

}  // namespace
}  // namespace lockstep::suite
