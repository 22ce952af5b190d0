#include "tools/cli/verify/report/findings.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/outcome.h"

namespace lockstep::suite::verify {
namespace {

// What a minimised trace does, whatever the numbers are that it does it with,
// how often, and the name of the system that it does it to.
std::string ShapeOf(const std::string& script) {
  std::string shape;
  std::string last;
  for (const std::string_view line : LinesOf(script)) {
    if (line.starts_with("component ") || line.starts_with('#')) continue;
    const std::string words = WithoutNumbers(line);
    if (words == last) continue;
    shape += Text(words, '\n');
    last = words;
  }
  return shape;
}

// The same for violations that show one fault.
std::string KeyOf(const Violation& violation) {
  if (!violation.key.empty()) return violation.key;
  const Finding& finding = violation.finding;
  std::string key = Text(finding.rule, '\n');
  if (violation.is_trace) {
    const std::string place = PlaceOf(finding);
    return key + (place.empty() ? ShapeOf(finding.script) : place);
  }
  // Below a command, how it ended, and the last words.
  const auto lines = LinesOf(finding.report);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    key +=
        Text(i == 1 ? std::string(lines[i]) : WithoutNumbers(lines[i]), '\n');
  }
  return key;
}

}  // namespace

std::vector<std::string> Group::Sources() const {
  std::vector<std::string> names;
  for (const auto& [job, violation] : entries) {
    AddOnce(std::string(job->source->name), names);
  }
  return names;
}

std::vector<std::string> Group::Systems() const {
  std::vector<std::string> names;
  for (const auto& [job, violation] : entries) AddOnce(job->system.name, names);
  return names;
}

std::string PlaceOf(const Finding& finding) {
  if (!finding.place.empty()) return finding.place;
  constexpr std::size_t kMost = 1000;  // std::regex takes its stack for more.
  static const std::regex kPlace("[A-Za-z0-9_./-]+\\.[A-Za-z0-9_]+:[0-9]+");
  for (const std::string_view line : LinesOf(finding.last_words)) {
    const std::string text(line.substr(0, kMost));
    std::smatch found;
    if (std::regex_search(text, found, kPlace)) return found.str();
  }
  constexpr std::string_view kIn = ", in ";
  const std::size_t at = finding.came.rfind(kIn);
  if (at == std::string::npos) return "";
  const std::string function = finding.came.substr(at + kIn.size());
  return function.contains(' ') ? "" : function;
}

std::vector<Group> GroupViolations(const std::vector<const Job*>& jobs) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> places;
  for (const Job* job : jobs) {
    for (const Violation& violation : job->outcome.violations) {
      const auto [place, is_new] =
          places.try_emplace(KeyOf(violation), groups.size());
      if (is_new) groups.push_back({violation.finding.claim, {}});
      groups[place->second].entries.emplace_back(job, &violation);
    }
  }
  // What is shorter is easier to understand; what has no trace comes last.
  const auto length_of = [](const Violation& violation) {
    return std::pair(!violation.is_trace, violation.finding.step);
  };
  for (Group& group : groups) {
    const auto shortest = std::ranges::min_element(
        group.entries, {},
        [&](const auto& entry) { return length_of(*entry.second); });
    std::rotate(group.entries.begin(), shortest, shortest + 1);
  }
  const auto length = [&](const Group& group) {
    return length_of(group.First());
  };
  for (auto next = groups.begin(); next != groups.end(); ++next) {
    std::rotate(std::ranges::upper_bound(groups.begin(), next, length(*next),
                                         {}, length),
                next, next + 1);
  }
  return groups;
}

}  // namespace lockstep::suite::verify
