#ifndef LOCKSTEP_MODELS_SYSTEM_SYSTEM_INLINE_H_
#define LOCKSTEP_MODELS_SYSTEM_SYSTEM_INLINE_H_

// The part of a system that most ops of most scripts take, for system.h alone to
// include: to aim at a block and to allocate or free it, without a call but those
// of the port. Everything else is called from here.

#include <bit>
#include <cstddef>
#include <cstdint>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/arena.h"
#include "models/system/memory_source.h"
// For whoever reads or checks this file alone.
#include "models/system/system.h"  // NOLINT(misc-header-include-cycle)
#include "models/system/witness.h"

namespace lockstep::suite {

inline Status StatusFrom(lockstep_status status) {
  return status >= LOCKSTEP_OK && status <= LOCKSTEP_FATAL_ERROR
             ? static_cast<Status>(status)
             : Status::kUnknown;
}

// Field by field: to build it elsewhere and copy it takes longer.
[[gnu::always_inline]] inline bool System::Resolve(const Op& op,
                                                   std::size_t step,
                                                   Call& call) const {
  call.op = op;
  call.step = step;
  call.pointer = nullptr;
  call.offset = op.offset;
  call.bytes = op.bytes;
  call.align_bytes = std::uint64_t{1} << op.align_log2;
  call.held_bytes = 0;
  call.held_align_bytes = 1;
  return Aim(call);
}

[[gnu::always_inline]] inline bool System::Aim(Call& call) const {
  const Op& op = call.op;
  if (op.verb == Verb::kAllocate) {
    return is_running_ && memory_->MayAllocate() && !IsLive(op.slot) &&
           Fits(op);
  }
  if (op.verb != Verb::kFree) return AimAtOther(call);
  const Slot* const slot = Held(op.slot, SlotState::kLive);
  if (slot == nullptr) return false;
  AimAt(*slot, slot->offset, call);
  return true;
}

[[gnu::always_inline]] inline void System::AimAt(const Slot& slot,
                                                 std::uint64_t offset,
                                                 Call& call) const {
  call.offset = offset;
  call.pointer = arena_->At(offset);
  call.bytes = slot.bytes;
  call.align_bytes = std::uint64_t{1} << slot.align_log2;
}

[[gnu::always_inline]] inline bool System::Fits(const Op& op) const {
  if constexpr (sizeof(std::size_t) < sizeof(std::uint64_t)) {
    const std::uint64_t align = std::uint64_t{1} << op.align_log2;
    if (op.bytes > SIZE_MAX || align > SIZE_MAX) return false;
  }
  const bool has_limits =
      port_.max_request_bytes != 0 || port_.max_request_align != 0;
  return !has_limits || IsInLimits(op);
}

[[gnu::always_inline]] inline void System::Perform(const Call& call,
                                                   Outcome& outcome) {
  if (has_provider_) memory_->ForgetCalls();
  outcome = Outcome{};
  if (call.op.verb == Verb::kAllocate) {
    Allocate(call, outcome);
  } else if (call.op.verb == Verb::kFree) {
    {
      const Witness::Call calling(*witness_, Function::kDeallocate);
      outcome.status = Free(call);
    }
    if (IsDone(outcome.status)) Freed(call.op.slot);
  } else {
    outcome = AnswerOther(call);
  }
  ReadStatistics(outcome.statistics);
}

[[gnu::always_inline]] inline void System::Allocate(const Call& call,
                                                    Outcome& outcome) {
  void* block = nullptr;
  outcome.status = Request(call, block);
  if (outcome.status != Status::kOk) return;
  outcome.offset = arena_->OffsetOf(block);
  Had(call.op.slot, outcome.offset, call);
}

[[gnu::always_inline]] inline Status System::Request(const Call& call,
                                                     void*& block) {
  const Witness::Call calling(*witness_, Function::kAllocate);
  return StatusFrom(
      port_.allocate(state_.data(), static_cast<std::size_t>(call.bytes),
                     static_cast<std::size_t>(call.align_bytes), &block));
}

[[gnu::always_inline]] inline void System::Had(std::uint32_t slot,
                                               std::uint64_t offset,
                                               const Call& call) {
  if (slot >= slots_.size()) AddSlots(slot);
  if (slots_[slot].state != SlotState::kLive) ++live_count_;
  ++allocations_;
  slots_[slot] = {offset, call.bytes, 0,
                  static_cast<std::uint8_t>(std::countr_zero(call.align_bytes)),
                  SlotState::kLive};
  just_freed_.reset();
}

[[gnu::always_inline]] inline Status System::Free(const Call& call) {
  return StatusFrom(port_.deallocate(
      state_.data(), call.pointer, static_cast<std::size_t>(call.bytes),
      static_cast<std::size_t>(call.align_bytes)));
}

[[gnu::always_inline]] inline void System::Freed(std::uint32_t slot) {
  --live_count_;
  slots_[slot].state = SlotState::kFreed;
  slots_[slot].allocations_before = allocations_;
  just_freed_ = slot;
}

[[gnu::always_inline]] inline void System::ReadStatistics(
    Statistics& statistics) const {
  if (port_.statistics == nullptr || !is_running_) return;
  lockstep_statistics now{};
  {
    const Witness::Call calling(*witness_, Function::kStatistics);
    port_.statistics(state_.data(), &now);
  }
  statistics.total = now.total;
  statistics.used = now.used;
  statistics.available = now.available;
  if (Promises(LOCKSTEP_COUNTS_REQUESTED)) statistics.requested = now.requested;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_SYSTEM_INLINE_H_
