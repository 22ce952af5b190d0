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
                  "priorities that change --depth - 1 times; walk: any thread "
                  "at any point; all: every schedule, but those that come to "
                  "the same; bounded: every schedule with up to --preemptions")
      ->check(CLI::IsMember(kStrategies))
      ->capture_default_str();
  command.add_option("--depth", schedules.depth, "Of pct")
      ->check(CLI::Range(1u, 8u))
      ->capture_default_str();
  command.add_option("--preemptions", schedules.preemptions, "Of bounded")
      ->check(CLI::Range(0u, 64u))
      ->capture_default_str();
  command
      .add_option("--schedules", schedules.schedules,
                  "Of each script, at most; without it 200 at random, or all")
      ->transform(IsCount());
  command.add_option("--scripts", schedules.scripts, "Stop after so many")
      ->transform(IsCount());
  command.add_option("--seconds", schedules.seconds, "Stop after so many")
      ->check(IsPositive())
      ->capture_default_str();
}

void AddScriptsTo(CLI::App& command, Schedules& schedules) {
  command
      .add_option("--threads", schedules.threads,
                  "Of a script; without it two and three, in turns")
      ->check(CLI::Range(2u, unsigned{kMostThreads}));
  command.add_option("--ops", schedules.ops, "Of each thread of a script")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      .add_option("--seed", schedules.seed,
                  "Of the first script; the next has the next. Without it, one "
                  "is chosen and printed")
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
                   "Each run gets a process of its own: for an allocator that "
                   "keeps something in globals");
  command
      .add_option("--keep-going", schedules.keep_going,
                  "Go on until so many different findings were made, or it is "
                  "enough")
      ->check(IsPositive())
      ->capture_default_str();
  command
      .add_option("--minimise-seconds", schedules.minimise_seconds,
                  "How long a script and its schedule are made shorter")
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
