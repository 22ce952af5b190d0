// The part of a system that decides what may be tried: of a script's ops, those
// that have something to act on, or are a misuse that may be tried.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/system/system.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostInBatch = 64;

std::uint64_t OrOne(std::size_t granule_bytes) {
  return std::max<std::uint64_t>(granule_bytes, 1);
}

}  // namespace

bool Overflows(const Op& op) {
  return op.bytes != 0 && op.offset > SIZE_MAX / op.bytes;
}

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

bool System::IsInLimits(const Op& op) const {
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  return (port_.max_request_bytes == 0 ||
          op.bytes <= port_.max_request_bytes) &&
         (port_.max_request_align == 0 || align <= port_.max_request_align);
}

bool System::AimAtOther(Call& call) const {
  const Op& op = call.op;
  switch (op.verb) {
    case Verb::kStatistics:
      return is_running_ && port_.statistics != nullptr;
    case Verb::kUsable:
      return is_running_ && port_.usable != nullptr && Fits(op);
    case Verb::kFreeNull:
      return MayFree() && MayMisuse(LOCKSTEP_DETECTS_NULL) && Fits(op);
    case Verb::kFreeForeign:
      call.pointer = arena_->At(op.offset);
      return MayFree() && MayFreeForeign(op);
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
      return AimAtSlot(call);
    case Verb::kFreeOtherLayout:
      return AimAtOtherLayout(call);
    case Verb::kReallocate:
      return port_.reallocate != nullptr && AimAtLayout(call);
    case Verb::kReallocateZeroed:
      return port_.reallocate_zeroed != nullptr && AimAtLayout(call);
    case Verb::kResize:
      return port_.resize != nullptr && AimAtLayout(call);
    case Verb::kAllocateZeroed:
      return port_.allocate_zeroed != nullptr && AimAtProduct(call);
    case Verb::kUsableOf:
      return port_.usable_of != nullptr && AimAtLayout(call);
    case Verb::kFootprint:
      return is_running_ && port_.footprint != nullptr;
    case Verb::kAllocateMany:
      return port_.allocate_many != nullptr && AimAtBatch(call);
    case Verb::kFreeMany:
      return port_.deallocate_many != nullptr && AimAtBatch(call);
    case Verb::kReallocateOtherLayout:
    case Verb::kResizeOtherLayout:
      return AimAtOtherChange(call);
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
  AimAt(*slot, slot->offset + (is_inside ? op.offset : 0), call);
  if (is_again) return MayFreeAgain(op);
  return !is_inside || (MayMisuse(LOCKSTEP_DETECTS_INTERIOR) &&
                        op.offset != 0 && op.offset < slot->bytes);
}

// The block in a slot, and the layout that it is to have; or the null pointer,
// where one may be made of it.
bool System::AimAtLayout(Call& call) const {
  const Op& op = call.op;
  const bool moves =
      op.verb == Verb::kReallocate || op.verb == Verb::kReallocateZeroed;
  const Slot* slot = Held(op.slot, SlotState::kLive);
  if (!is_running_ || (!memory_->MayAllocate() && op.verb != Verb::kUsableOf)) {
    return false;
  }
  if (slot == nullptr) {
    return moves && Promises(LOCKSTEP_REALLOCATES_NULL) && Fits(op) &&
           MayChange(call.align_bytes);
  }
  call.offset = slot->offset;
  call.pointer = arena_->At(slot->offset);
  call.held_bytes = slot->bytes;
  call.held_align_bytes = std::uint64_t{1} << slot->align_log2;
  const bool keeps_align = !moves || !Promises(LOCKSTEP_REALLOCATES_ALIGN);
  if (keeps_align) call.align_bytes = call.held_align_bytes;
  if (op.verb == Verb::kUsableOf) {
    call.bytes = call.held_bytes;
    return true;
  }
  return Fits(op) && MayChange(call.align_bytes) &&
         MayChange(call.held_align_bytes) &&
         (!moves || op.bytes != 0 || Promises(LOCKSTEP_REALLOCATES_TO_ZERO));
}

// The block in a slot, with the op's layout, which it must not have.
bool System::AimAtOtherLayout(Call& call) const {
  const Slot* slot = Held(call.op.slot, SlotState::kLive);
  if (slot == nullptr) return false;
  call.offset = slot->offset;
  call.pointer = arena_->At(slot->offset);
  return MayFreeWith(*slot, call.op);
}

// Only the layout is wrong that it is said to have. Where its align cannot change,
// the port is told one align, which is then the wrong one.
bool System::AimAtOtherChange(Call& call) const {
  const Op& op = call.op;
  const bool moves = op.verb == Verb::kReallocateOtherLayout;
  const bool is_offered =
      moves ? port_.reallocate != nullptr : port_.resize != nullptr;
  if (!is_offered || port_.version < kNewSizesSinceVersion ||
      !memory_->MayAllocate() || !AimAtOtherLayout(call)) {
    return false;
  }
  const bool keeps_align = moves && Promises(LOCKSTEP_REALLOCATES_ALIGN);
  const std::uint8_t own_align_log2 = slots_[op.slot].align_log2;
  const Op wanted{.align_log2 = keeps_align ? own_align_log2 : op.align_log2,
                  .bytes = op.offset};
  call.held_bytes = op.bytes;
  call.held_align_bytes = call.align_bytes;
  call.bytes = wanted.bytes;
  call.align_bytes = std::uint64_t{1} << wanted.align_log2;
  return Fits(wanted) && MayChange(std::uint64_t{1} << own_align_log2) &&
         MayChange(call.held_align_bytes) &&
         (!moves || op.offset != 0 || Promises(LOCKSTEP_REALLOCATES_TO_ZERO));
}

bool System::MayChange(std::uint64_t align_bytes) const {
  return port_.max_reallocate_align == 0 ||
         align_bytes <= port_.max_reallocate_align;
}

// A product that cannot be said is for the port to refuse.
bool System::AimAtProduct(Call& call) const {
  const Op& op = call.op;
  if (!is_running_ || !memory_->MayAllocate() || IsLive(op.slot) || !Fits(op) ||
      !MayChange(call.align_bytes) || op.offset > SIZE_MAX) {
    return false;
  }
  if (Overflows(op)) return true;
  call.bytes = op.bytes * op.offset;
  return port_.max_request_bytes == 0 || call.bytes <= port_.max_request_bytes;
}

bool System::AimAtBatch(Call& call) const {
  const Op& op = call.op;
  if (op.offset > kMostInBatch || !is_running_) return false;
  std::vector<std::uint32_t> slots;
  BatchOf(op, slots);
  if (slots.empty()) return false;
  if (op.verb == Verb::kAllocateMany) return memory_->MayAllocate() && Fits(op);
  const Slot& first = slots_[slots.front()];
  call.bytes = first.bytes;
  call.align_bytes = std::uint64_t{1} << first.align_log2;
  return memory_->MayFree();
}

}  // namespace lockstep::suite
