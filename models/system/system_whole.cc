// The part of a system that performs the verbs of the whole interface: blocks of
// another size, of zeros, and many at once. And what a port says about itself.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/script/op.h"
#include "models/system/system.h"

namespace lockstep::suite {
namespace {

std::size_t Narrow(std::uint64_t number) {
  return static_cast<std::size_t>(number);
}

}  // namespace

Status System::CallReallocate(const Call& call, void*& block) {
  const auto reallocate = call.op.verb == Verb::kReallocateZeroed
                              ? port_.reallocate_zeroed
                              : port_.reallocate;
  return StatusFrom(
      reallocate(state_.data(), call.pointer, Narrow(call.held_bytes),
                 Narrow(call.held_align_bytes), Narrow(call.bytes),
                 Narrow(call.align_bytes), &block));
}

Status System::CallResize(const Call& call) {
  return StatusFrom(
      port_.resize(state_.data(), call.pointer, Narrow(call.held_bytes),
                   Narrow(call.held_align_bytes), Narrow(call.bytes)));
}

Outcome System::Reallocate(const Call& call) {
  const bool is_zeroed = call.op.verb == Verb::kReallocateZeroed;
  void* block = nullptr;
  Outcome outcome;
  if (is_zeroed && call.pointer != nullptr &&
      Promises(LOCKSTEP_ZEROES_FROM_USABLE) && port_.usable_of != nullptr) {
    outcome.number = UsableOf(call).number;
  }
  {
    const Witness::Call calling(*witness_, is_zeroed
                                               ? Function::kReallocateZeroed
                                               : Function::kReallocate);
    outcome.status = CallReallocate(call, block);
  }
  if (outcome.status != Status::kOk) return outcome;
  outcome.offset = arena_->OffsetOf(block);
  Had(call.op.slot, outcome.offset, call);
  return outcome;
}

Outcome System::Resize(const Call& call) {
  Outcome outcome;
  {
    const Witness::Call calling(*witness_, Function::kResize);
    outcome.status = CallResize(call);
  }
  if (outcome.status != Status::kOk) return outcome;
  outcome.offset = call.offset;
  Had(call.op.slot, call.offset, call);
  return outcome;
}

Outcome System::ChangeOtherLayout(const Call& call) {
  const bool moves = call.op.verb == Verb::kReallocateOtherLayout;
  const Function function = moves ? Function::kReallocate : Function::kResize;
  void* block = nullptr;
  Outcome outcome;
  outcome.status = TryMisuse(LayoutDetectedBy(call.op), function, [&] {
    return moves ? CallReallocate(call, block) : CallResize(call);
  });
  return outcome;
}

Outcome System::AllocateZeroed(const Call& call) {
  void* block = nullptr;
  Outcome outcome;
  {
    const Witness::Call calling(*witness_, Function::kAllocateZeroed);
    outcome.status = StatusFrom(port_.allocate_zeroed(
        state_.data(), Narrow(call.op.offset), Narrow(call.op.bytes),
        Narrow(call.align_bytes), &block));
  }
  if (outcome.status != Status::kOk) return outcome;
  outcome.offset = arena_->OffsetOf(block);
  Had(call.op.slot, outcome.offset, call);
  return outcome;
}

Outcome System::UsableOf(const Call& call) const {
  std::size_t usable = 0;
  Outcome outcome;
  const Witness::Call calling(*witness_, Function::kUsableOf);
  outcome.status = StatusFrom(
      port_.usable_of(state_.data(), call.pointer, Narrow(call.held_bytes),
                      Narrow(call.held_align_bytes), &usable));
  outcome.number = usable;
  return outcome;
}

Outcome System::Footprint() const {
  std::size_t bytes = 0;
  const Witness::Call calling(*witness_, Function::kFootprint);
  port_.footprint(state_.data(), &bytes);
  Outcome outcome;
  outcome.status = Status::kOk;
  outcome.number = bytes;
  return outcome;
}

const char* System::Audit() const {
  if (port_.audit == nullptr || !is_running_) return nullptr;
  const Witness::Call calling(*witness_, Function::kAudit);
  return port_.audit(state_.data());
}

Statistics System::ReadStatistics() const {
  Statistics statistics;
  ReadStatistics(statistics);
  return statistics;
}

std::uint64_t System::StepsOfPort() const {
  if (port_.steps == nullptr || !is_running_) return 0;
  const Witness::Call calling(*witness_, Function::kSteps);
  return port_.steps(state_.data());
}

std::optional<std::uint64_t> System::Needs(std::uint64_t bytes,
                                           std::uint64_t align_bytes) const {
  if (port_.needs == nullptr) return std::nullopt;
  const Witness::Call calling(*witness_, Function::kNeeds);
  const std::size_t needed =
      port_.needs(state_.data(), Narrow(bytes), Narrow(align_bytes));
  if (needed == SIZE_MAX) return std::nullopt;
  return needed;
}

void System::BatchOf(const Op& op, std::vector<std::uint32_t>& slots) const {
  const bool fills = op.verb == Verb::kAllocateMany;
  const Slot* first = nullptr;
  slots.clear();
  for (std::uint64_t slot = op.slot; slot < op.slot + op.offset; ++slot) {
    const auto number = static_cast<std::uint32_t>(slot);
    if (fills != IsLive(number)) {
      const bool is_live = !fills;
      if (is_live && first == nullptr) first = &slots_[number];
      const bool is_alike =
          !is_live || (slots_[number].bytes == first->bytes &&
                       slots_[number].align_log2 == first->align_log2);
      if (is_alike) slots.push_back(number);
    }
  }
}

Outcome System::AllocateMany(const Call& call) {
  BatchOf(call.op, batch_);
  blocks_.assign(batch_.size(), nullptr);
  std::size_t served = 0;
  Outcome outcome;
  {
    const Witness::Call calling(*witness_, Function::kAllocateMany);
    outcome.status = StatusFrom(
        port_.allocate_many(state_.data(), batch_.size(), Narrow(call.bytes),
                            Narrow(call.align_bytes), blocks_.data(), &served));
  }
  if (outcome.status != Status::kOk) return outcome;
  outcome.number = served;
  for (std::size_t i = 0; i < served && i < batch_.size(); ++i) {
    Had(batch_[i], arena_->OffsetOf(blocks_[i]), call);
  }
  return outcome;
}

Outcome System::FreeMany(const Call& call) {
  BatchOf(call.op, batch_);
  blocks_.clear();
  for (const std::uint32_t slot : batch_) {
    blocks_.push_back(arena_->At(slots_[slot].offset));
  }
  Outcome outcome;
  {
    const Witness::Call calling(*witness_, Function::kDeallocateMany);
    outcome.status = StatusFrom(
        port_.deallocate_many(state_.data(), blocks_.data(), blocks_.size(),
                              Narrow(call.bytes), Narrow(call.align_bytes)));
  }
  if (!IsDone(outcome.status)) return outcome;
  for (const std::uint32_t slot : batch_) Freed(slot);
  // Nobody knows which of them the port took last.
  just_freed_.reset();
  return outcome;
}

}  // namespace lockstep::suite
