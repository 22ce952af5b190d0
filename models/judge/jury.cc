#include "models/judge/jury.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/judge/report.h"
#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

Script WithoutZero(Script script) {
  for (Op& op : script.ops) {
    if (InfoOf(op.verb).has_align && op.bytes == 0) op.bytes = 1;
  }
  return script;
}

}  // namespace

Jury::Jury(const lockstep_port& port, Options options)
    : port_(port),
      options_(std::move(options)),
      own_board_(options_.board == nullptr ? std::make_unique<const Board>()
                                           : nullptr),
      board_(options_.board == nullptr ? own_board_.get() : options_.board),
      lockstep_(port, Chosen(), options_.check_every, &board_->witness()),
      cell_(*board_, [this](const Script& script) { return Try(script); }) {
  lockstep_.BreakAt(options_.break_at);
}

std::vector<Model*> Jury::Chosen() {
  std::vector<Model*> models;
  if (options_.watcher != nullptr) models.push_back(options_.watcher);
  if (options_.shadow) models.push_back(&shadow_);
  if (options_.placement) models.push_back(&placement_);
  if (options_.recording) models.push_back(&recording_);
  if (options_.twin != nullptr)
    models.push_back(&twin_.emplace(*options_.twin));
  return models;
}

Verdict Jury::Try(const Script& script) {
  recording_.Expect({});
  return options_.is_without_zero ? lockstep_.Run(WithoutZero(script))
                                  : lockstep_.Run(script);
}

Verdict Jury::Try(const Trace& trace) {
  recording_.Expect(trace.outcomes);
  return lockstep_.Run(trace.script);
}

Verdict Jury::RunInCell(const std::function<Verdict()>& work,
                        const std::function<bool()>& go_on) {
  return options_.is_in_process ? work() : cell_.Run(work, go_on);
}

Verdict Jury::TryInCell(const Trace& trace,
                        const std::function<bool()>& go_on) {
  // For Report, which runs here.
  recording_.Expect(trace.outcomes);
  return RunInCell([&] { return Try(trace); }, go_on);
}

Minimised Jury::Reduce(const Script& script, const Violation& violation) {
  Minimised cut{.script = script, .violation = violation, .runs = 0};
  if (violation.step < script.ops.size()) {
    cut.script.ops.resize(violation.step + 1);
  }
  if (violation.rule == kRecordingRule.name) return cut;
  Options options = options_;
  options.recording = false;
  options.board = nullptr;
  // After every op, so that it is found where it happens.
  options.check_every = 1;
  Jury judge(port_, options);
  const MinimiseLimits limits{.seconds = options_.minimise_seconds,
                              .go_on = options_.go_on};
  if (!options_.is_in_process) {
    return MinimiseInCell(cut.script, violation, judge.cell_, limits);
  }
  const auto trial = [&](const Script& tried) { return judge.Try(tried); };
  // The violation may depend on how often we check, which the script does not
  // record.
  const Verdict again = trial(cut.script);
  return again ? Minimise(cut.script, *again, trial, limits) : cut;
}

std::string Jury::Report(const Script& script, const Violation& violation) {
  return Describe(script, Reduce(script, violation));
}

std::string Jury::Describe(const Script& script, const Minimised& reduced) {
  const std::string_view rule = reduced.violation.rule;
  const std::string command = Text(
      options_.program, " replay FILE", options_.arguments,
      options_.twin != nullptr ? Text(" --twin ", options_.twin->name) : "");
  const bool is_recorded = rule == kRecordingRule.name;
  return FormatReport({.reduced = reduced,
                       .steps_before = script.ops.size(),
                       .claim = ClaimOf(rule),
                       .afterwards = "everything is freed",
                       .command = command}) +
         Format({port_.name,
                 options_.is_without_zero ? WithoutZero(reduced.script)
                                          : reduced.script,
                 is_recorded ? recording_.expected() : Outcomes{}});
}

}  // namespace lockstep::suite
