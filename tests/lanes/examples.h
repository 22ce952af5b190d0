#ifndef LOCKSTEP_TESTS_LANES_EXAMPLES_H_
#define LOCKSTEP_TESTS_LANES_EXAMPLES_H_

// Schedules to draw.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/schedule/slice.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/system/rules.h"

namespace lockstep::suite {

struct Drawn {
  Trace trace;
  std::vector<Slice> slices;
  std::optional<Violation> violation;
};

inline std::optional<Outcome> Served(std::uint64_t offset) {
  Outcome outcome;
  outcome.status = Status::kOk;
  outcome.offset = offset;
  return outcome;
}

inline std::optional<Outcome> Came(Status status) {
  Outcome outcome;
  outcome.status = status;
  return outcome;
}

// A cache without a lock: while thread 1 has looked at the first free slot, and
// has not taken it, thread 2 takes it.
inline Drawn WithoutLock() {
  constexpr std::string_view kText =
      "lockstep-trace 2\n"
      "component no_lock\n"
      "arena size=4096 align=4096\n"
      "init offset=0 size=4096\n"
      "t1 alloc b0 size=16 align=8 @7=t2\n"
      "t2 alloc b1 size=16 align=8\n";
  using End = Slice::End;
  return {.trace = *Parse(kText),
          .slices = {{.thread = 0,
                      .step = 0,
                      .begins = true,
                      .ends = true,
                      .end = End::kDone,
                      .outcome = Came(Status::kOk)},
                     {.thread = 1,
                      .step = 1,
                      .from_point = 1,
                      .to_point = 7,
                      .begins = true,
                      .ends = false,
                      .end = End::kSwitch,
                      .outcome = {},
                      .place = "no_lock.c:31"},
                     {.thread = 2,
                      .step = 2,
                      .from_point = 1,
                      .to_point = 31,
                      .begins = true,
                      .ends = true,
                      .end = End::kDone,
                      .outcome = Served(64)},
                     {.thread = 1,
                      .step = 1,
                      .from_point = 8,
                      .to_point = 31,
                      .begins = false,
                      .ends = true,
                      .end = End::kDone,
                      .outcome = Served(64)}},
          .violation = Violation{.rule = kDisjointRule.name,
                                 .step = 1,
                                 .expected = "memory that is not in use",
                                 .came = "[64, 80), where b1 is live"}};
}

// Two threads take two locks in different orders, while a third ends. One op is
// never begun.
inline Drawn Deadlocked() {
  constexpr std::string_view kText =
      "lockstep-trace 2\n"
      "component two_locks\n"
      "arena size=4096 align=4096\n"
      "attach h0\n"
      "t1 free b0 @3=t2\n"
      "t2 trim\n"
      "t3 alloc b4 size=4096 align=4096 @2=t1\n"
      "t1 stats\n";
  using End = Slice::End;
  return {.trace = *Parse(kText),
          .slices = {{.thread = 3,
                      .step = 3,
                      .from_point = 1,
                      .to_point = 2,
                      .begins = true,
                      .ends = false,
                      .end = End::kSwitch,
                      .outcome = {},
                      .place = "take_a_slab (two_locks.c:90)"},
                     {.thread = 1,
                      .step = 1,
                      .from_point = 1,
                      .to_point = 3,
                      .begins = true,
                      .ends = false,
                      .end = End::kSwitch,
                      .outcome = {},
                      .place = "two_locks.c:44"},
                     {.thread = 2,
                      .step = 2,
                      .from_point = 1,
                      .to_point = 5,
                      .begins = true,
                      .ends = false,
                      .end = End::kWaits,
                      .outcome = {},
                      .place = "two_locks.c:71"},
                     {.thread = 3,
                      .step = 3,
                      .from_point = 3,
                      .to_point = 9,
                      .begins = false,
                      .ends = true,
                      .end = End::kDone,
                      .outcome = Came(Status::kNoMemory)},
                     {.thread = 1,
                      .step = 1,
                      .from_point = 4,
                      .to_point = 4,
                      .begins = false,
                      .ends = false,
                      .end = End::kWaits,
                      .outcome = {},
                      .place = "two_locks.c:46"}},
          .violation = Violation{
              .rule = kDeadlockRule.name,
              .step = 1,
              .expected = "a thread that can go on",
              .came = "thread 1 waits for thread 2, thread 2 for thread 1"}};
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_LANES_EXAMPLES_H_
