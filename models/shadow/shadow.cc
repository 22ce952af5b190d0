#include "models/shadow/shadow.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

Verdict Broken(Rule rule, std::size_t step, std::string expected,
               std::string came) {
  return Violation{rule.name, step, std::move(expected), std::move(came)};
}

bool IsAnyOf(Status status, std::initializer_list<Status> allowed) {
  return std::ranges::find(allowed, status) != allowed.end();
}

bool MayBeFreedWith(Status status, bool pulls) {
  return status == Status::kInvalidParam ||
         (pulls ? IsAnyOf(status,
                          {Status::kInvalidPointer, Status::kAlignmentMismatch,
                           Status::kFatalError})
                : status == Status::kNotAllocated);
}

}  // namespace

void Shadow::Begin(const System& system) {
  system_ = &system;
  ledger_.Clear();
  regions_.Clear();
  isolated_.clear();
  while (!blocks_.empty()) {
    spare_.push_back(blocks_.extract(blocks_.begin()));
  }
  gaps_.Clear();
  guards_.Clear();
  before_ = system.ReadStatistics();
  requested_bytes_ = 0;
  just_freed_.reset();
}

Verdict Shadow::Before(const Call& call) {
  if (call.op.verb == Verb::kInit || call.op.verb == Verb::kAdd) {
    PlaceGuards(call);
  }
  if (call.op.verb != Verb::kFree) return std::nullopt;
  return CheckContents(by_slot_[call.op.slot], call.step);
}

Verdict Shadow::Observe(const Call& call, const Outcome& outcome) {
  // A block that is freed is struck out before the slab that it was in.
  const bool is_free = call.op.verb == Verb::kFree;
  Verdict verdict;
  if (!is_free) verdict = ObserveProvider(call.step);
  if (verdict) return verdict;
  switch (call.op.verb) {
    case Verb::kInit:
    case Verb::kAdd:
      verdict = ObserveRegion(call, outcome.status);
      break;
    case Verb::kAllocate:
      verdict = ObserveAllocate(call, outcome);
      break;
    case Verb::kStatistics:
      break;
    case Verb::kUsable:
      verdict = ObserveUsable(call, outcome);
      break;
    case Verb::kFree:
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
    case Verb::kFreeForeign:
    case Verb::kFreeNull:
    case Verb::kFreeOtherLayout:
      verdict = ObserveFree(call, outcome.status);
      break;
    default:
      verdict = ObservePull(call, outcome.status);
      break;
  }
  if (!verdict && is_free) verdict = ObserveProvider(call.step);
  if (verdict) return verdict;
  return ObserveStatistics(call, outcome);
}

Verdict Shadow::ObserveRegion(const Call& call, Status status) {
  if (!IsAnyOf(status, {Status::kOk, Status::kNoMemory, Status::kInvalidParam,
                        Status::kMemoryOverlap})) {
    return Broken(kStatusRule, call.step,
                  "ok, no_memory, invalid_param or memory_overlap",
                  std::string(NameOf(status)));
  }
  const bool is_first = regions_.regions().empty();
  const bool is_in_turn = (call.op.verb == Verb::kInit) == is_first;
  const bool is_sound = system_->HasSoundBounds(call.op);
  const Region region =
      system_->Rounded({call.offset, call.offset + call.bytes});
  const bool overlaps = is_sound && regions_.Overlaps(region);
  if (status == Status::kOk) {
    if (!is_in_turn || !is_sound || overlaps) {
      return Broken(kDetectedRule, call.step,
                    overlaps && is_in_turn ? "memory_overlap" : "an error",
                    "ok");
    }
    regions_.Add(region);
    guards_.Lift(region);
    just_freed_.reset();
    RecountGaps();
    return std::nullopt;
  }
  if (!is_in_turn || !is_sound) return std::nullopt;
  if (overlaps) {
    if (status == Status::kMemoryOverlap) return std::nullopt;
    return Broken(kStatusRule, call.step, "memory_overlap",
                  std::string(NameOf(status)));
  }
  // A port may have room for only so many regions, but not for none.
  if (status == Status::kNoMemory && !is_first) return std::nullopt;
  return Broken(kAcceptedRule, call.step, "ok", std::string(NameOf(status)));
}

Verdict Shadow::ObserveFree(const Call& call, Status status) {
  const bool is_misuse = call.op.verb != Verb::kFree;
  const bool is_done = system_->IsDone(status);
  if (!is_done && !MayBeFreedWith(status, system_->Pulls())) {
    return Broken(kStatusRule, call.step, "ok, or an error of freeing",
                  std::string(NameOf(status)));
  }
  if (is_misuse != is_done) {
    if (is_misuse) return std::nullopt;
    Erase(call.op.slot);
    requested_bytes_ -= call.bytes;
    just_freed_ = Request{call.bytes, call.align_bytes};
    return std::nullopt;
  }
  return is_misuse ? Broken(kDetectedRule, call.step, "an error of freeing",
                            std::string(NameOf(status)))
                   : Broken(kAcceptedRule, call.step, "ok",
                            std::string(NameOf(status)));
}

Verdict Shadow::ObserveUsable(const Call& call, const Outcome& outcome) {
  if (!IsAnyOf(outcome.status, {Status::kOk, Status::kInvalidParam})) {
    return Broken(kStatusRule, call.step, "ok or invalid_param",
                  std::string(NameOf(outcome.status)));
  }
  if (outcome.status == Status::kOk &&
      (outcome.min_bytes < call.bytes ||
       outcome.max_bytes < outcome.min_bytes)) {
    return Broken(kUsableRule, call.step, Text(call.bytes, " <= min <= max"),
                  Text("min=", outcome.min_bytes, " max=", outcome.max_bytes));
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
