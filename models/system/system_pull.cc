// The part of a system that concerns ports which pull their memory.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "models/system/system.h"

namespace lockstep::suite {
namespace {

// The byte may be in a free slot, which is the port's to poison.
[[gnu::no_sanitize_address]] void FlipBit(void* address, unsigned bit) {
  auto* const byte = static_cast<unsigned char*>(address);
  *byte = static_cast<unsigned char>(*byte ^ 1u << bit);
}

}  // namespace

Status StatusFrom(lockstep_status status) {
  return status >= LOCKSTEP_OK && status <= LOCKSTEP_FATAL_ERROR
             ? static_cast<Status>(status)
             : Status::kUnknown;
}

bool System::IsGiven(std::uint64_t offset) const {
  if (HasOwnMemory()) return true;
  if (!Pulls()) return regions_.Contains(offset, 1);
  return std::ranges::any_of(provider_.taken(), [&](Region piece) {
    return piece.Contains(offset, 1);
  });
}

bool System::IsDone(Status status) const {
  if (status != Status::kFatalError) return status == Status::kOk;
  return std::ranges::any_of(provider_.calls(), [](const ProviderCall& call) {
    return !call.is_take && !call.was_granted;
  });
}

bool System::MayPull(const Op& op) const {
  switch (op.verb) {
    case Verb::kAttach:
      // A second family would make it unclear whose a block is.
      return op.slot < port_.handle_count && !IsAttached(op.slot) &&
             (HasHandle() || live_count_ == 0);
    case Verb::kDetach:
      return IsAttached(op.slot);
    case Verb::kTrim:
      return HasHandle() && port_.trim != nullptr;
    case Verb::kCorrupt:
      return HasHandle() && port_.audit != nullptr && MayCorrupt(op);
    default:
      return true;
  }
}

bool System::MayCorrupt(const Op& op) const {
  const auto slabs = provider_.taken();
  if (op.slot >= slabs.size() || op.bytes >= 8 ||
      op.offset >= slabs[op.slot].bytes()) {
    return false;
  }
  const std::uint64_t at = slabs[op.slot].start + op.offset;
  return std::ranges::none_of(slots_, [&](const Slot& slot) {
    return slot.state == SlotState::kLive && slot.offset <= at &&
           at - slot.offset < slot.bytes;
  });
}

Status System::PerformPull(const Op& op) {
  just_freed_.reset();
  switch (op.verb) {
    case Verb::kAttach:
      return Attach(op.slot);
    case Verb::kDetach:
      return Detach(op.slot);
    case Verb::kTrim:
      return StatusFrom(port_.trim(state_.data()));
    case Verb::kRefuse:
      provider_.Refuse(op.bytes);
      return Status::kOk;
    case Verb::kMisalign:
      provider_.Misalign(op.bytes);
      return Status::kOk;
    case Verb::kKeep:
      provider_.Keep(op.bytes);
      return Status::kOk;
    default:
      return Corrupt(op);
  }
}

Status System::Attach(std::uint32_t handle) {
  const Status status =
      StatusFrom(port_.attach(state_.data(), handle, &provider_.table()));
  if (status == Status::kOk) handles_ |= std::uint64_t{1} << handle;
  return status;
}

Status System::Detach(std::uint32_t handle) {
  const Status status = StatusFrom(port_.detach(state_.data(), handle));
  if (IsDone(status)) handles_ &= ~(std::uint64_t{1} << handle);
  return status;
}

// kFatalError when the audit noticed.
Status System::Corrupt(const Op& op) {
  std::byte* const byte =
      arena_->At(provider_.taken()[op.slot].start + op.offset);
  const auto bit = static_cast<unsigned>(op.bytes);
  FlipBit(byte, bit);
  const bool is_noticed = Audit() != nullptr;
  FlipBit(byte, bit);
  return is_noticed ? Status::kFatalError : Status::kOk;
}

}  // namespace lockstep::suite
