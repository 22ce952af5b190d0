#ifndef LOCKSTEP_TESTS_SCHEDULE_TOY_H_
#define LOCKSTEP_TESTS_SCHEDULE_TOY_H_

// Threads that are no threads: lists of accesses, run by a plan as a scheduler
// would, in no time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "models/schedule/access.h"
#include "models/schedule/chooser.h"
#include "models/schedule/plan.h"
#include "models/schedule/record.h"
#include "models/script/op.h"

namespace lockstep::suite {

// By thread, from 1: what it does, in order.
using Toy = std::vector<std::vector<Access>>;

inline Access Reads(std::uintptr_t place) {
  return {place * kPlaceBytes, 8, AccessKind::kRead};
}
inline Access Writes(std::uintptr_t place) {
  return {place * kPlaceBytes, 8, AccessKind::kWrite};
}
inline Access Locks(std::uintptr_t place) {
  return {place * kPlaceBytes, 1, AccessKind::kAcquire};
}
// If it is free; if it is not, giving it up later does nothing.
inline Access Tries(std::uintptr_t place) {
  return {place * kPlaceBytes, 1, AccessKind::kTry};
}
inline Access Unlocks(std::uintptr_t place) {
  return {place * kPlaceBytes, 1, AccessKind::kRelease};
}

struct ToyRun {
  std::vector<Node> nodes;
  std::size_t redundant_from = SIZE_MAX;
  bool is_stuck = false;  // Nobody could go on before the end.
};

inline ToyRun RunToy(const Toy& toy, const Plan& plan,
                     std::span<const Switch> switches = {}) {
  Chooser chooser(plan, switches);
  ToyRun run;
  std::vector<std::size_t> next(toy.size());
  std::map<std::uintptr_t, std::uint8_t> owners;
  std::uint8_t from = 0;
  for (;;) {
    ThreadSet enabled = 0;
    bool has_more = false;
    for (std::uint8_t thread = 1; thread < toy.size(); ++thread) {
      if (next[thread] == toy[thread].size()) continue;
      has_more = true;
      const Access& access = toy[thread][next[thread]];
      const bool waits =
          access.kind == AccessKind::kAcquire && owners[access.address] != 0;
      if (!waits) enabled |= Only(thread);
    }
    run.is_stuck = enabled == 0 && has_more;
    if (enabled == 0) break;
    const auto point =
        static_cast<std::uint32_t>(from == 0 ? 0 : next[from] + 1);
    const std::uint8_t thread =
        from == 0 ? DefaultChoice(0, enabled)
                  : chooser.Choose({from, from, point, enabled});
    Access access = toy[thread][next[thread]++];
    std::uint8_t& owner = owners[access.address];
    if (access.kind == AccessKind::kTry && owner != 0) {
      access.kind = AccessKind::kRead;
    } else if (access.kind == AccessKind::kRelease && owner != thread) {
      access = {};
    } else if (access.kind == AccessKind::kAcquire ||
               access.kind == AccessKind::kTry) {
      owner = thread;
    } else if (access.kind == AccessKind::kRelease) {
      owner = 0;
    }
    Node node;
    node.access = access;
    node.thread = thread;
    node.from = from;
    node.enabled = from == 0 ? Only(thread) : enabled;
    node.from_step = from;
    node.from_point = point;
    run.nodes.push_back(node);
    chooser.Did(node);
    from = thread;
  }
  run.redundant_from = chooser.redundant_from();
  return run;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_SCHEDULE_TOY_H_
