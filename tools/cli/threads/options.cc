#include "tools/cli/threads/options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/script/op.h"
#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"

namespace lockstep::suite {

void ThreadOptions::AddTo(CLI::App& command) {
  command.add_option("--threads", threads, "How many threads there are")
      ->check(CLI::Range(2u, unsigned{kMostThreads}))
      ->capture_default_str();
  CLI::Option* const ops_option =
      command
          .add_option("--ops", ops,
                      "Stop after the script in which so many are reached")
          ->transform(IsCount())
          ->capture_default_str();
  command.add_option("--seconds", seconds, "Stop after so many seconds")
      ->check(IsPositive())
      ->excludes(ops_option);
  command
      .add_option("--seed", seed,
                  "Of the first script; the next has the next. Without it, "
                  "one is chosen and printed")
      ->check(IsSeed());
  command
      .add_option("--script-ops", script_ops,
                  "The length of a script; each begins with fresh memory")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 20))
      ->capture_default_str();
  command.add_flag("--fresh", is_fresh,
                   "Each script gets a process of its own; else every other "
                   "process runs many");
  command
      .add_option("--keep-going", keep_going,
                  "Go on until so many different findings were made, or it is "
                  "enough")
      ->check(IsPositive())
      ->capture_default_str();
  AddLimitsTo(command);
}

void ThreadOptions::AddLimitsTo(CLI::App& command) {
  command
      .add_option("--runs", limits.runs,
                  "How often a script that broke a rule is run again")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      .add_option("--minimise-seconds", limits.seconds,
                  "How long a script is made shorter; 0: not at all")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command.add_option("--replay", replay,
                     "Run the script of this trace --runs times instead, with "
                     "other pauses each time");
}

std::string ThreadOptions::Command(std::string_view argument,
                                   std::uint64_t script_seed) const {
  return Text(ProgramName(), " threads ", argument, " --ops 1 --seed ",
              script_seed, " --threads ", threads, " --script-ops ",
              script_ops);
}

}  // namespace lockstep::suite
