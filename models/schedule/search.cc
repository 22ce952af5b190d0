#include "models/schedule/search.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lockstep::suite {
namespace {

constexpr unsigned kDepths = 4;

// The plan of the i-th run of a search, by its seed.
Plan PlanOf(const RandomSearch& how, std::uint64_t i, std::size_t length) {
  Plan plan{.seed = how.seed * 0x9E3779B97F4A7C15 + i, .length = length};
  const unsigned turn = static_cast<unsigned>(i % (kDepths + 1));
  const bool is_walk = how.is_walk || (how.depth == 0 && turn == 0);
  plan.kind = is_walk ? Plan::Kind::kWalk : Plan::Kind::kPct;
  plan.depth = how.depth == 0 ? turn : how.depth;
  return plan;
}

bool HasYield(std::span<const Node> nodes) {
  return std::ranges::any_of(nodes, [](const Node& node) {
    return node.access.kind == AccessKind::kYield;
  });
}

}  // namespace

Verdict SearchAtRandom(ScheduleTrial& trial, const Script& script,
                       const RandomSearch& how) {
  trial.Begin(script);
  trial.places().ShareAll(false);
  for (std::uint64_t i = 0; i < how.schedules; ++i) {
    Plan plan;
    if (i >= 2) {
      plan = PlanOf(how, i,
                    static_cast<std::size_t>(trial.counts().longest.load()));
    }
    if (Verdict verdict = trial.Run(script, plan).verdict) return verdict;
  }
  return std::nullopt;
}

// Whenever a run has found more shared places, the search begins again.
Searched SearchAll(ScheduleTrial& trial, const Script& script,
                   const WholeSearch& how) {
  Searched searched;
  bool has_yielded = false;
  bool is_partial = false;
  trial.Begin(script);
  trial.places().ShareAll(how.is_all_shared);
  DepthFirst all(how.kind, how.most_preemptions);
  Plan plan;
  while (all.Next(plan)) {
    if (searched.schedules + searched.redundant >= how.most_schedules) {
      return searched;
    }
    ScheduleTrial::Came came = trial.Run(script, plan);
    if (came.verdict && how.on_run == nullptr) {
      searched.verdict = std::move(came.verdict);
      return searched;
    }
    if (came.has_found_places && !how.is_all_shared) {
      all = DepthFirst(how.kind, how.most_preemptions);
      searched.schedules = 0;
      searched.redundant = 0;
      continue;
    }
    has_yielded = has_yielded || HasYield(trial.record().nodes());
    is_partial = is_partial || trial.record().is_partial();
    const bool is_redundant = came.redundant_from != SIZE_MAX;
    ++(is_redundant ? searched.redundant : searched.schedules);
    if (how.on_run != nullptr && !is_redundant) how.on_run(came);
    if (!all.Learn(trial.record().nodes(), came.redundant_from)) {
      searched.is_repeatable = false;
      return searched;
    }
  }
  // A thread that yields can go on once any other has done anything, which the
  // reduction does not take into account.
  is_partial =
      is_partial || (has_yielded && how.kind == DepthFirst::Kind::kReduced);
  searched.is_complete = !is_partial && !trial.places().IsFull();
  searched.has_met_bound = all.has_met_bound();
  return searched;
}

double PctGuarantee(std::uint8_t threads, std::uint64_t nodes, unsigned depth) {
  const auto n = static_cast<double>(threads);
  const auto k = static_cast<double>(std::max<std::uint64_t>(nodes, 1));
  return 1 / (n * std::pow(k, depth - 1.0));
}

}  // namespace lockstep::suite
