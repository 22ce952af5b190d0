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
  command.add_option("--threads", threads, "The number of threads of a script")
      ->check(CLI::Range(2u, unsigned{kMostThreads}))
      ->capture_default_str();
  CLI::Option* const ops_option =
      command
          .add_option(
              "--ops", ops,
              "Stop after the script that reaches this number of operations")
          ->transform(IsCount())
          ->capture_default_str();
  command
      .add_option(
          "--seconds", seconds,
          "Stop after this many seconds; if no two operations have overlapped "
          "by then, up to ten seconds later")
      ->check(IsPositive())
      ->excludes(ops_option);
  command
      .add_option("--seed", seed,
                  "The seed of the first script; each further script has the "
                  "next number. Without it, a seed is chosen and printed")
      ->check(IsSeed());
  command
      .add_option("--script-ops", script_ops,
                  "The length of a script; each begins with fresh memory")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 20))
      ->capture_default_str();
  command.add_flag("--fresh", is_fresh,
                   "Each script gets a process of its own. Without it, every "
                   "other process runs many scripts");
  command
      .add_option("--keep-going", keep_going,
                  "Go on after a violation, until there are this many "
                  "different findings")
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
                  "The most seconds for making a failing script shorter; 0: it "
                  "stays as it is")
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
