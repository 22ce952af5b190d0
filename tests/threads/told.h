#ifndef LOCKSTEP_TESTS_THREADS_TOLD_H_
#define LOCKSTEP_TESTS_THREADS_TOLD_H_

// Histories written by hand: who did what, from which stamp to which.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/threads/history.h"
#include "tests/models/written.h"

namespace lockstep::suite {

// When.
struct Span {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

class Told {
 public:
  Event& Do(const Op& op, Span when, Status status = Status::kOk) {
    Event event;
    event.op = op;
    event.step = history_.size();
    event.before = when.before;
    event.after = when.after;
    event.outcome.status = status;
    history_.push_back(event);
    return history_.back();
  }
  Event& Init(std::uint64_t offset, std::uint64_t bytes, Span when) {
    return Do({.verb = Verb::kInit, .bytes = bytes, .offset = offset}, when);
  }
  // It comes to lie at `offset`.
  Event& Alloc(std::uint8_t thread, std::uint32_t slot, std::uint64_t bytes,
               std::uint64_t offset, Span when, std::uint8_t align_log2 = 0) {
    Event& event = Do({.verb = Verb::kAllocate,
                       .align_log2 = align_log2,
                       .thread = thread,
                       .slot = slot,
                       .bytes = bytes},
                      when);
    event.outcome.offset = offset;
    Receive(event,
            {slot, offset, bytes, std::uint64_t{1} << align_log2, bytes});
    return event;
  }
  Event& Refuse(std::uint8_t thread, std::uint32_t slot, std::uint64_t bytes,
                Span when, Status status = Status::kNoMemory) {
    return Do({.verb = Verb::kAllocate,
               .thread = thread,
               .slot = slot,
               .bytes = bytes},
              when, status);
  }
  Event& Free(std::uint8_t thread, std::uint32_t slot, Span when) {
    Event& event =
        Do({.verb = Verb::kFree, .thread = thread, .slot = slot}, when);
    event.given_up.push_back(held_.at(slot));
    return event;
  }
  // Another size, here or elsewhere.
  Event& Change(Verb verb, std::uint8_t thread, std::uint32_t slot,
                std::uint64_t bytes, std::uint64_t offset, Span when) {
    Event& event = Do(
        {.verb = verb, .thread = thread, .slot = slot, .bytes = bytes}, when);
    event.outcome.offset = offset;
    event.given_up.push_back(held_.at(slot));
    Receive(event, {slot, offset, bytes, held_.at(slot).align_bytes, bytes});
    return event;
  }
  Event& Statistics(std::uint8_t thread, const suite::Statistics& statistics,
                    Span when) {
    Event& event = Do({.verb = Verb::kStatistics, .thread = thread}, when);
    event.outcome.statistics = statistics;
    return event;
  }

  // Rising by `before`.
  History history() const {
    History sorted = history_;
    std::ranges::sort(sorted, {}, &Event::before);
    return sorted;
  }

 private:
  void Receive(Event& event, const HeldBlock& block) {
    event.received.push_back(block);
    held_[block.slot] = block;
  }

  History history_;
  std::map<std::uint32_t, HeldBlock> held_;
};

// Of a port as it is judged: what it promises, and where its memory comes from.
inline lockstep_port PortOfRegions(lockstep_capabilities promises = 0) {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "told";
  port.capabilities = promises | LOCKSTEP_THREAD_SAFE;
  return port;
}
inline lockstep_port PortThatPulls(lockstep_capabilities promises = 0) {
  lockstep_port port = PortOfRegions(promises);
  port.handle_count = 4;
  port.attach = [](void*, std::uint32_t, const lockstep_provider*) {
    return lockstep_status{LOCKSTEP_OK};
  };
  return port;
}

inline ProviderCall Taken(std::uint64_t offset, std::uint64_t bytes,
                          bool was_granted = true) {
  return {true, was_granted, offset, bytes, 1};
}
inline ProviderCall GivenBack(std::uint64_t offset, std::uint64_t bytes,
                              bool was_granted = true) {
  return {false, was_granted, offset, bytes, 1};
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_THREADS_TOLD_H_
