#include "models/spec/cache_spec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/spec/spec.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kSlabBytes = 512;
constexpr std::uint64_t kObjectAlign = 8;
// Thirteen words, and two counts of 32 bits.
constexpr std::uint64_t kHeaderBytes = 13 * kWordBytes + 8;

constexpr std::uint64_t SlotsOffsetFor(std::uint64_t slots, bool has_lock) {
  const std::uint64_t header = kHeaderBytes + (has_lock ? kWordBytes : 0);
  const std::uint64_t end = header + (slots + 15) / 16 * 4;
  return (end + kObjectAlign - 1) / kObjectAlign * kObjectAlign;
}

std::uint32_t SlotsThatFit(std::uint64_t object_bytes, bool has_lock) {
  std::uint32_t slots = 0;
  while (SlotsOffsetFor(slots + 1, has_lock) + (slots + 1) * object_bytes <=
         kSlabBytes) {
    ++slots;
  }
  return slots;
}

}  // namespace

CacheSpec::CacheSpec(std::uint64_t object_bytes, bool has_lock)
    : object_bytes_(object_bytes),
      slots_(SlotsThatFit(object_bytes, has_lock)),
      slots_offset_(SlotsOffsetFor(slots_, has_lock)) {}

std::optional<CacheSpec> CacheSpecOf(const lockstep_port& port) {
  const std::string_view claim =
      port.placement == nullptr ? "" : port.placement;
  const bool has_lock = claim == "slab_cache_locked";
  if (!has_lock && claim != "slab_cache") return std::nullopt;
  return CacheSpec(port.max_request_bytes, has_lock);
}

std::optional<Outcome> CacheSpec::Answer(const Call& call,
                                         std::span<const ProviderCall> calls) {
  made_ = calls;
  expected_.clear();
  switch (call.op.verb) {
    case Verb::kAttach:
      return OutcomeOf(Attach());
    case Verb::kDetach:
      return OutcomeOf(Detach());
    case Verb::kTrim:
      return OutcomeOf(Trim());
    case Verb::kAllocate:
      return Allocate(call);
    case Verb::kFree:
      return OutcomeOf(Free(call.offset));
    case Verb::kFreeInside:
      return OutcomeOf(Status::kAlignmentMismatch);
    case Verb::kFreeAgain:
    case Verb::kFreeForeign:
    case Verb::kFreeNull:
      return OutcomeOf(Status::kInvalidPointer);
    case Verb::kRefuse:
    case Verb::kMisalign:
    case Verb::kKeep:
      return OutcomeOf(Status::kOk);
    default:
      return std::nullopt;
  }
}

std::optional<Outcome> CacheSpec::AnswerMeanwhile(
    const Call& call, std::span<const ProviderCall> calls) {
  // What is lent already cannot be lent again: this is not the order.
  for (const ProviderCall& made : calls) {
    if (made.is_take && made.was_granted && slabs_.contains(made.offset)) {
      return OutcomeOf(Status::kUnknown);
    }
  }
  const auto outcome = Answer(call, calls);
  if (call.op.verb == Verb::kAllocate && outcome->status == Status::kOk) {
    GiveBackUnused();
  }
  return outcome;
}

void CacheSpec::GiveBackUnused() {
  if (!expected_.empty() || made_.empty() || !made_.front().was_granted) return;
  const ProviderCall taken = Expect(true, 0);
  if (taken.offset % kSlabBytes == 0) Expect(false, taken.offset);
}

Statistics CacheSpec::ReadStatistics() const {
  if (handles_ == 0) return {};
  const std::uint64_t total = slabs_.size() * slots_ * object_bytes_;
  const std::uint64_t used = live_ * object_bytes_;
  return {total, used, total - used, std::nullopt};
}

ProviderCall CacheSpec::Expect(bool is_take, Offset offset) {
  ProviderCall call{is_take, !is_take, offset, kSlabBytes, kSlabBytes};
  if (expected_.size() < made_.size()) {
    const ProviderCall& made = made_[expected_.size()];
    call.was_granted = made.was_granted;
    if (is_take) call.offset = made.offset;
  }
  expected_.push_back(call);
  return call;
}

Status CacheSpec::GiveBack(Offset offset) {
  slabs_.erase(offset);
  std::erase(partial_, offset);
  if (reserve_ == offset) reserve_.reset();
  return Expect(false, offset).was_granted ? Status::kOk : Status::kFatalError;
}

// An error, or null: there is a new slab at the front of the partial ones.
std::optional<Status> CacheSpec::AddSlab(Offset& offset) {
  const ProviderCall taken = Expect(true, 0);
  if (!taken.was_granted) return Status::kOutOfMemory;
  offset = taken.offset;
  if (offset % kSlabBytes != 0) {
    return GiveBack(offset) == Status::kOk ? Status::kAlignmentMismatch
                                           : Status::kFatalError;
  }
  Slab& slab = slabs_[offset];
  for (std::uint32_t slot = slots_; slot-- > 0;) {
    slab.free.push_back(slot);
  }
  partial_.push_front(offset);
  return std::nullopt;
}

void CacheSpec::AppendKey(std::string& key) const {
  AppendNumber(key, slabs_.size());
  for (const auto& [offset, slab] : slabs_) {
    AppendNumber(key, offset);
    AppendNumbers(key, slab.free);
  }
  AppendNumbers(key, partial_);
  AppendNumbers(key, full_);
  AppendNumber(key, reserve_ ? *reserve_ + 1 : 0);
  AppendNumber(key, master_);
  AppendNumber(key, handles_);
  AppendNumber(key, live_);
}

Status CacheSpec::Attach() {
  if (handles_ == 0) {
    if (const auto error = AddSlab(master_)) return *error;
  }
  ++handles_;
  return Status::kOk;
}

Status CacheSpec::Detach() {
  Status worst = Status::kOk;
  if (--handles_ == 0) {
    if (reserve_) worst = GiveBack(*reserve_);
    if (live_ == 0) worst = std::max(worst, GiveBack(master_));
  }
  return worst;
}

Status CacheSpec::Trim() {
  return reserve_ ? GiveBack(*reserve_) : Status::kOk;
}

Outcome CacheSpec::Allocate(const Call& call) {
  if (call.bytes > object_bytes_ || call.align_bytes > kObjectAlign) {
    return OutcomeOf(Status::kInvalidParam);
  }
  if (partial_.empty() && reserve_) {
    partial_.push_front(*reserve_);
    reserve_.reset();
  } else if (partial_.empty()) {
    Offset added = 0;
    if (const auto error = AddSlab(added)) return OutcomeOf(*error);
  }
  const Offset offset = partial_.front();
  Slab& slab = slabs_[offset];
  const std::uint32_t slot = slab.free.back();
  slab.free.pop_back();
  if (slab.free.empty()) {
    partial_.pop_front();
    full_.push_front(offset);
  }
  ++live_;
  return Grant{Status::kOk, offset + slots_offset_ + slot * object_bytes_};
}

Status CacheSpec::Free(Offset object) {
  const Offset offset = object / kSlabBytes * kSlabBytes;
  const auto slot = static_cast<std::uint32_t>(
      (object - offset - slots_offset_) / object_bytes_);
  Slab& slab = slabs_[offset];
  if (slab.free.empty()) {
    std::erase(full_, offset);
    partial_.push_front(offset);
  }
  slab.free.push_back(slot);
  --live_;
  Status worst = Status::kOk;
  if (slab.free.size() == slots_ && offset != master_) {
    if (handles_ != 0 && !reserve_) {
      std::erase(partial_, offset);
      reserve_ = offset;
    } else {
      worst = GiveBack(offset);
    }
  }
  if (handles_ == 0 && live_ == 0) worst = std::max(worst, GiveBack(master_));
  return worst;
}

}  // namespace lockstep::suite
