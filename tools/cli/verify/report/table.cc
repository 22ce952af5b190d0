#include "tools/cli/verify/report/table.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/system_choice.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/report/findings.h"
#include "tools/cli/verify/report/host.h"

namespace lockstep::suite::verify {
namespace {

// So much of what was violated is shown; all of it is saved.
constexpr std::size_t kReports = 20;
constexpr std::size_t kReportLines = 40;

constexpr std::size_t kColumns = 5;
using Cells = std::array<std::string, kColumns>;

struct Row {
  Cells cells;
  bool is_bad = false;
};

std::string InRed(const std::string& text) {
  static const bool kIsTerminal = isatty(STDOUT_FILENO) != 0;
  return kIsTerminal ? Text("\033[1;31m", text, "\033[0m") : text;
}

std::string CameOut(const Outcome& came, const std::vector<Group>& groups) {
  std::set<std::string> rules;
  for (const Group& group : groups) rules.insert(group.First().finding.rule);
  std::string text;
  if (!groups.empty()) {
    text = Text(Counted(groups.size(), "finding"), ": ",
                JoinedWith(", ", {rules.begin(), rules.end()}));
  }
  if (!came.problems.empty()) {
    text += Text(text.empty() ? "" : " ",
                 came.tried.operations > 0 ? "FAILED" : "NOTHING RAN");
  }
  const bool has_begun = came.tried.operations > 0 || !came.is_interrupted;
  if (text.empty() && has_begun) text = "held";
  if (!came.is_interrupted) return text;
  return Text(text, text.empty() ? "" : " ", "interrupted");
}

bool IsBad(const Outcome& came) {
  return !came.violations.empty() || !came.problems.empty();
}

std::array<std::size_t, kColumns> WidthsOf(const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      widths[i] = std::max(widths[i], row.cells[i].size());
    }
  }
  return widths;
}

void PrintRow(const Row& row, const std::array<std::size_t, kColumns>& widths) {
  std::string text = "│";
  for (std::size_t i = 0; i < kColumns; ++i) {
    const std::string blanks(widths[i] - row.cells[i].size(), ' ');
    const bool is_number = i == 2 || i == 3;
    const std::string cell =
        is_number ? blanks + row.cells[i] : row.cells[i] + blanks;
    text += Text(' ', row.is_bad ? InRed(cell) : cell, " │");
  }
  std::cout << text << '\n';
}

void PrintRule(std::string_view left, std::string_view middle,
               std::string_view right,
               const std::array<std::size_t, kColumns>& widths) {
  std::string text(left);
  for (std::size_t i = 0; i < kColumns; ++i) {
    for (std::size_t j = 0; j < widths[i] + 2; ++j) text += "─";
    text += i + 1 < kColumns ? middle : right;
  }
  std::cout << text << '\n';
}

void PrintText(const std::string& report) {
  const auto lines = LinesOf(TrimmedRight(report));
  for (std::size_t i = 0; i < std::min(lines.size(), kReportLines); ++i) {
    std::cout << lines[i] << '\n';
  }
  if (lines.size() > kReportLines) {
    std::cout << "... and " << lines.size() - kReportLines << " more lines\n";
  }
}

}  // namespace

void PrintLine(const Job& job) {
  const Outcome& came = job.outcome;
  const std::string_view verdict = came.Verdict();
  std::string loud(verdict);
  for (char& letter : loud) {
    letter =
        static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  std::cout << job.Title() << ": " << Grouped(came.tried.operations)
            << " operations, " << Rounded(came.Rate()) << " a second, "
            << came.violations.size() << " violations"
            << (verdict == "held" ? "" : ", " + loud)
            << (job.target == nullptr ? "" : ", " + job.target->InWords())
            << std::endl;
}

void PrintTable(const std::vector<const Job*>& jobs, const Outcome& total,
                double seconds, std::size_t width) {
  std::vector<Row> rows = {
      {{"source", "system", "operations", "a second", "came out"}},
      {{"", "", "checked", "on a core", ""}}};
  for (const Job* job : jobs) {
    const Outcome& came = job->outcome;
    rows.push_back({{std::string(job->source->name), job->system.name,
                     Grouped(came.tried.operations), Rounded(came.Rate()),
                     CameOut(came, GroupViolations({job}))},
                    IsBad(came)});
  }
  const auto operations = static_cast<double>(total.tried.operations);
  rows.push_back({{"all", "", Rounded(operations),
                   Rounded(operations / std::max(seconds, 1e-9)),
                   CameOut(total, GroupViolations(jobs))},
                  IsBad(total)});
  rows.push_back(
      {{"", "", "", Text("on ", Counted(std::min(width, Cores()), "core")), ""},
       false});
  const auto widths = WidthsOf(rows);
  PrintRule("┌", "┬", "┐", widths);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 2 || i + 2 == rows.size()) PrintRule("├", "┼", "┤", widths);
    PrintRow(rows[i], widths);
  }
  PrintRule("└", "┴", "┘", widths);
}

void PrintFindings(const std::vector<Group>& groups,
                   const std::string& program) {
  std::size_t number = 0;
  for (const Group& group : groups) {
    const Violation& first = group.First();
    std::cout << '\n'
              << InRed(Text("==== finding ", ++number, " of ", groups.size(),
                            ": ", first.finding.rule, ", by ",
                            JoinedWith(", ", group.Sources()), " on ",
                            InShort(group.Systems())))
              << '\n';
    if (number <= kReports) PrintText(first.finding.report);
    std::cout << "saved as " << Quoted(Shown(first.path)) << '\n';
    const std::string command = CommandFor(first, program);
    if (!command.empty()) std::cout << "to see it again: " << command << '\n';
    if (group.entries.size() == 1) continue;
    std::vector<std::string> others;
    for (const auto& [job, violation] : group.entries) {
      if (violation != &first) others.push_back(FileNameOf(violation->path));
    }
    std::cout << "the same " << Counted(others.size(), "time")
              << " more: " << InShort(others) << '\n';
  }
}

void PrintProblems(const std::vector<const Job*>& jobs) {
  for (const Job* job : jobs) {
    for (const std::string& problem : job->outcome.problems) {
      std::cout << "problem: " << job->Title() << ": " << problem << '\n';
    }
  }
}

std::string CommandFor(const Violation& violation, const std::string& program) {
  if (!violation.is_trace || violation.path.empty()) return "";
  // "PROGRAM replay FILE": the program has another name here, and the file has
  // one now.
  constexpr std::string_view kFile = " FILE";
  const std::string path = Text(' ', Quoted(Shown(violation.path)));
  std::string words = violation.finding.again;
  const std::size_t begin = words.find(' ');
  const std::size_t file = words.find(kFile);
  if (begin == words.npos || file == words.npos) {
    return Text(program, " replay", path);
  }
  return Text(program, words.replace(file, kFile.size(), path).substr(begin));
}

}  // namespace lockstep::suite::verify
