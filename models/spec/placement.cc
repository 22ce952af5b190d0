#include "models/spec/placement.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/region.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

std::string FormatCalls(std::span<const ProviderCall> calls) {
  std::string text = "calls of the provider:";
  for (const ProviderCall& call : calls) {
    text += Text(call.is_take ? " take " : " give back ", call.offset, " size ",
                 call.bytes, call.was_granted ? "," : " in vain,");
  }
  return calls.empty() ? text + " none" : text;
}

Grant AnswerFree(Spec& spec, const Call& call) {
  const auto offset = call.pointer == nullptr
                          ? std::nullopt
                          : std::optional<std::uint64_t>(call.offset);
  return {spec.Free(offset, call.bytes, call.align_bytes)};
}

bool IsGranted(const Grant& expected, const Outcome& outcome) {
  return outcome.status == expected.status &&
         (expected.status != Status::kOk || outcome.offset == expected.offset);
}

constexpr auto kDeadlyLayouts =
    LOCKSTEP_DIES_OF_OTHER_LAYOUT | LOCKSTEP_DIES_OF_IMPOSSIBLE_LAYOUT;

// By the checks alone, of which Resize to the same size is made; a specification
// without it always says kNoMemory.
Outcome RefuseOtherLayout(Spec& spec, std::uint64_t offset, Spec::Size size) {
  if (!IsLayout(size.bytes, size.align)) {
    return OutcomeOf(Status::kInvalidParam);
  }
  const Status status = spec.Resize(offset, size, size);
  if (status == Status::kNoMemory) return OutcomeOf(Status::kSkipped);
  return OutcomeOf(status == Status::kOk ? Status::kNotAllocated : status);
}

Outcome AnswerOtherLayout(Spec& spec, const Call& call,
                          lockstep_capabilities promises) {
  if ((promises & kDeadlyLayouts) != 0) return OutcomeOf(Status::kSkipped);
  if ((promises & LOCKSTEP_DETECTS_OTHER_LAYOUT) == 0) {
    return AnswerFree(spec, call);
  }
  return RefuseOtherLayout(spec, call.offset, {call.bytes, call.align_bytes});
}

// What is no layout is seen first, also if it is the new one.
Outcome AnswerChangeOfOther(Spec& spec, const Call& call,
                            lockstep_capabilities promises) {
  if ((promises & kDeadlyLayouts) != 0) return OutcomeOf(Status::kSkipped);
  if (!IsLayout(call.bytes, call.align_bytes)) {
    return OutcomeOf(Status::kInvalidParam);
  }
  return RefuseOtherLayout(spec, call.offset,
                           {call.held_bytes, call.held_align_bytes});
}

Outcome AnswerFreeAgain(Spec& spec, const Call& call,
                        lockstep_capabilities promises) {
  constexpr auto kDeadly =
      LOCKSTEP_DIES_OF_FREE_AGAIN | LOCKSTEP_DIES_OF_FREE_AGAIN_AT_ONCE;
  if ((promises & kDeadly) != 0) return OutcomeOf(Status::kSkipped);
  if ((promises & LOCKSTEP_DETECTS_FREE_AGAIN) != 0) {
    return OutcomeOf(Status::kNotAllocated);
  }
  return AnswerFree(spec, call);
}

Outcome AnswerGiven(Spec& spec, const Call& call, std::uint64_t arena_bytes) {
  // A region that leaves the arena is one that wraps: see System.
  const Region arena{0, arena_bytes};
  if (!arena.Contains(call.offset, call.bytes)) {
    return OutcomeOf(Status::kInvalidParam);
  }
  const Region region{call.offset, call.offset + call.bytes};
  return OutcomeOf(call.op.verb == Verb::kInit ? spec.Init(region)
                                               : spec.Add(region));
}

}  // namespace

void Placement::Begin(const System& system) {
  system_ = &system;
  const char* claim = system.port().placement;
  spec_ = claim == nullptr ? nullptr : MakeSpec(claim);
  cache_ = CacheSpecOf(system.port());
}

struct Placement::Books final : Memory {
  std::unique_ptr<Spec> spec;
  std::optional<CacheSpec> cache;
};

void Placement::Save(std::unique_ptr<Memory>& into) const {
  if (into == nullptr) into = std::make_unique<Books>();
  auto& books = static_cast<Books&>(*into);
  books.cache = cache_;
  if (spec_ == nullptr) return;
  if (books.spec == nullptr) {
    books.spec = spec_->Clone();
  } else {
    books.spec->Follow(*spec_);
  }
}

void Placement::Restore(const Memory* memory) {
  const auto& books = static_cast<const Books&>(*memory);
  cache_ = books.cache;
  if (spec_ != nullptr) spec_->Follow(*books.spec);
}

Verdict Placement::Observe(const Call& call, const Outcome& outcome) {
  if (cache_) return ObserveCache(call, outcome);
  if (spec_ == nullptr) return std::nullopt;
  // What scripts consist of is compared without an outcome for every verb.
  const bool is_request = call.op.verb == Verb::kAllocate;
  if (is_request || call.op.verb == Verb::kFree) {
    const Grant expected = is_request
                               ? spec_->Allocate(call.bytes, call.align_bytes)
                               : AnswerFree(*spec_, call);
    const bool is_same = IsGranted(expected, outcome);
    if (is_same && HasStatistics(outcome.statistics)) return std::nullopt;
    return Compare(call, expected, outcome);
  }
  const Outcome expected = Answer(*spec_, call, system_->arena().spec().bytes,
                                  system_->port().capabilities);
  const bool is_same = SameOutcome(call.op, expected, outcome);
  if (is_same && HasStatistics(outcome.statistics)) return std::nullopt;
  return Compare(call, expected, outcome);
}

bool Placement::HasStatistics(const Statistics& came) const {
  if (system_->port().statistics == nullptr) return true;
  const Statistics after = spec_->ReadStatistics();
  return came.total == after.total && came.used == after.used &&
         came.available == after.available &&
         (!came.requested || came.requested == after.requested);
}

Verdict Placement::Compare(const Call& call, Outcome expected,
                           const Outcome& outcome) const {
  // The specification says nothing of it.
  if (expected.status == Status::kSkipped) expected = outcome;
  expected.statistics = spec_->ReadStatistics();
  if (!outcome.statistics.requested) expected.statistics.requested.reset();
  if (!SameOutcome(call.op, expected, outcome)) {
    return Violation{kPlacementRule.name, call.step,
                     FormatOutcome(call.op, expected),
                     FormatOutcome(call.op, outcome)};
  }
  return CompareStatistics(call.step, expected.statistics, outcome.statistics);
}

Verdict Placement::OtherStatistics(std::size_t step, const Statistics& expected,
                                   const Statistics& came) {
  const Op stats{.verb = Verb::kStatistics};
  Outcome outcome = OutcomeOf(Status::kOk);
  outcome.statistics = expected;
  const std::string text = FormatOutcome(stats, outcome);
  outcome.statistics = came;
  return Violation{kPlacementRule.name, step, Text("afterwards ", text),
                   Text("afterwards ", FormatOutcome(stats, outcome))};
}

Verdict Placement::ObserveCache(const Call& call, const Outcome& outcome) {
  const auto made = system_->memory().calls();
  const auto expected = cache_->Answer(call, made);
  if (expected && !SameOutcome(call.op, *expected, outcome)) {
    return Violation{kPlacementRule.name, call.step,
                     FormatOutcome(call.op, *expected),
                     FormatOutcome(call.op, outcome)};
  }
  if (!std::ranges::equal(cache_->expected_calls(), made)) {
    return Violation{kPlacementRule.name, call.step,
                     FormatCalls(cache_->expected_calls()), FormatCalls(made)};
  }
  return CompareStatistics(call.step, cache_->ReadStatistics(),
                           outcome.statistics);
}

Outcome Answer(Spec& spec, const Call& call, std::uint64_t arena_bytes,
               lockstep_capabilities promises) {
  switch (call.op.verb) {
    case Verb::kInit:
    case Verb::kAdd:
      return AnswerGiven(spec, call, arena_bytes);
    case Verb::kAllocate:
      return spec.Allocate(call.bytes, call.align_bytes);
    case Verb::kStatistics:
      return OutcomeOf(Status::kOk);
    case Verb::kUsable:
      return spec.Usable(call.bytes, call.align_bytes);
    case Verb::kReallocate:
    case Verb::kReallocateZeroed:
      if (call.pointer == nullptr) {
        return spec.Allocate(call.bytes, call.align_bytes);
      }
      return spec.Reallocate(call.offset,
                             {call.held_bytes, call.held_align_bytes},
                             {call.bytes, call.align_bytes});
    case Verb::kResize:
      if (!IsLayout(call.bytes, call.align_bytes)) {
        return OutcomeOf(Status::kInvalidParam);
      }
      return OutcomeOf(spec.Resize(call.offset,
                                   {call.held_bytes, call.held_align_bytes},
                                   {call.bytes, call.align_bytes}));
    case Verb::kAllocateZeroed:
      return Overflows(call.op) ? OutcomeOf(Status::kInvalidParam)
                                : spec.Allocate(call.bytes, call.align_bytes);
    case Verb::kUsableOf:
    case Verb::kFootprint:
    case Verb::kAllocateMany:
    case Verb::kFreeMany:
      return OutcomeOf(Status::kSkipped);
    case Verb::kFreeAgain:
      return AnswerFreeAgain(spec, call, promises);
    case Verb::kFreeOtherLayout:
      return AnswerOtherLayout(spec, call, promises);
    case Verb::kReallocateOtherLayout:
    case Verb::kResizeOtherLayout:
      return AnswerChangeOfOther(spec, call, promises);
    default:  // Of what a system with regions has, the frees.
      return AnswerFree(spec, call);
  }
}

}  // namespace lockstep::suite
