#include "models/threads/sweep.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/threads/event_rules.h"

namespace lockstep::suite {
namespace {

std::uint64_t SumOf(const std::vector<HeldBlock>& blocks) {
  std::uint64_t bytes = 0;
  for (const HeldBlock& block : blocks) bytes += block.bytes;
  return bytes;
}

bool IsQuery(Verb verb) {
  return verb == Verb::kStatistics || verb == Verb::kUsable ||
         verb == Verb::kUsableOf || verb == Verb::kFootprint;
}

void Note(Flight& flight, const Event& other) {
  flight.overlaps = true;
  flight.left_bytes += SumOf(other.given_up);
  if (!IsRequest(other.op.verb)) return;
  ++flight.other_requests;
  if (other.outcome.status != Status::kOk) flight.was_other_refused = true;
}

}  // namespace

Sweep::Sweep(const Scene& scene, const History& history)
    : scene_(scene),
      port_(scene.port),
      kind_(MemoryKindOf(scene.port)),
      grounds_(scene.port),
      counts_(scene) {
  is_lending_known_ = scene.provider_calls.empty() ||
                      std::ranges::any_of(history, [](const Event& event) {
                        return !event.provider_calls.empty();
                      });
  const bool gives = std::ranges::any_of(history, [](const Event& event) {
    return event.op.verb == Verb::kInit || event.op.verb == Verb::kAdd;
  });
  // Each of several instances has regions of its own.
  if (gives && !scene.is_apart) return;
  for (const Region region : scene.regions) grounds_.Accept(region);
}

// What a block becomes that is resized in place.
const HeldBlock* Sweep::Successor(const Event& event,
                                  const HeldBlock& block) const {
  const auto after =
      std::ranges::find_if(event.received, [&](const HeldBlock& one) {
        return one.slot == block.slot && one.offset == block.offset;
      });
  return after == event.received.end() ? nullptr : &*after;
}

void Sweep::Begin(const Event& event) {
  Flight flight{.event = &event, .held = held_.Find(event.op.slot)};
  for (Flight& other : flights_) {
    Note(other, event);
    Note(flight, *other.event);
  }
  if (!flights_.empty()) just_freed_.reset();
  flights_.push_back(flight);
  lent_.Take(event.provider_calls);
  for (const HeldBlock& block : event.given_up) {
    const HeldBlock* const after = Successor(event, block);
    if (after == nullptr) {
      sure_.Leave(block.slot);
    } else {
      sure_.Shrink(block.slot, Extent(*after), after->bytes);
    }
  }
  for (const HeldBlock& block : event.received) {
    possible_.Enter(block.slot, {block.offset, block.offset + Extent(block)});
  }
}

Flight Sweep::Land(const Event& event) {
  const auto found = std::ranges::find(flights_, &event, &Flight::event);
  Flight flight = *found;
  flights_.erase(found);
  const std::uint64_t entered_bytes = SumOf(event.received);
  for (Flight& other : flights_) other.entered_bytes += entered_bytes;
  return flight;
}

Verdict Sweep::End(const Event& event) {
  const Flight flight = Land(event);
  lent_.GiveBack(event.provider_calls);
  for (const HeldBlock& block : event.given_up) {
    possible_.Leave(block.slot, event.after);
  }
  if (auto verdict = Judge(flight)) return verdict;
  Free(event, !flight.overlaps);
  held_.Follow(event);
  std::uint64_t oldest = event.after;
  for (const Flight& other : flights_) {
    oldest = std::min(oldest, other.event->before);
  }
  possible_.Forget(oldest);
  return std::nullopt;
}

// Remembers a block that was just freed: the same request must be served again.
void Sweep::Free(const Event& event, bool was_alone) {
  const Verb verb = event.op.verb;
  if (was_alone && (IsQuery(verb) || (verb != Verb::kFree && !IsDone(event)))) {
    return;
  }
  just_freed_.reset();
  if (was_alone && verb == Verb::kFree && event.given_up.size() == 1) {
    const HeldBlock& block = event.given_up.front();
    just_freed_ = {block.bytes, block.align_bytes, event.op.thread};
  }
}

Verdict Sweep::Judge(const Flight& flight) {
  const Event& event = *flight.event;
  if (auto verdict = JudgeStatus(port_, event)) return verdict;
  if (auto verdict = JudgeBytes(event, flight.held)) return verdict;
  if (auto verdict = JudgeReceived(flight)) return verdict;
  if (auto verdict = JudgeGivenBack(event)) return verdict;
  if (auto verdict = JudgeOutcome(flight)) return verdict;
  return JudgeCounts(flight);
}

// Judges regions that are given, and requests that are refused.
Verdict Sweep::JudgeOutcome(const Flight& flight) {
  const Event& event = *flight.event;
  const Op& op = event.op;
  if (op.verb == Verb::kInit || op.verb == Verb::kAdd) {
    if (scene_.is_apart) return std::nullopt;
    auto verdict = grounds_.Judge(event, scene_.arena);
    if (!verdict && event.outcome.status == Status::kOk) {
      grounds_.Accept({op.offset, op.offset + op.bytes});
    }
    return verdict;
  }
  if (!IsRequest(op.verb) || event.outcome.status == Status::kOk) return {};
  Circumstances around{.grounds = grounds_,
                       .blocks = possible_,
                       .other_requests = flight.other_requests,
                       .was_other_refused = flight.was_other_refused};
  if (!flight.overlaps) around.just_freed = just_freed_;
  return JudgeRefusal(scene_, event, CallOf(port_, event, flight.held), around);
}

Verdict Sweep::JudgeCounts(const Flight& flight) {
  const Event& event = *flight.event;
  if (!flight.overlaps) return counts_.JudgeAlone(event, sure_.bytes());
  // A counter that is kept in several parts may include that a block was freed,
  // and not yet that it was allocated.
  const std::uint64_t doubtful = flight.entered_bytes + flight.left_bytes;
  return counts_.JudgeOverlapped(
      event, sure_.bytes() - std::min(sure_.bytes(), doubtful));
}

}  // namespace lockstep::suite
