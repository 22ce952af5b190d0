#include "models/threads/thread_trial.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "models/threads/concerned.h"
#include "models/threads/forked.h"
#include "models/threads/pauses.h"
#include "models/threads/phases.h"
#include "models/threads/real_run.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kReport = "ThreadSanitizer: ";

// A thread forks in one script of eight.
std::uint8_t ForkThread(const lockstep_port& port, std::uint64_t seed) {
  return MayFork(port) && seed % 8 == 0 ? 1 : 0;
}

// What follows the name in the last line like "SUMMARY: ThreadSanitizer: data
// race my.c:12 in my_free"; "" if there is none.
std::string_view SummaryIn(std::string_view words) {
  const std::size_t at = words.rfind(kReport);
  if (at == std::string_view::npos) return "";
  const std::string_view line = words.substr(at, words.find('\n', at) - at);
  return line.substr(kReport.size());
}

// Why ThreadSanitizer ended the process, if it did.
void TellOfSanitizer(Violation& violation) {
  const std::string_view summary = SummaryIn(violation.last_words);
  if (summary.starts_with("data race")) {
    violation.rule = kRaceRule.name;
    violation.expected = "no data race";
    violation.came =
        summary.contains("models/shadow/")
            ? "data race in the contents of a block: another thread has it as "
              "well, or the port writes to it"
            : std::string(summary);
  }
  if (summary.starts_with("lock-order-inversion")) {
    violation.rule = kDeadlockRule.name;
    violation.expected = "locks are taken in one order";
    violation.came = summary;
  }
}

}  // namespace

ThreadTrial::ThreadTrial(const lockstep_port& port, std::uint8_t threads)
    : memory_(sizeof(Shared)),
      shared_(new(memory_.data()) Shared()),
      stage_(port, stage_witness_),
      judge_(port) {
  judge_.CountOrders(shared_->counts.orders);
  for (std::size_t i = 0; i <= threads; ++i) {
    boards_.push_back(std::make_unique<const Board>(1));
    board_pointers_.push_back(boards_.back().get());
    witnesses_.push_back(&boards_.back()->witness());
  }
}

void ThreadTrial::Count(const RealHistory& came) {
  Counts& counts = shared_->counts;
  counts.forks += came.forks;
  counts.overlap += OverlapIn(came.history);
  for (const Event& event : came.history) {
    const bool is_request = IsRequest(event.op.verb);
    const Status status = event.outcome.status;
    if (status == Status::kSkipped) {
      ++counts.tried.skipped;
      continue;
    }
    ++counts.tried.operations;
    if (is_request && status == Status::kOk) ++counts.tried.served;
    if (is_request && status != Status::kOk) ++counts.tried.refused;
  }
}

void ThreadTrial::NoteEvents(const History& history, std::size_t step) {
  for (const Event& event : EventsConcerned(history, step)) {
    if (shared_->event_count == shared_->events.size()) return;
    auto& text = shared_->events[shared_->event_count++];
    const std::string line = FormatEvent(event);
    const std::size_t bytes = std::min(line.size(), text.size() - 1);
    std::copy_n(line.begin(), bytes, text.begin());
    text[bytes] = '\0';
  }
}

Verdict ThreadTrial::Try(const Script& script, std::uint64_t seed) {
  return Run(script, seed, true);
}

Verdict ThreadTrial::TryAgain(const Script& script, std::uint64_t seed) {
  return Run(script, seed, false);
}

Verdict ThreadTrial::Run(const Script& script, std::uint64_t seed,
                         bool counts) {
  Pauses pauses(seed);
  shared_->event_count = 0;
  if (counts) CountBegun(script);
  RealHistory came = RunOnThreads(
      stage_, script, {pauses, ForkThread(stage_.port(), seed), witnesses_});
  if (counts) Count(came);
  shared_->is_counting = false;
  Witness& witness = *witnesses_.front();
  witness.step = script.ops.size();
  Verdict verdict = std::move(came.of_child);
  {
    const Witness::Call call(witness, Function::kAudit);
    if (!verdict) verdict = judge_.Judge(stage_, script, came.history);
  }
  if (verdict) NoteEvents(came.history, verdict->step);
  const Witness::Call call(witness, Function::kDestroy);
  stage_.End();
  return verdict;
}

std::vector<std::size_t> ThreadTrial::ThreadsInCalls() const {
  std::vector<std::size_t> threads;
  for (std::size_t i = 0; i < boards_.size(); ++i) {
    if (boards_[i]->witness().IsInside()) threads.push_back(i);
  }
  return threads;
}

// Counts a script when it begins, so that one that does not end is counted,
// too. How many of its ops were skipped or overlapped is then not known.
void ThreadTrial::CountBegun(const Script& script) {
  Counts& counts = shared_->counts;
  ++counts.scripts;
  for (const Phase phase : PhasesOf(script)) {
    if (phase.is_parallel) ++counts.blocks;
  }
  shared_->is_counting = true;
  shared_->calls_before = CallsSoFar();
}

std::uint64_t ThreadTrial::CallsSoFar() const {
  std::uint64_t calls = 0;
  for (const Witness* witness : witnesses_) calls += witness->calls;
  return calls;
}

// Describes the thread that crashed, if it could report that; else one that was
// in a call.
Violation ThreadTrial::Describe(const Child& child, Child::State state) const {
  const CrashNote& crash = boards_.front()->crash();
  const std::vector<std::size_t> inside = ThreadsInCalls();
  std::size_t which = inside.empty() ? 0 : inside.back();
  if (crash.signal != 0 && crash.thread < boards_.size()) which = crash.thread;
  const Board& board = *boards_[which];
  if (which != 0) {
    board.crash().signal = crash.signal.load();
    board.crash().address = crash.address.load();
    board.crash().instruction = crash.instruction.load();
    board.crash().is_stack_full = crash.is_stack_full.load();
  }
  Violation violation = child.Describe(state, board);
  if (state == Child::State::kDied) TellOfSanitizer(violation);
  if (state == Child::State::kWaits && inside.size() > 1) {
    violation.rule = kDeadlockRule.name;
    violation.expected = Text("one of ", inside.size(), " threads to go on");
    violation.came = "all of them wait, and none uses the processor";
  }
  return violation;
}

Verdict ThreadTrial::RunInCell(const std::function<Verdict()>& work,
                               const std::function<bool()>& go_on) {
  const Board& board = *boards_.front();
  board.Write(Verdict());
  shared_->event_count = 0;
  Child child(board_pointers_, [&](Child&) { board.Write(work()); });
  Child::State state = Child::State::kRunning;
  while (state == Child::State::kRunning) {
    if (!go_on()) return std::nullopt;
    state = child.Wait({}, Child::kLookSeconds);
  }
  if (state == Child::State::kReturned) return board.ReadVerdict();
  if (shared_->is_counting) {
    shared_->counts.tried.operations +=
        (CallsSoFar() - shared_->calls_before) / 2;
    shared_->is_counting = false;
  }
  return Describe(child, state);
}

std::vector<std::string> ThreadTrial::Events(const Script& script) const {
  std::vector<std::string> lines;
  lines.reserve(shared_->event_count);
  for (std::size_t i = 0; i < shared_->event_count; ++i) {
    lines.emplace_back(shared_->events[i].data());
  }
  if (!lines.empty()) return lines;
  for (const std::size_t thread : ThreadsInCalls()) {
    const std::uint64_t step = boards_[thread]->witness().step;
    if (step >= script.ops.size()) continue;
    lines.push_back(Text(FormatOp(script.ops[step]), " had not come back"));
  }
  return lines;
}

}  // namespace lockstep::suite
