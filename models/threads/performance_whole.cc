// The part of a performance that resizes blocks, asks for statistics and sizes,
// and changes where memory comes from.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "models/shadow/contents.h"
#include "models/threads/performance.h"

namespace lockstep::suite {

void Performance::CheckKept(const Slot& slot, void* block) {
  const std::uint64_t kept = std::min<std::uint64_t>(slot.block.bytes, bytes_);
  stage_.Touch(block, static_cast<std::size_t>(kept), false);
  const auto at = FirstDamageBefore(kept, static_cast<const std::byte*>(block),
                                    slot.block.usable_bytes, slot.seed);
  if (at && !event_.spoiled) {
    HeldBlock moved = slot.block;
    moved.offset = stage_.arena_->OffsetOf(block);
    event_.spoiled = WrongByte{moved, *at};
  }
}

lockstep_status Performance::AskUsable(const HeldBlock& held,
                                       std::size_t& usable) const {
  return port_.usable_of(state_, stage_.arena_->At(held.offset),
                         static_cast<std::size_t>(held.bytes),
                         static_cast<std::size_t>(held.align_bytes), &usable);
}

// The first byte of a block that is cleared when it grows.
std::uint64_t Performance::ZeroedFrom(const HeldBlock& held) {
  if (!stage_.Promises(LOCKSTEP_ZEROES_FROM_USABLE) ||
      port_.usable_of == nullptr) {
    return held.bytes;
  }
  std::size_t usable = 0;
  const lockstep_status status =
      Inside(Function::kUsableOf, [&] { return AskUsable(held, usable); });
  return status == LOCKSTEP_OK ? std::max<std::uint64_t>(usable, held.bytes)
                               : held.bytes;
}

// The null pointer, zero bytes or another align are passed only to a port that
// promises to reallocate these.
void Performance::Reallocate() {
  if (op_.bytes == 0 && !stage_.Promises(LOCKSTEP_REALLOCATES_TO_ZERO)) return;
  Slot* slot = ClaimSlot(op_.slot, SlotState::kLive);
  if (slot == nullptr && claims_.empty() &&
      stage_.Promises(LOCKSTEP_REALLOCATES_NULL)) {
    if (ClaimSlot(op_.slot, SlotState::kEmpty) == nullptr) return;
  } else if (slot == nullptr) {
    return;
  }
  if (!ClaimHandle()) return;
  const bool is_zeroed = op_.verb == Verb::kReallocateZeroed;
  const HeldBlock held = slot == nullptr ? HeldBlock{} : slot->block;
  if (slot != nullptr && port_.max_reallocate_align != 0 &&
      held.align_bytes > port_.max_reallocate_align) {
    return;
  }
  const bool keeps =
      slot != nullptr && !stage_.Promises(LOCKSTEP_REALLOCATES_ALIGN);
  const auto align =
      keeps ? static_cast<std::size_t>(held.align_bytes) : align_;
  if (slot != nullptr) Look(*slot);
  void* const old = slot == nullptr ? nullptr : stage_.arena_->At(held.offset);
  const std::uint64_t from =
      is_zeroed && slot != nullptr ? ZeroedFrom(held) : held.bytes;
  const auto reallocate =
      is_zeroed ? port_.reallocate_zeroed : port_.reallocate;
  Call(is_zeroed ? Function::kReallocateZeroed : Function::kReallocate, [&] {
    return reallocate(state_, old, static_cast<std::size_t>(held.bytes),
                      static_cast<std::size_t>(held.align_bytes), bytes_, align,
                      &block_);
  });
  if (event_.outcome.status != Status::kOk) return;
  event_.outcome.offset = stage_.arena_->OffsetOf(block_);
  if (slot != nullptr) {
    CheckKept(*slot, block_);
    Lose(claims_.back());
  }
  if (is_zeroed && from < bytes_) {
    CheckZero({op_.slot, event_.outcome.offset, bytes_, align, bytes_}, from);
  }
  Have(claims_.back(), block_, bytes_, align);
}

void Performance::Resize() {
  Slot* const slot = ClaimSlot(op_.slot, SlotState::kLive);
  if (slot == nullptr || !ClaimHandle()) return;
  const HeldBlock held = slot->block;
  if (port_.max_reallocate_align != 0 &&
      held.align_bytes > port_.max_reallocate_align) {
    return;
  }
  Look(*slot);
  void* const block = stage_.arena_->At(held.offset);
  Call(Function::kResize, [&] {
    return port_.resize(state_, block, static_cast<std::size_t>(held.bytes),
                        static_cast<std::size_t>(held.align_bytes), bytes_);
  });
  if (event_.outcome.status != Status::kOk) return;
  event_.outcome.offset = held.offset;
  CheckKept(*slot, block);
  Lose(claims_.back());
  Have(claims_.back(), block, bytes_, held.align_bytes);
}

// From now on, the client uses all of the block that it may use.
void Performance::UsableOf() {
  Slot* const slot = ClaimSlot(op_.slot, SlotState::kLive);
  if (slot == nullptr) return;
  HeldBlock& held = slot->block;
  void* const block = stage_.arena_->At(held.offset);
  std::size_t usable = 0;
  Look(*slot);
  Call(Function::kUsableOf, [&] { return AskUsable(held, usable); });
  if (event_.outcome.status != Status::kOk) return;
  event_.outcome.number = usable;
  if (usable < held.bytes) return;
  const ArenaSpec& arena = stage_.arena_->spec();
  const bool is_inside =
      stage_.Promises(LOCKSTEP_OWN_MEMORY) ||
      (held.offset < arena.bytes && usable <= arena.bytes - held.offset);
  if (!is_inside) return;
  event_.given_up.push_back(held);
  held.usable_bytes = usable;
  event_.received.push_back(held);
  stage_.Touch(block, usable, true);
  Fill(stage_.arena_->At(held.offset), usable, slot->seed);
}

void Performance::Ask() {
  if (op_.verb == Verb::kFootprint) {
    if (port_.footprint == nullptr) return;
    std::size_t bytes = 0;
    Call(Function::kFootprint, [&] {
      port_.footprint(state_, &bytes);
      return LOCKSTEP_OK;
    });
    event_.outcome.number = bytes;
    return;
  }
  if (port_.statistics == nullptr || !ClaimHandle()) return;
  lockstep_statistics now{};
  Call(Function::kStatistics, [&] {
    port_.statistics(state_, &now);
    return LOCKSTEP_OK;
  });
  event_.has_statistics = true;
  event_.outcome.statistics = {now.total, now.used, now.available, {}};
  if (stage_.Promises(LOCKSTEP_COUNTS_REQUESTED)) {
    event_.outcome.statistics.requested = now.requested;
  }
}

// Other bounds are misuse.
bool Performance::HasSoundBounds() const {
  const auto is_multiple = [](std::uint64_t number, std::uint64_t unit) {
    return unit == 0 || number % unit == 0;
  };
  const std::uint64_t granule =
      op_.verb == Verb::kInit ? port_.init_granule_bytes : 0;
  const Region inner =
      RoundInward({op_.offset, op_.offset + op_.bytes},
                  std::max<std::uint64_t>(port_.unit_bytes, 1));
  return is_multiple(op_.offset, port_.region_align_bytes) &&
         is_multiple(op_.bytes, port_.region_align_bytes) &&
         is_multiple(op_.bytes, granule) && inner.start < inner.end;
}

// Gives a region to each instance, at the same offset from the start of the
// instance's arena.
void Performance::Give() {
  const auto give = op_.verb == Verb::kInit ? port_.init : port_.add;
  const std::uint64_t arena_bytes = stage_.spec_.bytes;
  if (give == nullptr || op_.thread != 0 || op_.offset > arena_bytes ||
      op_.bytes > arena_bytes - op_.offset || op_.bytes == 0) {
    return;
  }
  if ((op_.verb == Verb::kInit) != stage_.regions_.empty()) return;
  if (!HasSoundBounds()) return;
  const Region region{op_.offset, op_.offset + op_.bytes};
  for (const Region& old : stage_.regions_) {
    if (old.Overlaps(region)) return;
  }
  Call(op_.verb == Verb::kInit ? Function::kInit : Function::kAdd, [&] {
    lockstep_status status = LOCKSTEP_OK;
    for (std::uint8_t i = 0; i < stage_.instances_; ++i) {
      const std::uint64_t shift = i * arena_bytes;
      status = give(stage_.StateOf(i), stage_.arena_->At(shift + op_.offset),
                    bytes_);
      if (status != LOCKSTEP_OK) break;
    }
    return status;
  });
  if (event_.outcome.status != Status::kOk) return;
  for (std::uint8_t i = 0; i < stage_.instances_; ++i) {
    const std::uint64_t shift = i * arena_bytes;
    stage_.regions_.push_back({region.start + shift, region.end + shift});
  }
}

// The first attach creates a family. This happens only outside a parallel
// block, and only if nothing of an earlier family is live.
void Performance::Attach() {
  if (port_.attach == nullptr || op_.slot >= port_.handle_count) return;
  std::atomic<int>& users = stage_.handles_[op_.slot];
  stage_.Touch(&users, 1, true);
  int expected = Stage::kDetached;
  if (!users.compare_exchange_strong(expected, Stage::kChanging)) return;
  if (ClaimHandle() || (op_.thread == 0 && stage_.Live().empty())) {
    Call(Function::kAttach, [&] {
      return port_.attach(state_, op_.slot, &stage_.provider_.table());
    });
  }
  const bool is_attached = event_.outcome.status == Status::kOk;
  stage_.Touch(&users, 1, true);
  users.store(is_attached ? 0 : Stage::kDetached, std::memory_order_release);
}

void Performance::Detach() {
  if (port_.detach == nullptr || op_.slot >= port_.handle_count) return;
  std::atomic<int>& users = stage_.handles_[op_.slot];
  stage_.Touch(&users, 1, true);
  int expected = 0;
  if (!users.compare_exchange_strong(expected, Stage::kChanging)) return;
  Call(Function::kDetach, [&] { return port_.detach(state_, op_.slot); });
  stage_.Touch(&users, 1, true);
  users.store(IsDone() ? Stage::kDetached : 0, std::memory_order_release);
}

void Performance::Trim() {
  if (port_.trim == nullptr || !ClaimHandle()) return;
  Call(Function::kTrim, [&] { return port_.trim(state_); });
}

}  // namespace lockstep::suite
