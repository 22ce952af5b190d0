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
#include <vector>

#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/judge/minimise.h"
#include "models/script/random_scripts.h"
#include "models/script/text.h"
#include "models/system/model.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/finding_book.h"
#include "tools/cli/model_options.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"
#include "tools/cli/weaker.h"

namespace lockstep::suite {
namespace {

struct Random {
  SystemChoice choice;
  std::string system{};    // Its name.
  std::string argument{};  // As it is called on a command line.
  std::uint64_t ops = 2'000'000;
  double seconds = 0;
  std::optional<std::uint64_t> seed;
  bool is_swarm = false;
  bool is_sparse = false;
  std::size_t script_ops = 4096;
  ModelOptions models{
      .names = {"shadow", "placement"}, .twin = "", .check_every = 512};
  Weaker weaker;
  ResultOptions form;

  std::size_t keep_going = 1;
  std::string output;

  std::optional<RandomScripts> scripts;
  FindingBook book;
  std::vector<Finding> findings{};
  Progress progress;
  bool is_lost = false;  // A finding could not be written.

  ExitCode Run();
  ExitCode TryAll(Jury& jury);
  Verdict TryFrom(Jury& jury);
  void Note(Jury& jury, const Violation& violation);
  // Of the seeds from result.seed up to `end`.
  void Print(const Result& result, std::uint64_t end) const;
  bool IsDone(std::uint64_t operations) const {
    return seconds > 0 ? progress.Seconds() >= seconds : operations >= ops;
  }
  // What leads to the script of one seed again.
  std::string Command(std::uint64_t script_seed) const {
    return Text(ProgramName(), " random ", argument, " --ops 1 --seed ",
                script_seed, " --script-ops ", script_ops, models.Arguments(),
                weaker.Arguments(), is_swarm ? " --swarm" : "",
                is_sparse ? " --sparse" : "");
  }
};

// Of the script with the seed that is marked, and all that follow it until one
// is broken or it is enough.
Verdict Random::TryFrom(Jury& jury) {
  std::atomic<std::uint64_t>& seed_of_script = jury.board().mark();
  do {
    if (models.is_in_process) NoteForCrash(Command(seed_of_script));
    Verdict verdict = jury.Try(scripts->Make(seed_of_script));
    if (verdict) return verdict;
    ++seed_of_script;
  } while (!IsDone(jury.operations()) && !WasInterrupted());
  return std::nullopt;
}

// A child tries until something is broken; then another goes on.
ExitCode Random::TryAll(Jury& jury) {
  std::atomic<std::uint64_t>& seed_of_script = jury.board().mark();
  const auto go_on = [&] {
    progress.Show(
        Text(system, ": ", Grouped(jury.operations()), " operations checked"));
    return !WasInterrupted();
  };
  while (go_on()) {
    const Verdict verdict =
        jury.RunInCell([&] { return TryFrom(jury); }, go_on);
    if (!verdict) break;
    Note(jury, *verdict);
    ++seed_of_script;
    if (book.size() >= keep_going || IsDone(jury.operations())) break;
  }
  if (book.size() > 0) return kViolated;
  return WasInterrupted() ? kInterrupted : kHeld;
}

void Random::Note(Jury& jury, const Violation& violation) {
  const std::uint64_t script_seed = jury.board().mark();
  if (weaker.IsWithout(violation.rule)) {
    ++jury.board().count();
    return;
  }
  const Script script = scripts->Make(script_seed);
  if (book.IsTired(script, violation)) {
    return book.CountRepeat(script, violation);
  }
  const Minimised reduced = jury.Reduce(script, violation);
  if (!book.Enter(script, violation, reduced)) return;
  const std::string report = Text("# found by   ", Command(script_seed), '\n',
                                  jury.Describe(script, reduced));
  std::cout << report << std::flush;
  findings.push_back(ReadReport(report));
  if (output.empty()) return;
  const std::string path =
      Text(output, "/", violation.rule, "-", book.size(), ".trace");
  findings.back().file = path;
  if (WriteFile(path, report)) {
    std::cout << "# saved as   " << path << '\n' << std::flush;
  } else {
    is_lost = true;
  }
}

ExitCode Random::Run() {
  form.Begin();
  const lockstep_port* const found = choice.PortOrComplain();
  if (found == nullptr || !MakeFolder(output)) return kBadInput;
  system = found->name;
  argument = AsArgument(*found);
  const lockstep_port& port = weaker.Of(*found);
  const std::uint64_t first = seed ? *seed : std::random_device{}();
  Jury::Options options = models.Chosen();
  weaker.Change(options);
  options.arguments = AsOption(*found) + options.arguments;
  Jury jury(port, options);
  scripts.emplace(port, script_ops, is_swarm, is_sparse);
  jury.board().mark() = first;
  const ExitCode exit_code = TryAll(jury);
  Result result{.command = "random",
                .system = system,
                .exit_code = exit_code,
                .seed = first,
                .tried = jury.tried(),
                .seconds = progress.Seconds(),
                .processor_seconds = progress.ProcessorSeconds(),
                .findings = findings,
                .details = CountsOf({{"scripts", jury.board().mark() - first},
                                     {"repeats", book.repeats()}})};
  Print(result, jury.board().mark());
  if (const std::uint64_t ended = jury.board().count(); ended != 0) {
    Complain(
        Text(ended, " scripts ended early, at a rule that --without names"));
  }
  result.exit_code =
      is_lost ? kBadInput : WithCaveat(exit_code, system, jury.tried());
  return form.Publish(result);
}

void Random::Print(const Result& result, std::uint64_t end) const {
  const Tried& tried = result.tried;
  const std::uint64_t first = *result.seed;
  const double rate =
      static_cast<double>(tried.operations) / result.processor_seconds;
  // Behind a report it is a comment: all of the output is a trace.
  std::cout << (result.exit_code == kViolated ? "# " : "")
            << (result.exit_code == kInterrupted ? "interrupted; " : "")
            << system << ": " << Grouped(tried.operations) << " operations in "
            << end - first << " scripts, seeds " << first << ".." << end - 1
            << ", " << InWords(tried) << ", "
            << Grouped(static_cast<std::uint64_t>(rate)) << " a second, "
            << book.size() << " violations"
            << (book.repeats() == 0
                    ? ""
                    : Text(", and ", book.repeats(), " more like these"))
            << '\n';
}

}  // namespace

void AddRandomCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "random", "Check random scripts on a system, until one violates a rule");
  const auto random = std::make_shared<Random>();
  random->choice.AddArgumentTo(*command);
  const auto ops =
      command
          ->add_option(
              "--ops", random->ops,
              "Stop after the script that reaches this number of operations")
          ->transform(IsCount())
          ->capture_default_str();
  command
      ->add_option("--seconds", random->seconds, "Stop after this many seconds")
      ->check(IsPositive())
      ->excludes(ops);
  command
      ->add_option("--seed", random->seed,
                   "The seed of the first script; each further script has the "
                   "next number. Without it, a seed is chosen and printed")
      ->check(IsSeed());
  command->add_flag(
      "--swarm", random->is_swarm,
      "Give each script only some of the verbs, sizes and aligns");
  command->add_flag("--sparse", random->is_sparse,
                    "Give regions of up to 64 GiB, far apart, of which little "
                    "is touched");
  command
      ->add_option("--script-ops", random->script_ops,
                   "The length of a script; each begins with fresh memory")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 28))
      ->capture_default_str();
  random->weaker.AddTo(*command);
  command
      ->add_option("--keep-going", random->keep_going,
                   "Go on after a violation, until there are this many "
                   "different findings")
      ->check(IsPositive())
      ->capture_default_str();
  command->add_option("-o,--output", random->output,
                      "A folder: write each finding to RULE-NUMBER.trace in it "
                      "as well");
  random->models.AddTo(*command);
  random->form.AddTo(*command);
  command->callback([random, &exit_code] { exit_code = random->Run(); });
}

}  // namespace lockstep::suite
