#include "models/schedule/shorten.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "models/schedule/search.h"

namespace lockstep::suite {
namespace {

using Clock = std::chrono::steady_clock;

// Random schedules of a candidate. If it can fail, this number nearly always
// shows that.
constexpr std::uint64_t kSchedules = 300;
// Schedules of a search with a bound on preemptions.
constexpr std::uint64_t kMostOfAll = 20'000;

// The script without an op and its switches; the other switches stay with their
// ops.
Script Without(const Script& script, std::size_t step) {
  Script shorter = script;
  shorter.ops.erase(shorter.ops.begin() + static_cast<std::ptrdiff_t>(step));
  std::erase_if(shorter.switches,
                [&](const Switch& one) { return one.step == step; });
  for (Switch& one : shorter.switches) {
    if (one.step > step) --one.step;
  }
  return shorter;
}

class Shortening {
 public:
  Shortening(ScheduleTrial& trial, const Violation& violation,
             const ShortenLimits& limits)
      : trial_(trial), limits_(limits) {
    best_.violation = violation;
  }

  ShortSchedule Run(const Script& script);

 private:
  double Seconds() const {
    return std::chrono::duration<double>(Clock::now() - began_).count();
  }
  bool GoesOn() {
    best_.is_complete =
        best_.is_complete && Seconds() < limits_.seconds && limits_.go_on();
    return best_.is_complete;
  }
  // Whether the work, in a child, ends in the same violation: then its script
  // is the best so far.
  bool Take(const std::function<Verdict()>& work);
  bool TryScript(const Script& script);
  bool TryPreemptions(unsigned most);
  void DeleteOps();
  void DeleteSwitches();
  void DeleteSwitches(std::size_t begin, std::size_t end);

  ScheduleTrial& trial_;
  const ShortenLimits& limits_;
  const Clock::time_point began_ = Clock::now();
  ShortSchedule best_;
};

bool Shortening::Take(const std::function<Verdict()>& work) {
  const std::uint64_t before = trial_.counts().schedules;
  const Verdict verdict = trial_.RunInCell(work, [&] { return GoesOn(); });
  best_.runs += trial_.counts().schedules - before;
  if (!verdict || !verdict->IsLike(best_.violation)) return false;
  best_.script = trial_.ReadScript();
  best_.violation = *verdict;
  best_.preemptions = PreemptionsIn(trial_.record().nodes());
  return true;
}

// Tries the switches of the script first, then random schedules.
bool Shortening::TryScript(const Script& script) {
  return Take([&]() -> Verdict {
    trial_.Begin(script);
    trial_.places().ShareAll(true);
    if (Verdict verdict = trial_.Run(script, {}).verdict) {
      if (verdict->IsLike(best_.violation)) return verdict;
    }
    return SearchAtRandom(trial_, script,
                          {.seed = limits_.seed, .schedules = kSchedules});
  });
}

bool Shortening::TryPreemptions(unsigned most) {
  Script script = best_.script;
  script.switches.clear();
  trial_.count() = 0;
  return Take([&] {
    Searched searched = SearchAll(trial_, script,
                                  {.kind = DepthFirst::Kind::kBounded,
                                   .most_preemptions = most,
                                   .most_schedules = kMostOfAll});
    trial_.count() = searched.is_complete ? 1 : 0;
    return std::move(searched.verdict);
  });
}

// Later ops first, because they depend on earlier ones.
void Shortening::DeleteOps() {
  bool has_gone = true;
  while (has_gone) {
    has_gone = false;
    for (std::size_t step = best_.script.ops.size(); step-- > 0;) {
      if (!GoesOn()) return;
      if (step >= best_.script.ops.size()) continue;
      has_gone |= TryScript(Without(best_.script, step));
    }
  }
}

// Many at a time first; later ones first.
void Shortening::DeleteSwitches() {
  std::size_t count = std::bit_ceil(best_.script.switches.size());
  for (; count > 0; count /= 2) {
    std::size_t end = best_.script.switches.size();
    while (end > 0) {
      if (!GoesOn()) return;
      const std::size_t begin = end - std::min(end, count);
      DeleteSwitches(begin, end);
      end = std::min(begin, best_.script.switches.size());
    }
  }
}

void Shortening::DeleteSwitches(std::size_t begin, std::size_t end) {
  Script script = best_.script;
  const auto first = script.switches.begin();
  script.switches.erase(first + static_cast<std::ptrdiff_t>(begin),
                        first + static_cast<std::ptrdiff_t>(end));
  Take([&] {
    trial_.Begin(script);
    trial_.places().ShareAll(true);
    return trial_.Run(script, {}).verdict;
  });
}

ShortSchedule Shortening::Run(const Script& script) {
  best_.script = script;
  best_.steps_before = script.ops.size();
  best_.switches_before = script.switches.size();
  const bool is_repeatable = Take([&] {
    trial_.Begin(script);
    trial_.places().ShareAll(true);
    return trial_.Run(script, {}).verdict;
  });
  if (!is_repeatable) {
    best_.is_complete = false;
    return std::move(best_);
  }
  DeleteOps();
  bool were_all_run = true;
  for (unsigned most = 0; GoesOn() && most < best_.preemptions; ++most) {
    if (TryPreemptions(most)) break;
    were_all_run = were_all_run && trial_.count() == 1;
  }
  const std::size_t fewest = best_.preemptions;
  DeleteSwitches();
  best_.has_fewest_preemptions =
      were_all_run && best_.is_complete && best_.preemptions == fewest;
  best_.seconds = Seconds();
  return std::move(best_);
}

}  // namespace

ShortSchedule Shorten(ScheduleTrial& trial, const Script& script,
                      const Violation& violation, const ShortenLimits& limits) {
  return Shortening(trial, violation, limits).Run(script);
}

std::uint32_t CountRepeats(ScheduleTrial& trial, const Script& script,
                           const Violation& violation, std::uint32_t runs,
                           const ScheduleTrial::GoOn& go_on) {
  std::uint32_t repeats = 0;
  for (std::uint32_t i = 0; i < runs && go_on(); ++i) {
    const Verdict verdict = trial.RunAlone(script, {});
    if (verdict && verdict->IsLike(violation)) ++repeats;
  }
  return repeats;
}

}  // namespace lockstep::suite
