// The part of a child that tells whether a call will not come back, and says in
// words how the child ended.

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/cell/child.h"
#include "models/cell/crash_handler.h"
#include "models/cell/last_words.h"
#include "models/cell/process.h"
#include "models/script/text.h"
#include "models/system/rules.h"
#include "models/system/witness.h"

namespace lockstep::suite {
namespace {

// Between two calls it is the suite that works, and may have more to do; or one
// of the calls has broken it.
constexpr double kPatienceBetweenCalls = 40;

constexpr double kMostSecondsBetweenLooks = 0.5;
// What a sanitizer found is a crash, whose report waits for a symbolizer; on a busy
// machine it takes long to start.
constexpr double kMostSecondsOfReports = 60;

}  // namespace

// Processor time is measured for the whole process, so the limit is multiplied by
// the number of threads.
Child::State Child::LookForHang(Patience patience) {
  // If this process was stopped, it was not the child that waited.
  const double passed_seconds =
      std::min(SecondsSince(last_look_), kMostSecondsBetweenLooks);
  last_look_ = Clock::now();
  const bool is_idle = idle_.Look(pid_, passed_seconds);
  const double now = idle_.processor_seconds();
  const auto threads = static_cast<double>(boards_.size());
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    const Witness& witness = boards_[i]->witness();
    const std::uint64_t calls = witness.calls.load(std::memory_order_relaxed);
    Look& look = looks_[i];
    const bool is_inside = calls % 2 != 0;
    if (calls != look.calls) {
      look = {calls, now, 0};
      continue;
    }
    // Of several threads, one may have no work while the others have much.
    if (!is_inside && boards_.size() > 1) continue;
    const double most_seconds = patience.processor_seconds * threads *
                                (is_inside ? 1 : kPatienceBetweenCalls);
    if (now - look.processor_seconds > most_seconds) return State::kHung;
    if (!is_inside) continue;
    look.waited_seconds = is_idle ? look.waited_seconds + passed_seconds : 0;
    if (look.waited_seconds > patience.waiting_seconds &&
        (look.waited_seconds > kMostSecondsOfReports ||
         !BeginsReport(words_.Text()))) {
      return State::kWaits;
    }
  }
  return State::kRunning;
}

double Child::SecondsSince(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

Violation Child::Describe(State state, const Board& board) const {
  const Witness& witness = board.witness();
  const std::string_view name = NameOf(witness.function);
  const std::string call = witness.IsInside() ? Text(name, "()") : "";
  Violation violation;
  violation.rule = state == State::kDied ? kCrashRule.name : kHangRule.name;
  // A wild write may have hit it.
  violation.step = static_cast<std::size_t>(
      std::min<std::uint64_t>(witness.step.load(), SIZE_MAX / 2));
  violation.expected =
      call.empty() ? "the process goes on" : Text(call, " comes back");
  violation.last_words = Shortened(words_.Text());
  if (state == State::kHung || state == State::kWaits) {
    violation.came = state == State::kHung
                         ? Text("it used the processor, without an end to it")
                         : Text("it waited, and used no processor time");
    violation.place = name;
    return violation;
  }
  violation.place = PlaceIn(violation.last_words);
  const CrashNote& crash = board.crash();
  const std::string function =
      crash.signal == 0 ? "" : FunctionAt(crash.instruction);
  // Which access is the first without room for it depends on where the stack
  // begins, which is another place in each process.
  if (violation.place.empty()) {
    violation.place =
        crash.is_stack_full ? "the stack, which is full" : function;
  }
  if (WIFEXITED(wait_status_)) {
    const int code = WEXITSTATUS(wait_status_);
    violation.came = code == kThrew || code == kHadNoMemory
                         ? Text("an exception left the call")
                         : Text("it ended the process, with exit code ", code);
    return violation;
  }
  violation.came = SignalName(WTERMSIG(wait_status_));
  if (crash.signal == SIGSEGV || crash.signal == SIGBUS) {
    violation.came +=
        Text(", by an access to ",
             reinterpret_cast<const void*>(crash.address.load()),
             crash.is_stack_full ? ", because the stack is full" : "");
  }
  if (!function.empty()) violation.came += Text(", in ", function);
  return violation;
}

}  // namespace lockstep::suite
