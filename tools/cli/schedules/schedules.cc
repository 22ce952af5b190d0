// lockstep schedules: scripts of few operations on several threads, in orders that
// are chosen.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/symbolizer.h"
#include "models/schedule/schedule_trial.h"
#include "models/schedule/search.h"
#include "models/schedule/shorten.h"
#include "models/schedule/slices.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/threads/phases.h"
#include "models/threads/stage.h"
#include "models/threads/thread_scripts.h"
#include "ports/library/library.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/finding_book.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/scheduled_library.h"
#include "tools/cli/schedules/once.h"
#include "tools/cli/schedules/report.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

const std::vector<std::string> kStrategies = {"mixed", "pct", "walk", "all",
                                              "bounded"};

// What all children together know of the search for one script.
struct Progression {
  std::atomic<std::uint64_t> scripts{0};
  std::atomic<std::uint64_t> whole{0};    // Scripts all of whose schedules ran.
  std::atomic<std::uint64_t> bounded{0};  // Of them, within a bound.
  std::atomic<std::uint64_t> unrepeatable{0};
};

struct Schedules {
  SystemChoice choice;
  std::string system{};    // Its name.
  std::string argument{};  // As it is called on a command line.
  std::string strategy = "mixed";
  unsigned depth = 3;
  unsigned preemptions = 2;
  std::uint64_t schedules = 0;  // 0: as the strategy has it.
  std::uint64_t scripts = 0;    // 0: as many as there is time for.
  double seconds = 10;
  std::uint64_t threads = 0;  // 0: two and three in turns.
  std::size_t ops = 3;
  std::optional<std::uint64_t> seed;
  std::string trace;   // A file with a script.
  std::string replay;  // A file with a schedule.
  std::uint32_t times = 100;
  bool is_fresh = false;
  std::size_t keep_going = 1;
  double minimise_seconds = 10;
  std::string output;
  ResultOptions form;

  FindingBook book;
  std::vector<Finding> findings{};
  Progress progress;
  SharedMemory memory{sizeof(Progression)};
  Progression* const at = new (memory.data()) Progression();

  ExitCode Run();
  const lockstep_port* PortOrComplain();
  ExitCode RunOn(const lockstep_port& port);
  ExitCode TryAll(ScheduleTrial& trial,
                  const std::function<Script(std::uint64_t)>& script_of);
  Verdict TryScript(ScheduleTrial& trial, const Script& script,
                    std::uint64_t its_seed) const;
  Searched SearchWhole(ScheduleTrial& trial, const Script& script) const;
  ExitCode Replay(ScheduleTrial& trial);
  void Note(ScheduleTrial& trial, const Violation& violation,
            const std::string& found_by);
  ExitCode Shown(const ScheduleTrial& trial, ExitCode exit_code) const;
  Result ResultOf(const ScheduleTrial& trial, ExitCode exit_code) const;
  bool IsWhole() const { return strategy == "all" || strategy == "bounded"; }
  bool IsDone() const {
    return (scripts != 0 && at->scripts >= scripts) ||
           progress.Seconds() >= seconds;
  }
  std::string Options() const { return is_fresh ? " --fresh" : ""; }
  std::string Command(std::uint64_t script_seed) const;
};

// Our own are compiled for schedules in a library; any other is what it is.
const lockstep_port* Schedules::PortOrComplain() {
  const bool is_named = !choice.name.empty() && !IsLibrary(choice.name);
  if (!is_named) return choice.PortOrComplain();
  const auto scheduled = FindScheduled(choice.name);
  if (scheduled && *scheduled != nullptr) {
    return *scheduled;
  }
  const lockstep_port* const linked = choice.PortOrComplain();
  if (linked != nullptr && !scheduled) Complain(scheduled.error());
  return linked;
}

std::string Schedules::Command(std::uint64_t script_seed) const {
  std::string text = Text(ProgramName(), " schedules ", argument, Options(),
                          " --strategy ", strategy);
  if (strategy == "pct") text += Text(" --depth ", depth);
  if (strategy == "bounded") text += Text(" --preemptions ", preemptions);
  if (schedules != 0) text += Text(" --schedules ", schedules);
  if (!trace.empty()) return text + Text(" --trace ", Quoted(trace));
  if (threads != 0) text += Text(" --threads ", threads);
  return text + Text(" --ops ", ops, " --seed ", script_seed, " --scripts 1");
}

Searched Schedules::SearchWhole(ScheduleTrial& trial,
                                const Script& script) const {
  return SearchAll(trial, script,
                   {.kind = strategy == "all" ? DepthFirst::Kind::kReduced
                                              : DepthFirst::Kind::kBounded,
                    .most_preemptions = preemptions,
                    .most_schedules = schedules == 0 ? UINT64_MAX : schedules});
}

// In a child.
Verdict Schedules::TryScript(ScheduleTrial& trial, const Script& script,
                             std::uint64_t its_seed) const {
  if (IsWhole()) {
    Searched searched = SearchWhole(trial, script);
    if (searched.is_complete) ++at->whole;
    if (searched.has_met_bound) ++at->bounded;
    if (!searched.is_repeatable) ++at->unrepeatable;
    return std::move(searched.verdict);
  }
  constexpr std::uint64_t kOfScript = 200;
  return SearchAtRandom(trial, script,
                        {.seed = its_seed,
                         .schedules = schedules == 0 ? kOfScript : schedules,
                         .depth = strategy == "pct" ? depth : 0,
                         .is_walk = strategy == "walk"});
}

// A child tries until something is broken; then another goes on.
ExitCode Schedules::TryAll(
    ScheduleTrial& trial,
    const std::function<Script(std::uint64_t)>& script_of) {
  const auto go_on = [&] {
    progress.Show(Text(system, ": ", Grouped(trial.counts().schedules),
                       " schedules of ", Grouped(at->scripts), " scripts"));
    return !WasInterrupted() &&
           (IsWhole() ? progress.Seconds() < seconds : true);
  };
  std::atomic<std::uint64_t>& mark = trial.mark();
  while (go_on() && !IsDone()) {
    const Verdict verdict = trial.RunInCell(
        [&]() -> Verdict {
          for (; !IsDone(); ++mark) {
            ++at->scripts;
            if (Verdict one = TryScript(trial, script_of(mark), mark)) {
              return one;
            }
          }
          return std::nullopt;
        },
        go_on);
    if (!verdict) break;
    const std::uint64_t its_seed = mark;
    Note(trial, *verdict, Command(its_seed));
    mark = its_seed + 1;
    if (book.size() >= keep_going || !trace.empty()) break;
  }
  if (book.size() > 0) return kViolated;
  return WasInterrupted() ? kInterrupted : kHeld;
}

void Schedules::Note(ScheduleTrial& trial, const Violation& violation,
                     const std::string& found_by) {
  const Script script = trial.ReadScript();
  if (book.IsTired(script, violation)) {
    return book.CountRepeat(script, violation);
  }
  const auto go_on = [] { return !WasInterrupted(); };
  ScheduleFinding found{
      .reduced = Shorten(
          trial, script, violation,
          {.seconds = minimise_seconds, .seed = trial.mark(), .go_on = go_on}),
      .runs = times,
      .slices = {}};
  found.repeats = CountRepeats(trial, found.reduced.script,
                               found.reduced.violation, times, go_on);
  const Script& shorter = found.reduced.script;
  found.slices = SlicesOf(shorter, trial.record().nodes(),
                          trial.ReadOutcomes(shorter.ops.size()));
  const Minimised reduced{.script = shorter,
                          .violation = found.reduced.violation};
  if (!book.Enter(script, violation, reduced)) return;
  const std::string report =
      Text(found_by.empty() ? "" : Text("# found by   ", found_by, '\n'),
           FormatScheduleReport(system, argument, found, Options()));
  std::cout << report << std::flush;
  findings.push_back(ReadReport(report));
  if (!output.empty() && WriteFile(output, report)) {
    findings.back().file = output;
  }
}

Result Schedules::ResultOf(const ScheduleTrial& trial,
                           ExitCode exit_code) const {
  const ScheduleCounts& counts = trial.counts();
  return {.command = "schedules",
          .system = system,
          .exit_code = exit_code,
          .seed = seed,
          .tried = TriedIn(counts),
          .seconds = progress.Seconds(),
          .processor_seconds = progress.ProcessorSeconds(),
          .findings = findings,
          .details = CountsOf({{"scripts", at->scripts},
                               {"schedules", counts.schedules},
                               {"redundant", counts.redundant},
                               {"points", counts.points},
                               {"choices", counts.nodes},
                               {"preemptions", counts.preemptions},
                               {"whole", at->whole},
                               {"repeats", book.repeats()}})};
}

std::string Guarantee(const ScheduleTrial& trial, std::uint64_t threads,
                      unsigned depth) {
  const ScheduleCounts& counts = trial.counts();
  std::ostringstream text;
  text << "of the last script, each schedule finds a bug of depth " << depth
       << " with a probability of at least " << std::setprecision(2)
       << PctGuarantee(static_cast<std::uint8_t>(threads), counts.longest,
                       depth)
       << ": 1 / (n k^(d-1)), with n = " << threads
       << " threads and k = " << counts.longest << " points with a choice";
  return text.str();
}

// What was done, and what was not shown by it.
ExitCode Schedules::Shown(const ScheduleTrial& trial,
                          ExitCode exit_code) const {
  const ScheduleCounts& counts = trial.counts();
  const char* const mark = exit_code == kViolated ? "# " : "";
  std::cout << mark << (exit_code == kInterrupted ? "interrupted; " : "")
            << system << ": " << at->scripts << " scripts, "
            << InWords(counts, progress.Seconds()) << ", " << book.size()
            << " violations\n";
  if (strategy == "pct" && counts.longest != 0) {
    std::cout << mark << Guarantee(trial, threads == 0 ? 3 : threads, depth)
              << '\n';
  }
  if (IsWhole()) {
    std::cout << mark
              << (strategy == "all"
                      ? std::string("every schedule that makes a difference")
                      : Text("every schedule with up to ", preemptions,
                             " preemptions"))
              << " was run of " << at->whole << " of " << at->scripts
              << " scripts"
              << (counts.redundant == 0
                      ? ""
                      : Text("; ", Grouped(counts.redundant),
                             " were begun and come to the same as others"))
              << '\n';
  }
  if (at->unrepeatable != 0) {
    Complain(Text(system,
                  ": the same choices led to different accesses, so it "
                  "keeps something beyond destroy(): say --fresh"));
    return Worse(exit_code, kBadInput);
  }
  if (exit_code == kHeld && counts.accesses == 0) {
    Complain(
        Text(system,
             ": no access of it to memory was seen, so no thread was "
             "interrupted there, and nothing was shown. "
             "Compile it with -fsanitize=thread, as a shared library that is "
             "not linked with that sanitizer: clang -fsanitize=thread -g "
             "-shared -fPIC mine.c -o libmine.so"));
    return kBadInput;
  }
  return WithCaveat(exit_code, system, TriedIn(counts));
}

ExitCode Schedules::Replay(ScheduleTrial& trial) {
  const std::optional<Trace> read = ReadTrace(replay);
  if (!read) return kBadInput;
  if (ThreadsOf(read->script) == 0) {
    Complain(Text(replay, ": it names no threads; run it with: ", ProgramName(),
                  " replay ", Quoted(replay)));
    return kBadInput;
  }
  const Verdict verdict = trial.RunAlone(read->script, {});
  if (!verdict) {
    std::cout << system << ": " << replay << " holds, in the schedule that it "
              << "names\n";
    return form.Publish(ResultOf(trial, kHeld));
  }
  ScheduleFinding found =
      FindingOf({.violation = *verdict,
                 .preemptions = PreemptionsIn(trial.record().nodes())},
                read->script);
  found.runs = times;
  found.repeats = CountRepeats(trial, read->script, *verdict, times,
                               [] { return !WasInterrupted(); });
  found.slices = SlicesOf(read->script, trial.record().nodes(),
                          trial.ReadOutcomes(read->script.ops.size()));
  const std::string report =
      FormatScheduleReport(system, argument, found, Options());
  std::cout << report;
  findings.push_back(ReadReport(report));
  return form.Publish(ResultOf(trial, kViolated));
}

ExitCode Schedules::RunOn(const lockstep_port& port) {
  ScheduleTrial trial(port, is_fresh || NeedsFreshProcesses(port));
  if (!replay.empty()) return Replay(trial);
  const ThreadScripts made(port);
  std::optional<Trace> given;
  if (!trace.empty()) {
    given = ReadTrace(trace);
    if (!given) return kBadInput;
    scripts = scripts == 0 && IsWhole() ? 1 : scripts;
    given->script.switches.clear();
    threads = ThreadsOf(given->script);
  }
  trial.mark() = *seed;
  const ExitCode exit_code = TryAll(trial, [&](std::uint64_t its_seed) {
    if (given) return given->script;
    const std::uint64_t count = threads == 0 ? 2 + its_seed % 2 : threads;
    return made.MakeSmall(its_seed, static_cast<std::uint8_t>(count), ops);
  });
  return form.Publish(ResultOf(trial, Shown(trial, exit_code)));
}

ExitCode Schedules::Run() {
  form.Begin();
  const lockstep_port* const port = PortOrComplain();
  if (port == nullptr) return kBadInput;
  system = port->name;
  argument = choice.name.empty() ? AsArgument(*port) : choice.name;
  if (!IsForThreads(*port)) {
    Complain(Text(system,
                  " promises nothing for threads: see LOCKSTEP_THREAD_SAFE in "
                  "lockstep/port.h; nothing was tried"));
    return kBadInput;
  }
  if (!seed) seed = std::random_device{}();
  StartSymbolizer();
  return RunOn(*port);
}

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

void AddSchedulesCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "schedules",
      "Run short scripts on several threads, one thread at a time, in orders "
      "that are chosen, until one violates a rule; it can be run again in "
      "exactly that order. For code that was compiled with -fsanitize=thread");
  const auto schedules = std::make_shared<Schedules>();
  schedules->choice.AddArgumentTo(*command);
  AddSearchTo(*command, *schedules);
  AddScriptsTo(*command, *schedules);
  command
      ->add_option("--times", schedules->times,
                   "How often a schedule that broke a rule is run again")
      ->check(CLI::Range(1u, 100'000u))
      ->capture_default_str();
  command->add_flag("--fresh", schedules->is_fresh,
                    "Each run gets a process of its own: for an allocator that "
                    "keeps something in globals");
  command
      ->add_option("--keep-going", schedules->keep_going,
                   "Go on until so many different findings were made, or it is "
                   "enough")
      ->check(IsPositive())
      ->capture_default_str();
  command
      ->add_option("--minimise-seconds", schedules->minimise_seconds,
                   "How long a script and its schedule are made shorter")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command->add_option("-o,--output", schedules->output,
                      "A file: write the last finding to it as well");
  schedules->form.AddTo(*command);
  command->footer(
      "For example: lockstep schedules slab_cache_shared --strategy all\n"
      "             lockstep schedules ./libmine.so --seconds 60");
  command->callback([schedules, &exit_code] { exit_code = schedules->Run(); });
}

const RegisteredCommand kRegistered(AddSchedulesCommand);

}  // namespace
}  // namespace lockstep::suite
