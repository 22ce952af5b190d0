// Allocating and freeing, one block or many.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/system/system.h"
#include "models/threads/performance.h"

namespace lockstep::suite {

void Performance::Allocate() {
  Slot* const slot = ClaimSlot(op_.slot, SlotState::kEmpty);
  if (slot == nullptr || !ClaimHandle()) return;
  const bool is_zeroed = op_.verb == Verb::kAllocateZeroed;
  if (is_zeroed && op_.offset > SIZE_MAX) return;
  const auto count = static_cast<std::size_t>(op_.offset);
  Call(is_zeroed ? Function::kAllocateZeroed : Function::kAllocate, [&] {
    return is_zeroed
               ? port_.allocate_zeroed(state_, count, bytes_, align_, &block_)
               : port_.allocate(state_, bytes_, align_, &block_);
  });
  if (event_.outcome.status != Status::kOk) return;
  const std::uint64_t bytes = is_zeroed ? count * bytes_ : bytes_;
  event_.outcome.offset = stage_.arena_->OffsetOf(block_);
  const HeldBlock block{op_.slot, event_.outcome.offset, bytes, align_, bytes};
  const bool is_huge = is_zeroed && Overflows(op_);
  if (is_zeroed && !is_huge) CheckZero(block, 0);
  Have(claims_.back(), block_, is_huge ? 0 : bytes, align_);
}

void Performance::AllocateMany() {
  for (std::uint64_t i = 0; i < op_.offset; ++i) {
    ClaimSlot(op_.slot + i, SlotState::kEmpty);
  }
  if (claims_.empty() || !ClaimHandle()) return;
  std::vector<void*> blocks(claims_.size());
  std::size_t served = 0;
  Call(Function::kAllocateMany, [&] {
    return port_.allocate_many(state_, blocks.size(), bytes_, align_,
                               blocks.data(), &served);
  });
  if (event_.outcome.status != Status::kOk) return;
  event_.outcome.number = served;
  for (std::size_t i = 0; i < std::min(served, blocks.size()); ++i) {
    Have(claims_[i], blocks[i], bytes_, align_);
  }
}

void Performance::Free() {
  Slot* const slot = ClaimSlot(op_.slot, SlotState::kLive);
  if (slot == nullptr) return;
  Look(*slot);
  const HeldBlock& held = slot->block;
  Call(Function::kDeallocate, [&] {
    return port_.deallocate(state_, stage_.arena_->At(held.offset),
                            static_cast<std::size_t>(held.bytes),
                            static_cast<std::size_t>(held.align_bytes));
  });
  if (IsDone()) Lose(claims_.back());
}

// Frees those of the blocks that have the layout of the first.
void Performance::FreeMany() {
  std::vector<void*> blocks;
  std::vector<std::size_t> freed;  // Indices of claims.
  for (std::uint64_t i = 0; i < op_.offset; ++i) {
    Slot* const slot = ClaimSlot(op_.slot + i, SlotState::kLive);
    if (slot == nullptr) continue;
    const HeldBlock& first =
        claims_[freed.empty() ? claims_.size() - 1 : freed.front()].slot->block;
    if (slot->block.bytes != first.bytes ||
        slot->block.align_bytes != first.align_bytes) {
      continue;
    }
    Look(*slot);
    freed.push_back(claims_.size() - 1);
    blocks.push_back(stage_.arena_->At(slot->block.offset));
  }
  if (blocks.empty()) return;
  const HeldBlock first = claims_[freed.front()].slot->block;
  Call(Function::kDeallocateMany, [&] {
    return port_.deallocate_many(state_, blocks.data(), blocks.size(),
                                 static_cast<std::size_t>(first.bytes),
                                 static_cast<std::size_t>(first.align_bytes));
  });
  if (!IsDone()) return;
  for (const std::size_t i : freed) Lose(claims_[i]);
}

}  // namespace lockstep::suite
