#include "tools/cli/verify/report/page_tables.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/markup/markup.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/outcome.h"

namespace lockstep::suite::verify {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFuzzHead = R"html(<h2>Fuzzing</h2>
<div class="wide">
<table>
<tr><th>target</th><th class="number">executions</th>
<th class="number">a second</th><th class="number">operations</th>
<th class="number">a second</th><th class="number">time in judging</th>
<th class="number">edges</th><th class="number">features</th>
<th class="number">inputs before</th><th class="number">at the end</th>
<th class="number">crashes</th><th class="number">of kinds</th></tr>
)html";

// A long name may go on in the next line.
std::string Breakable(std::string_view name) {
  std::string text;
  for (const char letter : Escaped(name)) {
    text += letter == '_' ? std::string("_<wbr>") : std::string(1, letter);
  }
  return text;
}

std::string RulesOf(const Outcome& came) {
  std::vector<std::string> rules;
  for (const Violation& violation : came.violations) {
    AddOnce(violation.finding.rule, rules);
  }
  return rules.empty() ? "" : ' ' + Breakable(JoinedWith(", ", rules));
}

std::string CellOf(const std::string& source, const Job* job) {
  const std::string begin = Text("<td data-source=\"", source, "\" class=\"");
  if (job == nullptr) return Text(begin, "none\">not run</td>\n");
  const Outcome& came = job->outcome;
  std::string text = Text(
      begin, came.Verdict(), "\"><b>", came.Verdict(), "</b>", RulesOf(came),
      "\n<span>", Grouped(came.tried.operations), " operations",
      came.seconds > 0 ? Text(", ", Rounded(came.Rate()), " a second") : "",
      "</span>\n");
  for (const auto& [words, number] : came.counts) {
    if (number == 0) continue;
    text += Text("<span class=\"quiet\">", Grouped(number), ' ', words,
                 "</span>\n");
  }
  return text + "</td>\n";
}

std::string NumberCell(const std::string& text) {
  return Text("<td class=\"number\">", text, "</td>");
}

std::string RowOf(const Json& fuzz) {
  const auto number = [&](const char* name) {
    return fuzz.at(name).get<double>();
  };
  const auto cell = [&](const char* name) {
    return NumberCell(Rounded(number(name)));
  };
  const auto of_corpus = [&](const char* name) {
    return NumberCell(Rounded(fuzz.at("corpus").at(name).get<double>()));
  };
  const double seconds = std::max(number("seconds"), 0.001);
  const bool has_judged = number("operations") > 0;
  const double share = 100 * number("seconds_judging") / seconds;
  return Text(
      "<tr><td>", Escaped(fuzz.at("target").get<std::string>()), "</td>",
      cell("executions"), NumberCell(Rounded(number("executions") / seconds)),
      has_judged ? cell("operations") : NumberCell(""),
      NumberCell(has_judged ? Rounded(number("operations") / seconds) : ""),
      NumberCell(share > 0 ? Text(std::lround(share), " %") : ""),
      cell("coverage"), cell("features"), of_corpus("inputs_before"),
      of_corpus("inputs"), cell("crashes"), cell("kinds_of_crashes"),
      "</tr>\n");
}

}  // namespace

std::string MatrixOf(const std::vector<const Job*>& jobs) {
  std::vector<std::string> sources;
  std::vector<std::string> systems;
  for (const Job* job : jobs) {
    AddOnce(std::string(job->source->name), sources);
    AddOnce(job->system.name, systems);
  }
  std::string text =
      "<h2>What was checked</h2>\n<table class=\"matrix\">\n"
      "<thead><tr><th>system</th>\n";
  for (const std::string& source : sources) {
    text += Text("<th>", source, "</th>\n");
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const std::string& system : systems) {
    text += Text("<tr><th scope=\"row\">", Breakable(system), "</th>\n");
    for (const std::string& source : sources) {
      const auto found = std::ranges::find_if(jobs, [&](const Job* job) {
        return job->source->name == source && job->system.name == system;
      });
      text += CellOf(source, found == jobs.end() ? nullptr : *found);
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table>\n";
}

std::string FuzzingOf(const Json& fields) {
  std::string rows;
  std::size_t count = 0;
  std::size_t merged = 0;
  for (const Json& result : fields.at("results")) {
    if (!result.contains("fuzz")) continue;
    const Json& fuzz = result.at("fuzz");
    rows += RowOf(fuzz);
    ++count;
    if (fuzz.at("corpus").at("is_merged").get<bool>()) ++merged;
  }
  if (count == 0) return "";
  return Text(
      kFuzzHead, rows,
      "</table>\n</div>\n<p class=\"quiet\">Edges are those of the code "
      "that is judged. Seconds are the\ntarget's own: while others have "
      "their turn, its clock stands still.\n",
      merged, " of ", count,
      " corpora were made as small as they can be at the end.</p>\n");
}

}  // namespace lockstep::suite::verify
