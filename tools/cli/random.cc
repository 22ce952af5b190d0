// lockstep random: scripts made up from a seed, judged.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/random_scripts.h"
#include "models/script/text.h"
#include "models/system/tried.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/model_options.h"

namespace lockstep::suite {
namespace {

struct Random {
  std::string system;
  std::uint64_t ops = 2'000'000;
  double seconds = 0;
  std::optional<std::uint64_t> seed;
  bool is_swarm = false;
  std::size_t script_ops = 4096;
  ModelOptions models{
      .names = {"shadow", "placement"}, .twin = "", .check_every = 512};
  bool is_json = false;

  ExitCode Run();
  Verdict TryFrom(Jury& jury, RandomScripts& scripts,
                  const Progress& progress) const;
  // Of the seeds from `first` up to `end`.
  void Print(std::uint64_t first, std::uint64_t end, const Tried& tried,
             double took, ExitCode exit_code) const;
  bool IsDone(std::uint64_t operations, const Progress& progress) const {
    return seconds > 0 ? progress.Seconds() >= seconds : operations >= ops;
  }
  // What leads to the script of one seed again.
  std::string Command(std::uint64_t script_seed) const {
    return Text(ProgramName(), " random ", system, " --ops 1 --seed ",
                script_seed, " --script-ops ", script_ops, models.Arguments(),
                is_swarm ? " --swarm" : "");
  }
};

// Of the script with the seed that is marked, and all that follow it until one
// is broken or it is enough.
Verdict Random::TryFrom(Jury& jury, RandomScripts& scripts,
                        const Progress& progress) const {
  std::atomic<std::uint64_t>& seed_of_script = jury.board().mark();
  do {
    if (models.is_in_process) NoteForCrash(Command(seed_of_script));
    const Script& script = scripts.Make(seed_of_script);
    if (Verdict verdict = jury.Try(script)) return verdict;
    ++seed_of_script;
  } while (!IsDone(jury.operations(), progress) && !WasInterrupted());
  return std::nullopt;
}

ExitCode Random::Run() {
  const lockstep_port* const port = PortOrComplain(system);
  if (port == nullptr) return kBadInput;
  const std::uint64_t first = seed ? *seed : std::random_device{}();
  Progress progress;
  Jury jury(*port, models.Chosen());
  RandomScripts scripts(*port, script_ops, is_swarm);
  std::atomic<std::uint64_t>& next = jury.board().mark();
  next = first;
  const Verdict verdict = jury.RunInCell(
      [&] { return TryFrom(jury, scripts, progress); },
      [&] {
        progress.Show(Text(system, ": ", Grouped(jury.operations()),
                           " operations checked"));
        return !WasInterrupted();
      });
  ExitCode exit_code = WasInterrupted() ? kInterrupted : kHeld;
  if (verdict) {
    exit_code = kViolated;
    std::cout << "# found by   " << Command(next) << '\n'
              << jury.Report(scripts.Make(next), *verdict);
    ++next;
  }
  Print(first, next, jury.tried(), progress.Seconds(), exit_code);
  return WithCaveat(exit_code, system, jury.tried());
}

void Random::Print(std::uint64_t first, std::uint64_t end, const Tried& tried,
                   double took, ExitCode exit_code) const {
  const std::uint64_t violations = exit_code == kViolated ? 1 : 0;
  if (is_json) {
    std::cout << "{\"source\":\"random\",\"system\":\"" << system
              << "\",\"seed\":" << first << ",\"scripts\":" << end - first
              << ",\"operations\":" << tried.operations
              << ",\"served\":" << tried.served
              << ",\"refused\":" << tried.refused
              << ",\"skipped\":" << tried.skipped << ",\"seconds\":" << took
              << ",\"violations\":" << violations << "}\n";
  }
  const double rate = static_cast<double>(tried.operations) / took;
  // Behind a report it is a comment: all of the output is a trace.
  std::cout << (exit_code == kViolated ? "# " : "")
            << (exit_code == kInterrupted ? "interrupted; " : "") << system
            << ": " << Grouped(tried.operations) << " operations in "
            << end - first << " scripts, seeds " << first << ".." << end - 1
            << ", " << InWords(tried) << ", "
            << Grouped(static_cast<std::uint64_t>(rate)) << " a second, "
            << violations << " violations\n";
}

}  // namespace

void AddRandomCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "random", "Check random scripts on a system, until one violates a rule");
  const auto random = std::make_shared<Random>();
  command->add_option("system", random->system, "See: lockstep list systems")
      ->required();
  const auto ops =
      command
          ->add_option("--ops", random->ops,
                       "Stop after the script in which so many are reached")
          ->check(IsPositive())
          ->capture_default_str();
  command
      ->add_option("--seconds", random->seconds, "Stop after so many seconds")
      ->check(IsPositive())
      ->excludes(ops);
  command
      ->add_option("--seed", random->seed,
                   "Of the first script; the next has the next. Without it, "
                   "one is chosen and printed")
      ->check(IsSeed());
  command->add_flag(
      "--swarm", random->is_swarm,
      "Give each script only some of the verbs, sizes and aligns");
  command
      ->add_option("--script-ops", random->script_ops,
                   "The length of a script; each begins with fresh memory")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 28))
      ->capture_default_str();
  random->models.AddTo(*command);
  command->add_flag("--json", random->is_json,
                    "Print the result as JSON as well, before the last line");
  command->callback([random, &exit_code] { exit_code = random->Run(); });
}

}  // namespace lockstep::suite
