#include "models/threads/refusal.h"

#include <cstdint>
#include <optional>
#include <string>

#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

std::uint64_t SumAtMost(std::uint64_t one, std::uint64_t other) {
  return one > UINT64_MAX - other ? UINT64_MAX : one + other;
}

std::optional<std::uint64_t> Needs(const Scene& scene, const Call& call) {
  const lockstep_port& port = scene.port;
  if (port.needs == nullptr) return std::nullopt;
  if (scene.state == nullptr && port.state_bytes != 0) return std::nullopt;
  const std::size_t needed =
      port.needs(scene.state, static_cast<std::size_t>(call.bytes),
                 static_cast<std::size_t>(call.align_bytes));
  if (needed == SIZE_MAX) return std::nullopt;
  return needed;
}

bool IsExcusedByProvider(const Scene& scene, const Event& event,
                         const Call& call) {
  const std::uint64_t overhead = scene.port.take_overhead_bytes;
  const std::uint64_t most =
      overhead == 0 ? UINT64_MAX : SumAtMost(call.bytes, overhead);
  return HasProviderFailed(event, most);
}

bool MustResize(const Scene& scene, const Event& event, const Call& call,
                const Circumstances& around) {
  const lockstep_port& port = scene.port;
  if (call.pointer == nullptr) return false;
  if (call.bytes <= call.held_bytes) {
    return Promises(port, LOCKSTEP_RESIZE_SHRINKS);
  }
  if (!Promises(port, LOCKSTEP_RESIZE_GROWS) || scene.is_apart ||
      around.was_other_refused) {
    return false;
  }
  const auto needed = Needs(scene, call);
  return needed &&
         *needed <= around.blocks.RoomFrom(call.offset, around.grounds.spans(),
                                           event.before);
}

bool FitsAgain(const Scene& scene, const Event& event, const Call& call,
               const Circumstances& around) {
  if (event.op.verb != Verb::kAllocate || !around.just_freed ||
      !Promises(scene.port, LOCKSTEP_FITS_AGAIN)) {
    return false;
  }
  const Freed& freed = *around.just_freed;
  return freed.bytes == call.bytes && freed.align_bytes == call.align_bytes &&
         (!scene.is_apart || freed.thread == event.op.thread);
}

// Whether the blocks that may be live leave enough room.
bool MustFit(const Scene& scene, const Event& event, const Call& call,
             const Circumstances& around) {
  const lockstep_port& port = scene.port;
  if (scene.is_apart || around.was_other_refused) return false;
  if (port.max_live_blocks != 0 &&
      around.blocks.Count(event.before) + around.other_requests >=
          port.max_live_blocks) {
    return false;
  }
  if (const auto needed = Needs(scene, call)) {
    if (around.blocks.HasGap(around.grounds.spans(), *needed, event.before)) {
      return true;
    }
  }
  const std::uint64_t span = ExtentBytes(port, call.bytes, call.align_bytes);
  const std::uint64_t largest = port.largest_span_bytes;
  return Promises(port, LOCKSTEP_COALESCES) &&
         (largest == 0 || span <= largest) &&
         around.blocks.HasAlignedGap(around.grounds.isolated(), span,
                                     event.before);
}

bool MustServe(const Scene& scene, const Event& event, const Call& call,
               const Circumstances& around) {
  const Verb verb = event.op.verb;
  if (verb == Verb::kAllocateZeroed && Overflows(event.op)) return false;
  if (verb == Verb::kResize) return MustResize(scene, event, call, around);
  if (verb == Verb::kAllocateMany && event.op.offset != 1 &&
      !Promises(scene.port, LOCKSTEP_SERVES_SOME)) {
    return false;
  }
  if (FitsAgain(scene, event, call, around)) return true;
  if (Promises(scene.port, LOCKSTEP_SERVES_WHILE_PROVIDED)) {
    return !IsExcusedByProvider(scene, event, call);
  }
  return MustFit(scene, event, call, around);
}

}  // namespace

Verdict JudgeRefusal(const Scene& scene, const Event& event, const Call& call,
                     const Circumstances& around) {
  if (!MustServe(scene, event, call, around)) return std::nullopt;
  return Violation{kRefusalRule.name, event.step, "ok, as the port promised",
                   std::string(NameOf(event.outcome.status))};
}

}  // namespace lockstep::suite
