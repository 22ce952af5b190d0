// What the shadow knows of blocks that are had, and of requests refused.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "models/script/text.h"
#include "models/shadow/contents.h"
#include "models/shadow/shadow.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

std::uint64_t SeedOf(std::uint32_t slot, std::size_t step) {
  return (std::uint64_t{slot} << 32) + step;
}

std::uint64_t SumAtMost(std::uint64_t one, std::uint64_t other) {
  return one > UINT64_MAX - other ? UINT64_MAX : one + other;
}

}  // namespace

[[gnu::flatten]] Verdict Shadow::ObserveAllocate(const Call& call,
                                                 const Outcome& outcome) {
  if (outcome.status != Status::kOk) {
    return ObserveRefusal(call, outcome.status, MustFit(call));
  }
  auto place = LiveBlocks::Place::kEnd;
  if (auto verdict = CheckPlace(call, outcome.offset, place)) return verdict;
  if (call.op.verb == Verb::kAllocateZeroed) {
    if (auto verdict = CheckZeros(call, outcome.offset, 0)) return verdict;
  }
  Enter(call, call.op.slot, outcome.offset, place);
  return std::nullopt;
}

Verdict Shadow::CheckPlace(const Call& call, std::uint64_t offset,
                           LiveBlocks::Place& place) const {
  const std::uint64_t extent = ExtentBytes(call);
  const auto address =
      reinterpret_cast<std::uintptr_t>(system_->arena().At(offset));
  // The alignment is a power of two.
  if (address == 0 || !memory_->Contains(offset, extent) ||
      (address & (call.align_bytes - 1)) != 0) {
    return Misplaced(call, offset);
  }
  place = blocks_.Find(offset);
  const Block& next = blocks_.At(place);
  if (next.offset < offset + extent) return Overlaps(call, offset, next);
  const Block& previous = blocks_.Before(place);
  if (previous.end > offset) return Overlaps(call, offset, previous);
  return std::nullopt;
}

Verdict Shadow::Misplaced(const Call& call, std::uint64_t offset) const {
  if (system_->arena().At(offset) == nullptr) {
    return Violation{kStatusRule.name, call.step, "a block, or an error",
                     "ok with a null block"};
  }
  const std::uint64_t extent = ExtentBytes(call);
  if (!memory_->Contains(offset, extent)) {
    return Violation{kInsideRule.name, call.step,
                     "a block inside " + memory_->Describe(),
                     TextOf({offset, offset + extent})};
  }
  return Violation{kAlignedRule.name, call.step,
                   Text("an address aligned to ", call.align_bytes),
                   Text("offset ", offset)};
}

Verdict Shadow::Overlaps(const Call& call, std::uint64_t offset,
                         const Block& other) const {
  return Violation{
      kDisjointRule.name, call.step, "memory that is not in use",
      Text(TextOf({offset, offset + ExtentBytes(call)}), ", where b",
           other.slot, " is live at ", TextOf({other.offset, other.end}))};
}

void Shadow::Enter(const Call& call, std::uint32_t slot, std::uint64_t offset,
                   LiveBlocks::Place place) {
  const Block live{offset, offset + ExtentBytes(call), call.bytes,
                   SeedOf(slot, call.step), slot};
  Insert(place, live);
  Fill(system_->arena().At(offset), live.bytes, live.seed, TouchedPages());
  requested_bytes_ += call.bytes;
  change_.gained_bytes += call.bytes;
  change_.gains = true;
  weight_bytes_ += WeightOf(call.bytes);
  just_freed_.reset();
}

Verdict Shadow::ObserveRefusal(const Call& call, Status status,
                               bool must_serve) const {
  const bool is_error = memory_->MayRefuseWith(status);
  if (is_error && !must_serve) return std::nullopt;
  return Violation{
      is_error ? kRefusalRule.name : kStatusRule.name, call.step,
      is_error ? "ok, as the port promised" : "an error of allocation",
      std::string(NameOf(status))};
}

bool Shadow::MustFit(const Call& call) const {
  const lockstep_port& port = system_->port();
  if (call.op.verb == Verb::kAllocate &&
      system_->Promises(LOCKSTEP_FITS_AGAIN) &&
      just_freed_ == Request{call.bytes, call.align_bytes}) {
    return true;
  }
  if (system_->Promises(LOCKSTEP_SERVES_WHILE_PROVIDED)) {
    const std::uint64_t most =
        port.take_overhead_bytes == 0
            ? UINT64_MAX
            : SumAtMost(call.bytes, port.take_overhead_bytes);
    return !HasProviderFailed(*system_, most);
  }
  if (port.max_live_blocks != 0 &&
      system_->live_count() >= port.max_live_blocks) {
    return false;
  }
  if (const auto needed = system_->Needs(call.bytes, call.align_bytes)) {
    if (HasGap(*needed)) return true;
  }
  const std::uint64_t span = ExtentBytes(call);
  const std::uint64_t largest = port.largest_span_bytes;
  return coalesces_ && (largest == 0 || span <= largest) &&
         memory_->HasRoomFor(span);
}

}  // namespace lockstep::suite
