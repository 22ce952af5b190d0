#include "tools/cli/verify/fuzz_round.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/child_process.h"
#include "tools/cli/console.h"
#include "tools/cli/verify/lines.h"

namespace lockstep::suite::verify {
namespace {

constexpr int kInterruptedCode = 72;  // libFuzzer's.
constexpr std::size_t kMostLines = 20000;

// "#200 DONE cov: 19 ft: 31 corp: 3/4Kb", which libFuzzer says now and then.
struct StatusLine {
  unsigned long long executions, coverage, features, inputs;
  bool is_initialised;
};

std::optional<StatusLine> ReadStatus(const std::string& line) {
  StatusLine status{};
  char kind[17] = {};
  if (std::sscanf(line.c_str(), "#%llu %16s cov: %llu ft: %llu corp: %llu/",
                  &status.executions, kind, &status.coverage, &status.features,
                  &status.inputs) != 5) {
    return std::nullopt;
  }
  status.is_initialised = std::string_view(kind) == "INITED";
  return status;
}

// What libFuzzer says of itself.
bool IsChatter(std::string_view line) {
  for (const std::string_view start :
       {"INFO: ", "Dictionary: ", "Done ", "stat::", "#"}) {
    if (line.starts_with(start)) return !line.starts_with("# ");
  }
  return false;
}

// What it says of a process that fuzzed; null: it did not crash.
std::optional<Crash> CrashOf(const ChildProcess& process,
                             std::string_view words) {
  if (process.is_overdue()) {
    return Crash{"hang", std::string(words), false, "", "hang"};
  }
  Crash crash = ReadCrash(words);
  const bool is_crash = crash.is_trace || !crash.artifact.empty() ||
                        crash.rule != "crash" || process.exit_code() < 0;
  if (!is_crash) return std::nullopt;
  return crash;
}

}  // namespace

FuzzRound::FuzzRound(FuzzTarget& target, double seconds, std::uint32_t seed)
    : Task(seconds),
      target_(target),
      seconds_(seconds),
      seed_(seed),
      tally_(target.NewTally()) {}

std::unique_ptr<ChildProcess> FuzzRound::Fuzz() {
  is_replaying_ = false;
  has_begun_ = false;
  its_executions_ = 0;
  words_.clear();
  lines_ = 0;
  const double left = seconds_ - took_seconds_;
  ChildProcess::Command command = target_.Fuzzing(left, seed_, tally_);
  command.allowed_seconds = kSlackSeconds + 2 * left;
  return std::make_unique<ChildProcess>(
      std::move(command), [this](std::string_view line) { Hear(line); });
}

void FuzzRound::SetExecutions(std::uint64_t executions) {
  executions_ += executions - its_executions_;
  target_.executions += executions - its_executions_;
  its_executions_ = executions;
}

void FuzzRound::Hear(std::string_view line) {
  constexpr std::string_view kTotal = "stat::number_of_executed_units: ";
  if (line.starts_with(kTotal)) {
    std::uint64_t total = 0;
    std::from_chars(line.data() + kTotal.size(), line.data() + line.size(),
                    total);
    SetExecutions(total);
  }
  const auto status = ReadStatus(std::string(line));
  if (!status) {
    if (!IsChatter(line) && lines_++ < kMostLines) words_ += Text(line, '\n');
    return;
  }
  SetExecutions(status->executions);
  has_begun_ |= status->is_initialised;
  // Two processes may share a corpus.
  target_.coverage =
      std::max<std::uint64_t>(target_.coverage, status->coverage);
  target_.features =
      std::max<std::uint64_t>(target_.features, status->features);
  status_ = Text(Grouped(target_.executions), " executions, ", status->coverage,
                 " edges, ", status->inputs, " inputs");
}

std::unique_ptr<ChildProcess> FuzzRound::Next(const ChildProcess* ended) {
  if (ended == nullptr) return Fuzz();
  took_seconds_ = SecondsSinceBegin();
  if (is_interrupted()) {
    if (is_replaying_ && target_.book.Enter(crash_)) crashes_.push_back(crash_);
    return Finish();
  }
  if (!is_replaying_) {
    const int code = ended->exit_code();
    if (code == 0 || code == kInterruptedCode) return Finish();
    return AfterCrash(*ended);
  }
  // What crashed all of the process is a minimised trace now, if a child
  // process crashes on it, too.
  Crash again = ReadCrash(ended->stderr_text());
  if (!again.is_trace) return Enter(crash_);
  again.artifact = crash_.artifact;
  return Enter(again);
}

std::unique_ptr<ChildProcess> FuzzRound::AfterCrash(const ChildProcess& ended) {
  const auto crash = CrashOf(ended, words_);
  if (!crash) {
    problem_ = EndedWith(ended, words_);
    return Finish();
  }
  if (crash->artifact.empty() || crash->is_trace) return Enter(*crash);
  crash_ = *crash;
  is_replaying_ = true;
  return std::make_unique<ChildProcess>(target_.Replaying(crash->artifact));
}

std::unique_ptr<ChildProcess> FuzzRound::Enter(const Crash& crash) {
  if (target_.book.Enter(crash)) crashes_.push_back(crash);
  // What crashes on its own corpus would do so for ever.
  if (!has_begun_ || took_seconds_ >= seconds_) return Finish();
  seed_ = seed_ % 0xFFFFFFFFU + 1;
  return Fuzz();
}

std::unique_ptr<ChildProcess> FuzzRound::Finish() {
  target_.seconds += took_seconds_;
  return nullptr;
}

Violation FuzzRound::ViolationOf(const Crash& crash) const {
  const std::string found_by = Text(
      "# found by   fuzz target ", target_.name(), ", on the input ",
      crash.artifact.empty() ? "that it did not write" : crash.artifact, '\n');
  Violation violation{.finding = {},
                      .is_trace = crash.is_trace,
                      .artifact = crash.artifact,
                      .is_new = target_.book.IsNew(crash)};
  if (crash.is_trace) {
    violation.finding = ReadReport(found_by + crash.text);
  } else {
    violation.finding.rule = crash.rule;
    violation.finding.report = crash.text;
    violation.key = crash.key;
  }
  return violation;
}

Outcome FuzzRound::Judge() const {
  Outcome outcome;
  outcome.is_interrupted = is_interrupted();
  outcome.seconds = took_seconds_;
  const TallyFigures tally = ReadTally(tally_);
  outcome.tried = {.operations = tally.operations,
                   .skipped = tally.skipped,
                   .served = tally.served,
                   .refused = tally.refused};
  outcome.Count("requests refused", tally.refused);
  outcome.Count("operations skipped", tally.skipped);
  for (const Crash& crash : crashes_) {
    outcome.violations.push_back(ViolationOf(crash));
  }
  if (!problem_.empty()) outcome.problems.push_back(problem_);
  if (has_ended() && !is_interrupted() && executions_ == 0) {
    outcome.problems.push_back(target_.name() + ": nothing was executed");
  }
  return outcome;
}

}  // namespace lockstep::suite::verify
