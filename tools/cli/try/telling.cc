#include "tools/cli/try/telling.h"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/process.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/system_choice.h"
#include "tools/cli/try/prepare.h"

namespace lockstep::suite {
namespace {

// Of a trace, below the three lines of its header.
std::size_t StepsIn(const std::string& script) {
  return static_cast<std::size_t>(std::ranges::count(script, '\n')) - 3;
}

std::string Indented(const std::string& text) {
  std::istringstream lines(text);
  std::string indented;
  for (std::string line; std::getline(lines, line);) {
    indented += Text("    ", line, '\n');
  }
  return indented;
}

// The last steps of a trace that breaks a rule.
void Draw(const Finding& finding, const std::vector<std::string>& system) {
  std::vector<std::string> show = {ProgramPath(), "show", finding.file,
                                   "--width", "32"};
  // What could not be made short would fill the screen.
  constexpr std::size_t kMostShown = 24;
  if (const std::size_t steps = StepsIn(finding.script); steps > kMostShown) {
    show.insert(show.end(), {"--from", Text(steps - kMostShown + 1)});
    std::cout << "    the last " << kMostShown << " of " << steps
              << " steps; the rest is in " << finding.file << '\n';
  }
  show.insert(show.end(), system.begin(), system.end());
  std::cout << Indented(RunProgram(show).stdout_text);
}

}  // namespace

void TellFinding(const Finding& finding, const Prepared& prepared) {
  if (const std::string command = LawCommand(finding); !command.empty()) {
    // Under every rule its script holds: a picture would show nothing.
    std::cout << Indented(finding.report) << "  saved as " << finding.file
              << "\n    again: " << command << '\n';
    return;
  }
  const auto system = prepared.AsOption();
  Draw(finding, system);
  if (!finding.place.empty()) {
    std::cout << "    in " << finding.place << '\n';
  }
  if (finding.rule == "accepted" && finding.op.starts_with("init ")) {
    std::cout
        << "    if it is right to refuse so small a region, give the port "
           "a .min_region_bytes\n";
  }
  const std::string words = Text(' ', system[0], ' ', Quoted(system[1]), ' ',
                                 Quoted(finding.file), '\n');
  std::cout << "  saved as " << finding.file << "\n    again: " << ProgramName()
            << " replay" << words << "    debug: " << ProgramName() << " debug"
            << words;
}

void TellWhatWasNotJudged(const Prepared& prepared) {
  if (prepared.is_malloc) return;  // It promises what C does.
  std::vector<std::string> list = {ProgramPath(), "list"};
  std::ranges::copy(prepared.AsArgument(), std::back_inserter(list));
  const std::string promised = RunProgram(list).stdout_text;
  if (promised.contains("RESTORES") || promised.contains("FITS_AGAIN")) return;
  std::cout << "not judged: memory that is lost, and requests that are refused "
               "for no reason. If all\n  memory can be had again once all is "
               "freed, add LOCKSTEP_RESTORES to the port's capabilities;\n  if "
               "what was just freed can be had again, LOCKSTEP_FITS_AGAIN "
               "(lockstep/port.h)\n";
}

}  // namespace lockstep::suite
