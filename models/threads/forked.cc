#include "models/threads/forked.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "lockstep/port.h"
#include "models/cell/crash_handler.h"
#include "models/cell/process.h"
#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/system/rules.h"
#include "models/threads/performing.h"

namespace lockstep::suite {
namespace {

constexpr int kSpoiled = 85;  // An exit code.
constexpr std::string_view kIn =
    "in a child that was forked while threads were in calls";

void SleepOneMillisecond() {
  const timespec time{.tv_sec = 0, .tv_nsec = 1'000'000};
  nanosleep(&time, nullptr);
}

// Slots that other threads had claimed stay claimed, and are skipped.
int GoOnInChild(Stage& stage, const Script& script, Op op, std::size_t step,
                Witness& witness) {
  constexpr std::uint32_t kSlots = 8;
  const auto like = std::ranges::find(script.ops, Verb::kAllocate, &Op::verb);
  if (like == script.ops.end()) return 0;
  const std::uint8_t thread = op.thread;
  for (int round = 0; round < 2; ++round) {
    for (const Verb verb : {Verb::kAllocate, Verb::kFree}) {
      for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
        op = *like;
        op.verb = verb;
        op.slot = slot;
        op.thread = thread;
        if (Performed(stage, op, step, witness).spoiled) return kSpoiled;
      }
    }
  }
  return 0;
}

// The exit status; nothing if the child hangs: what it used and what it waited is
// counted as of a cell. Whoever looks for threads that hang sees in the witness
// that this one does not.
std::optional<int> WaitFor(pid_t child, Witness& witness) {
  constexpr Patience kPatience;
  constexpr int kLookMilliseconds = 20;
  IdleWatch idle;
  double waited_seconds = 0;
  for (int i = 1; waited_seconds < kPatience.waiting_seconds &&
                  idle.processor_seconds() < kPatience.processor_seconds;
       ++i) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) return status;
    witness.calls.fetch_add(2, std::memory_order_relaxed);
    SleepOneMillisecond();
    if (i % kLookMilliseconds != 0) continue;
    constexpr double kPassedSeconds = kLookMilliseconds * 1e-3;
    waited_seconds =
        idle.Look(child, kPassedSeconds) ? waited_seconds + kPassedSeconds : 0;
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return std::nullopt;
}

std::string Ended(int status) {
  return WIFSIGNALED(status)
             ? SignalName(WTERMSIG(status))
             : Text("it ended with exit code ", WEXITSTATUS(status));
}

}  // namespace

bool MayFork(const lockstep_port& port) {
  return (port.capabilities & LOCKSTEP_SURVIVES_FORK) != 0 &&
         MemoryKindOf(port) != MemoryKind::kProvider;
}

Verdict ForkAndGoOn(Stage& stage, const Script& script, const Op& op,
                    std::size_t step, Witness& witness) {
  const std::uint64_t calls = witness.calls;
  const pid_t child = fork();
  if (child < 0) return std::nullopt;
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(GoOnInChild(stage, script, op, step, witness));
  }
  const std::optional<int> status = WaitFor(child, witness);
  const std::string_view name = NameOf(witness.function);
  // The child left the witness in the middle of a call.
  witness.calls = calls;
  if (!status) {
    return Violation{.rule = kHangRule.name,
                     .step = step,
                     .expected = Text(name, "() returns, ", kIn),
                     .came = "it had not returned",
                     .place = Text(name, ", after a fork")};
  }
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return std::nullopt;
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == kSpoiled) {
    return Violation{
        .rule = kContentsRule.name,
        .step = step,
        .expected = Text("a block holds what was written to it, ", kIn),
        .came = "other bytes"};
  }
  return Violation{.rule = kCrashRule.name,
                   .step = step,
                   .expected = Text(name, "() leaves the process alive, ", kIn),
                   .came = Ended(*status),
                   .place = Text(name, ", after a fork")};
}

}  // namespace lockstep::suite
