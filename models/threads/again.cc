#include "models/threads/again.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace lockstep::suite {
namespace {

// Runs the script until it breaks the rule. trial.count() is the number of runs
// that were begun.
Verdict RunUntil(ThreadTrial& trial, const Script& script, std::uint64_t seed,
                 const Violation& violation, std::uint64_t runs,
                 const std::function<bool()>& go_on) {
  trial.count() = 0;
  Verdict verdict = trial.RunInCell(
      [&]() -> Verdict {
        while (trial.count() < runs) {
          ++trial.count();
          Verdict one = trial.TryAgain(script, seed);
          if (one) return one;
        }
        return std::nullopt;
      },
      go_on);
  // It may break the rule at another place, because threads differ from run to
  // run.
  if (verdict && verdict->rule != violation.rule) return std::nullopt;
  return verdict;
}

}  // namespace

Again RunAgain(ThreadTrial& trial, const Script& script, std::uint64_t seed,
               const Violation& violation, std::uint64_t runs,
               const std::function<bool()>& go_on) {
  Again again;
  while (again.runs < runs) {
    const Verdict verdict =
        RunUntil(trial, script, seed, violation, runs - again.runs, go_on);
    const bool was_ended = !verdict && !go_on();
    again.runs += trial.count() - (was_ended && trial.count() != 0 ? 1 : 0);
    if (verdict) {
      ++again.came;
      again.events = trial.Events(script);
    }
    if (was_ended) break;
  }
  return again;
}

Minimised MinimiseOnThreads(ThreadTrial& trial, const Script& script,
                            std::uint64_t seed, const Violation& violation,
                            std::uint64_t runs, MinimiseLimits limits,
                            const std::function<bool()>& go_on) {
  // Memory that one thread corrupts may make another crash at any place.
  std::string last_place = violation.place;
  const Trial once_in_many = [&](const Script& tried) -> Verdict {
    const Verdict verdict =
        RunUntil(trial, tried, seed, violation, runs, go_on);
    if (!verdict) return std::nullopt;
    last_place = verdict->place;
    Violation like = *verdict;
    like.place = violation.place;
    return like;
  };
  limits.is_repeatable = false;
  Minimised reduced =
      Minimise(script, violation, once_in_many, std::move(limits));
  reduced.violation.place = last_place;
  return reduced;
}

}  // namespace lockstep::suite
