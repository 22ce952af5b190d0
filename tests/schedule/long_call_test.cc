// Where every access is a point, two calls that write half a megabyte each, byte by
// byte, still come to their end, and a loop that has none is found.

#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/schedule/schedule_trial.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/rules.h"

// What the compiler calls before each access: see models/schedule/memory_hooks.cc.
extern "C" void __tsan_write1(
    void* at);  // NOLINT(bugprone-reserved-identifier)

namespace lockstep::suite {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kBlocks = 16;
constexpr std::size_t kFilled = std::size_t{1} << 19;

struct Pool {
  std::size_t count;
  alignas(kBlockBytes) std::byte memory[kBlocks][kBlockBytes];
};
std::byte filled[kFilled];

lockstep_status Create(void* state) {
  static_cast<Pool*>(state)->count = 0;
  return LOCKSTEP_OK;
}
void Destroy(void* /*state*/) {}

// Blocks are never used again.
lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  auto& pool = *static_cast<Pool*>(state);
  if (bytes > kBlockBytes || align > kBlockBytes || pool.count == kBlocks) {
    return LOCKSTEP_NO_MEMORY;
  }
  *block = pool.memory[pool.count++];
  for (std::byte& one : filled) __tsan_write1(&one);
  return LOCKSTEP_OK;
}

lockstep_status AllocateForEver(void* /*state*/, std::size_t /*bytes*/,
                                std::size_t /*align*/, void** /*block*/) {
  for (;;) __tsan_write1(filled);
}

lockstep_status Free(void* /*state*/, void* /*block*/, std::size_t /*bytes*/,
                     std::size_t /*align*/) {
  return LOCKSTEP_OK;
}

constexpr lockstep_port PortOf(decltype(&Allocate) allocate) {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "long_call";
  port.capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_THREAD_SAFE;
  port.state_bytes = sizeof(Pool);
  port.state_align = alignof(Pool);
  port.create = Create;
  port.destroy = Destroy;
  port.allocate = allocate;
  port.deallocate = Free;
  return port;
}

Script OneAllocationEach() {
  Script script;
  for (std::uint8_t thread = 1; thread <= 2; ++thread) {
    script.ops.push_back({.verb = Verb::kAllocate,
                          .thread = thread,
                          .slot = thread,
                          .bytes = kBlockBytes});
  }
  return script;
}

TEST(LongCall, OfHalfAMegabyteEnds) {
  const lockstep_port port = PortOf(Allocate);
  ScheduleTrial trial(port, false);
  const Verdict verdict = trial.RunAlone(OneAllocationEach(), {});
  EXPECT_FALSE(verdict) << verdict->rule << ": " << verdict->came;
  EXPECT_GE(trial.record().points(), 2 * kFilled);
}

TEST(LongCall, WithoutAnEndIsFound) {
  const lockstep_port port = PortOf(AllocateForEver);
  ScheduleTrial trial(port, false);
  const Verdict verdict = trial.RunAlone(OneAllocationEach(), {});
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->rule, kLivelockRule.name);
}

}  // namespace
}  // namespace lockstep::suite
