// The part of a system that decides what may be tried: of a script's ops, those
// that have something to act on, or are a misuse that the port promises to
// detect.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/system/system.h"

namespace lockstep::suite {
namespace {

std::uint64_t OrOne(std::size_t granule_bytes) {
  return std::max<std::uint64_t>(granule_bytes, 1);
}

}  // namespace

Region System::Rounded(Region region) const {
  return RoundInward(region, OrOne(port_.unit_bytes));
}

bool System::WrapsAround(const Op& op) const {
  return op.bytes > UINTPTR_MAX - arena_->spec().bytes - op.offset;
}

bool System::HasSoundBounds(const Op& op) const {
  const std::uint64_t align = OrOne(port_.region_align_bytes);
  const std::uint64_t granule =
      op.verb == Verb::kInit ? OrOne(port_.init_granule_bytes) : align;
  const Region inner = Rounded({op.offset, op.offset + op.bytes});
  return op.offset % align == 0 && op.bytes % align == 0 &&
         op.bytes % granule == 0 && inner.start < inner.end && !WrapsAround(op);
}

bool System::Fits(const Op& op) const {
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  if (op.bytes > SIZE_MAX || align > SIZE_MAX) return false;
  return (port_.max_request_bytes == 0 ||
          op.bytes <= port_.max_request_bytes) &&
         (port_.max_request_align == 0 || align <= port_.max_request_align);
}

bool System::MayFreeAgain(const Op& op) const {
  if (just_freed_ == op.slot && Promises(LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE)) {
    return true;
  }
  return Promises(LOCKSTEP_DETECTS_FREE_AGAIN) &&
         slots_[op.slot].allocations_before == allocations_;
}

// Inside the arena, so that a port which looks at it reads our memory.
bool System::MayFreeForeign(const Op& op) const {
  return Promises(LOCKSTEP_DETECTS_FOREIGN) && Fits(op) &&
         op.offset < arena_->spec().bytes && !memory_->Contains(op.offset, 1);
}

bool System::MayFreeWith(const Slot& slot, const Op& op) const {
  if (!Promises(LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT) || !Fits(op)) return false;
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  return slot.offset % align != 0 || !memory_->Contains(slot.offset, op.bytes);
}

std::optional<Call> System::Resolve(const Op& op, std::size_t step) const {
  Call call{.op = op,
            .step = step,
            .pointer = nullptr,
            .offset = op.offset,
            .bytes = op.bytes,
            .align_bytes = std::uint64_t{1} << op.align_log2};
  if (!Aim(call)) return std::nullopt;
  return call;
}

bool System::Aim(Call& call) const {
  const Op& op = call.op;
  switch (op.verb) {
    case Verb::kAllocate:
      return is_running_ && memory_->MayAllocate() && !IsLive(op.slot) &&
             Fits(op);
    case Verb::kStatistics:
      return is_running_ && port_.statistics != nullptr;
    case Verb::kUsable:
      return is_running_ && port_.usable != nullptr && Fits(op);
    case Verb::kFreeNull:
      return MayFree() && Promises(LOCKSTEP_DETECTS_NULL) && Fits(op);
    case Verb::kFreeForeign:
      call.pointer = arena_->At(op.offset);
      return MayFree() && MayFreeForeign(op);
    case Verb::kFree:
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
    case Verb::kFreeOtherLayout:
      return AimAtSlot(call);
    default:
      call.pointer = arena_->At(op.offset);
      return is_running_ && memory_->MayTry(op);
  }
}

bool System::AimAtSlot(Call& call) const {
  const Op& op = call.op;
  const bool is_again = op.verb == Verb::kFreeAgain;
  const Slot* slot =
      Held(op.slot, is_again ? SlotState::kFreed : SlotState::kLive);
  if (slot == nullptr) return false;
  const bool is_inside = op.verb == Verb::kFreeInside;
  call.offset = slot->offset + (is_inside ? op.offset : 0);
  call.pointer = arena_->At(call.offset);
  if (op.verb == Verb::kFreeOtherLayout) return MayFreeWith(*slot, op);
  call.bytes = slot->bytes;
  call.align_bytes = std::uint64_t{1} << slot->align_log2;
  if (is_again) return MayFreeAgain(op);
  return !is_inside || (Promises(LOCKSTEP_DETECTS_INTERIOR) && op.offset != 0 &&
                        op.offset < slot->bytes);
}

}  // namespace lockstep::suite
