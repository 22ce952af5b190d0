#include "tools/cli/result/finding.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kTrace = "lockstep-trace ";
constexpr std::string_view kComponent = "component ";
constexpr std::string_view kAgain =
    "# To see it again, save this text and run: ";

// Takes it from the beginning.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? "" : text.substr(begin);
}

// The two sides of the first ": "; the second is "" without one.
std::pair<std::string_view, std::string_view> Divided(std::string_view text) {
  const std::size_t at = text.find(": ");
  if (at == std::string_view::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + 2)};
}

// "# key   value".
void ReadComment(std::string_view line, Finding& finding,
                 std::string_view& last_key) {
  if (line.starts_with(kAgain)) {
    finding.again = line.substr(kAgain.size());
    return;
  }
  std::string_view rest = line.substr(std::min<std::size_t>(2, line.size()));
  // What goes on begins below the value of the line before.
  const bool goes_on = rest.starts_with("   ");
  // "found by" and "last words" have a space in them.
  const std::size_t end = rest.starts_with("found by")     ? 8
                          : rest.starts_with("last words") ? 10
                                                           : rest.find(' ');
  const std::string_view key = goes_on ? last_key : rest.substr(0, end);
  const std::string_view value =
      end == std::string_view::npos ? "" : Trimmed(rest.substr(end));
  last_key = key;
  if (key == "violation") {
    std::tie(finding.rule, finding.claim) = Divided(value);
  } else if (key == "step") {
    std::from_chars(value.data(), value.data() + value.size(), finding.step);
    finding.op = Divided(value).second;
  } else if (key == "expected") {
    finding.expected = value;
  } else if (key == "came") {
    finding.came = value;
  } else if (key == "place") {
    finding.place = value;
  } else if (key == "found by") {
    finding.found_by = value;
  } else if (key == "file") {
    finding.file = value;
  } else if (key == "last words") {
    // Its own indentation is kept.
    const std::string_view words =
        goes_on && rest.size() > 11 ? rest.substr(11) : value;
    if (!finding.last_words.empty()) finding.last_words += '\n';
    finding.last_words += words;
  }
}

}  // namespace

Finding ReadReport(std::string report) {
  Finding finding;
  std::string_view text = report;
  std::string_view last_key;
  while (!text.empty() && !text.starts_with(kTrace)) {
    const std::string_view line = TakeLine(text);
    if (line.starts_with('#')) ReadComment(line, finding, last_key);
  }
  finding.script = text;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (!line.starts_with(kComponent)) continue;
    finding.system = line.substr(kComponent.size());
    break;
  }
  finding.report = std::move(report);
  return finding;
}

std::string LawCommand(const Finding& finding) {
  constexpr std::string_view kFile = " FILE";
  std::string command = finding.again;
  const std::size_t at = command.find(kFile);
  if (!command.contains(" props ") || at == command.npos) return "";
  return command.replace(at, kFile.size(), ' ' + Quoted(finding.file));
}

std::string Headline(const Finding& finding) {
  // Enough for a command with long paths, and how it ended.
  constexpr std::size_t kMostBytes = 1000;
  if (finding.claim.empty()) {
    return finding.rule + ": " + finding.report.substr(0, kMostBytes);
  }
  return finding.claim + "; expected " + finding.expected + ", came " +
         finding.came;
}

std::string AsUtf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    std::size_t bytes = lead < 0x80                   ? 1
                        : lead >= 0xC2 && lead < 0xE0 ? 2
                        : lead >= 0xE0 && lead < 0xF0 ? 3
                        : lead >= 0xF0 && lead < 0xF5 ? 4
                                                      : 0;
    bool is_whole = bytes != 0 && bytes <= text.size();
    for (std::size_t i = 1; is_whole && i < bytes; ++i) {
      is_whole = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    }
    if (!is_whole) bytes = 1;
    valid += is_whole ? text.substr(0, bytes) : "?";
    text.remove_prefix(bytes);
  }
  return valid;
}

std::vector<Finding> ReadReports(std::string_view text) {
  std::vector<Finding> findings;
  std::string report;
  bool is_in_trace = false;
  const auto end_report = [&] {
    if (!report.empty()) findings.push_back(ReadReport(std::move(report)));
    report.clear();
    is_in_trace = false;
  };
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line.starts_with('#') && is_in_trace) end_report();
    if (report.empty() && !line.starts_with('#')) continue;
    is_in_trace |= line.starts_with(kTrace);
    (report += line) += '\n';
  }
  // Comments alone, such as a summary, are no report.
  if (is_in_trace) end_report();
  return findings;
}

}  // namespace lockstep::suite
