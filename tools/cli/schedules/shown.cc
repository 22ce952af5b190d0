// Says what was run, and what that shows.

#include <cstdint>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include "models/schedule/search.h"
#include "models/script/text.h"
#include "tools/cli/schedules/once.h"
#include "tools/cli/schedules/report.h"
#include "tools/cli/schedules/search.h"

namespace lockstep::suite {
namespace {

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

}  // namespace

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
                               {"orders_judged", counts.orders.judged},
                               {"orders_not_judged", counts.orders.not_judged},
                               {"whole", at->whole},
                               {"repeats", book.repeats()}})};
}

// Prints what was done, and what it did not show.
ExitCode Schedules::Shown(const ScheduleTrial& trial,
                          ExitCode exit_code) const {
  const ScheduleCounts& counts = trial.counts();
  const char* const mark = exit_code == kViolated ? "# " : "";
  std::cout << mark << (exit_code == kInterrupted ? "interrupted; " : "")
            << system << ": " << at->scripts << " scripts, "
            << InWords(counts, progress.Seconds()) << ", " << book.size()
            << " violations\n";
  const std::string orders = counts.orders.InWords();
  if (!orders.empty()) std::cout << mark << orders;
  if (strategy == "pct" && counts.longest != 0) {
    std::cout << mark << Guarantee(trial, threads == 0 ? 3 : threads, depth)
              << '\n';
  }
  if (IsWhole()) {
    std::cout
        << mark
        << (strategy == "all"
                ? std::string("every schedule that makes a difference")
                : Text("every schedule with up to ", preemptions,
                       " preemptions"))
        << " was run for " << at->whole << " of " << at->scripts << " scripts"
        << (counts.redundant == 0
                ? ""
                : Text("; ", Grouped(counts.redundant),
                       " were given up, because they are equivalent to others"))
        << '\n';
  }
  if (at->unrepeatable != 0) {
    Complain(Text(system,
                  ": the same choices led to different accesses, so it "
                  "keeps state beyond destroy(): use --fresh"));
    return Worse(exit_code, kBadInput);
  }
  if (exit_code == kHeld && counts.accesses == 0) {
    Complain(
        Text(system,
             ": none of its accesses to memory was seen, so no thread was "
             "interrupted inside its calls, and nothing was shown. "
             "Compile it with -fsanitize=thread, as a shared library that is "
             "not linked with that sanitizer: clang -fsanitize=thread -g "
             "-shared -fPIC mine.c -o libmine.so"));
    return kBadInput;
  }
  return WithCaveat(exit_code, system, TriedIn(counts));
}

}  // namespace lockstep::suite
