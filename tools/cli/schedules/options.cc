#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <string>
#include <vector>

#include "models/script/op.h"
#include "tools/cli/commands.h"
#include "tools/cli/schedules/search.h"

namespace lockstep::suite {
namespace {

const std::vector<std::string> kStrategies = {"mixed", "pct", "walk", "all",
                                              "bounded"};

void AddSearchTo(CLI::App& command, Schedules& schedules) {
  command
      .add_option("--strategy", schedules.strategy,
                  "mixed: walks and PCT of depths 1 to 4, in turns; pct: by "
                  "random priorities that change --depth - 1 times; walk: a "
                  "random thread at every point; all: every schedule, except "
                  "equivalent ones; bounded: every schedule with up to "
                  "--preemptions preemptions")
      ->check(CLI::IsMember(kStrategies))
      ->capture_default_str();
  command
      .add_option("--depth", schedules.depth,
                  "For pct: the depth of bugs to look for")
      ->check(CLI::Range(1u, 8u))
      ->capture_default_str();
  command
      .add_option("--preemptions", schedules.preemptions,
                  "For bounded: the most preemptions of a schedule")
      ->check(CLI::Range(0u, 64u))
      ->capture_default_str();
  command
      .add_option("--schedules", schedules.schedules,
                  "The most schedules of each script; without it, 200 random "
                  "ones, or all")
      ->transform(IsCount());
  command
      .add_option("--scripts", schedules.scripts,
                  "Stop after this many scripts")
      ->transform(IsCount());
  command
      .add_option("--seconds", schedules.seconds,
                  "Stop after this many seconds")
      ->check(IsPositive())
      ->capture_default_str();
}

void AddScriptsTo(CLI::App& command, Schedules& schedules) {
  command
      .add_option("--threads", schedules.threads,
                  "The number of threads of a script; without it, two and "
                  "three in turns")
      ->check(CLI::Range(2u, unsigned{kMostThreads}));
  command
      .add_option("--ops", schedules.ops,
                  "The number of operations for each thread of a script")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      .add_option("--seed", schedules.seed,
                  "The seed of the first script; each further script has the "
                  "next number. Without it, a seed is chosen and printed")
      ->check(IsSeed());
  const auto trace = command.add_option(
      "--trace", schedules.trace,
      "Look for schedules of the script in this trace, and of no other");
  command
      .add_option("--replay", schedules.replay,
                  "Run the schedule that this trace has, --times times")
      ->excludes(trace);
}

void AddFindingsTo(CLI::App& command, Schedules& schedules) {
  command
      .add_option("--times", schedules.times,
                  "How often a schedule that broke a rule is run again")
      ->check(CLI::Range(1u, 100'000u))
      ->capture_default_str();
  command.add_flag("--fresh", schedules.is_fresh,
                   "Each run gets a process of its own. For an allocator that "
                   "keeps state in globals");
  command
      .add_option("--keep-going", schedules.keep_going,
                  "Go on after a violation, until there are this many "
                  "different findings")
      ->check(IsPositive())
      ->capture_default_str();
  command
      .add_option("--minimise-seconds", schedules.minimise_seconds,
                  "The most seconds for making a failing script and its "
                  "schedule shorter")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command.add_option("-o,--output", schedules.output,
                     "A file: write the last finding to it as well");
}

}  // namespace

void AddOptionsTo(CLI::App& command, Schedules& schedules) {
  AddSearchTo(command, schedules);
  AddScriptsTo(command, schedules);
  AddFindingsTo(command, schedules);
}

}  // namespace lockstep::suite
