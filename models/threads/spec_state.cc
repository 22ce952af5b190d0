#include "models/threads/spec_state.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "models/script/trace.h"
#include "models/spec/placement.h"
#include "models/threads/request.h"

namespace lockstep::suite {

SpecState::SpecState(const lockstep_port& port) : promises_(port.capabilities) {
  if (port.placement == nullptr) return;
  spec_ = MakeSpec(port.placement);
  cache_ = CacheSpecOf(port);
}

SpecState SpecState::Clone() const {
  SpecState copy;
  copy.promises_ = promises_;
  if (spec_ != nullptr) copy.spec_ = spec_->Clone();
  copy.cache_ = cache_;
  return copy;
}

void SpecState::Follow(const SpecState& other) {
  if (spec_ != nullptr) spec_->Follow(*other.spec_);
  cache_ = other.cache_;
}

Outcome SpecState::Expect(const Step& step, const Event& event,
                          std::uint64_t arena_bytes) {
  const Call& call = step.call;
  const Spec::Size held{call.held_bytes, call.held_align_bytes};
  const Spec::Size wanted{call.bytes, call.align_bytes};
  switch (step.part) {
    case Step::Part::kWhole:
      return Answer(*spec_, call, arena_bytes, promises_);
    case Step::Part::kStays:
      return OutcomeOf(spec_->Resize(call.offset, held, wanted));
    case Step::Part::kIsPlaced:
      return spec_->Allocate(wanted.bytes, wanted.align);
    case Step::Part::kIsFreed:
      return OutcomeOf(spec_->Free(call.offset, held.bytes, held.align));
  }
  return event.outcome;
}

bool SpecState::Perform(const Step& step, const Event& event,
                        std::uint64_t arena_bytes, bool overlaps,
                        Outcome& expected) {
  if (cache_) return PerformCache(step, event, overlaps, expected);
  expected = Expect(step, event, arena_bytes);
  switch (step.part) {
    case Step::Part::kStays:
      return expected.status == Status::kNoMemory;
    case Step::Part::kIsFreed:
      return expected.status == Status::kOk;
    default:
      break;
  }
  if (expected.status == Status::kSkipped) return true;
  if (InfoOf(event.op.verb).form == Form::kStatistics) return true;
  return SameOutcome(event.op, expected, event.outcome);
}

bool SpecState::PerformCache(const Step& step, const Event& event,
                             bool overlaps, Outcome& expected) {
  const auto answer =
      overlaps ? cache_->AnswerMeanwhile(step.call, event.provider_calls)
               : cache_->Answer(step.call, event.provider_calls);
  if (!answer) return true;
  expected = *answer;
  return SameOutcome(event.op, expected, event.outcome) &&
         std::ranges::equal(cache_->expected_calls(), event.provider_calls);
}

Statistics SpecState::ReadStatistics() const {
  return cache_ ? cache_->ReadStatistics() : spec_->ReadStatistics();
}

bool SpecState::HasStatistics(const Statistics& came) const {
  Statistics expected = ReadStatistics();
  if (!came.requested) expected.requested.reset();
  return expected == came;
}

std::string SpecState::Key() const {
  std::string key;
  if (cache_) {
    cache_->AppendKey(key);
  } else {
    spec_->AppendKey(key);
  }
  return key;
}

}  // namespace lockstep::suite
