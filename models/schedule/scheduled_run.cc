#include "models/schedule/scheduled_run.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "models/schedule/chooser.h"
#include "models/script/text.h"
#include "models/threads/phases.h"

namespace lockstep::suite {

ScheduledRun::ScheduledRun(const lockstep_port& port, const Board& board,
                           const Record& record, Places& places,
                           OnEvent on_event)
    : board_(board),
      record_(record),
      places_(places),
      stage_(port, board.witness()),
      judge_(port),
      on_event_(std::move(on_event)),
      scheduler_(record, places, [this](const Scheduler::Stop& stop) {
        board_.Write(Violation{.rule = stop.rule,
                               .step = stop.step,
                               .expected = "all threads end",
                               .came = stop.came});
        _exit(kStopped);
      }) {}

// The whole run counts as one call, so that a loop without a point is noticed
// as a hang.
ScheduledRun::Came ScheduledRun::Run(const Script& script, const Plan& plan) {
  Came came;
  Chooser chooser(plan, script.switches);
  Witness& witness = board_.witness();
  witness.step = 0;
  witness.calls.fetch_or(1);
  scheduler_.BeginScript(chooser, witness.calls);
  stage_.Begin(script, &scheduler_);
  RunPhases(script, came.history);
  came.redundant_from = chooser.redundant_from();
  came.has_found_places = places_.Take();
  if (came.redundant_from == SIZE_MAX) {
    came.verdict = judge_.Judge(stage_, script, came.history);
  }
  stage_.End();
  witness.calls.fetch_add(1);
  return came;
}

Event ScheduledRun::Perform(const Script& script, std::size_t step) {
  board_.witness().step = step;
  Event event = stage_.Perform(script.ops[step], step);
  on_event_(event);
  return event;
}

void ScheduledRun::RunPhases(const Script& script, History& history) {
  for (const Phase& phase : PhasesOf(script)) {
    if (!phase.is_parallel) {
      scheduler_.RunAlone([&] {
        for (std::size_t step = phase.begin; step < phase.end; ++step) {
          history.push_back(Perform(script, step));
        }
      });
      continue;
    }
    const auto steps = StepsOfThreads(script, phase);
    ThreadSet threads = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!steps[i].empty()) threads |= Only(static_cast<std::uint8_t>(i + 1));
    }
    std::array<History, kMostThreads> parts;
    scheduler_.RunBlock(threads, [&](std::uint8_t thread) {
      for (const std::size_t step : steps[thread - 1u]) {
        parts[thread - 1u].push_back(Perform(script, step));
      }
    });
    const auto first = static_cast<std::ptrdiff_t>(history.size());
    for (History& part : parts) {
      std::ranges::move(part, std::back_inserter(history));
    }
    std::sort(history.begin() + first, history.end(),
              [](const Event& one, const Event& other) {
                return one.before < other.before;
              });
  }
}

}  // namespace lockstep::suite
