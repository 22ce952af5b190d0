#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/result/result.h"
#include "tools/cli/version.h"

namespace lockstep::suite {
namespace {

using Json = nlohmann::ordered_json;

struct SourceLine {
  std::string path;
  std::size_t line;
};

// Of a place such as "heap.c:12"; a function has none.
std::optional<SourceLine> SourceLineOf(std::string_view place) {
  const std::size_t colon = place.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::size_t line = 0;
  const char* const end = place.data() + place.size();
  const auto read = std::from_chars(place.data() + colon + 1, end, line);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return SourceLine{std::string(place.substr(0, colon)), line};
}

// A trace has a header of so many lines, and then a step in each.
constexpr std::size_t kHeaderLines = 3;

// From 1, of the step in the report; of what comes after the script, 1.
std::size_t LineOf(const Finding& finding) {
  const std::size_t begin = finding.report.size() - finding.script.size();
  const auto lines = [](std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  };
  const std::size_t steps = lines(finding.script) - kHeaderLines;
  if (finding.step == 0 || finding.step > steps) return 1;
  return lines(std::string_view(finding.report).substr(0, begin)) +
         kHeaderLines + finding.step;
}

// With %20 for a space, and so on.
std::string AsUri(std::string_view path) {
  constexpr std::string_view kPlain = "/._-~+,:";
  std::string uri;
  for (const char c : path) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
        kPlain.contains(c)) {
      uri += c;
      continue;
    }
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    uri += {'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  return uri;
}

// Where a crash names a line of a source, there; else the step in the trace that
// was saved; else nowhere.
Json LocationsOf(const Finding& finding) {
  const auto source = SourceLineOf(finding.place);
  if (!source && finding.file.empty()) return Json::array();
  const std::string& path = source ? source->path : finding.file;
  Json place = {{"artifactLocation", {{"uri", AsUri(path)}}}};
  // Of a trace that was given, the lines are not those of the report.
  const bool is_saved = !finding.report.starts_with("# file ");
  if (source || is_saved) {
    place["region"] = {{"startLine", source ? source->line : LineOf(finding)}};
  }
  return Json::array({{{"physicalLocation", place}}});
}

Json ResultOf(const Finding& finding) {
  return {
      {"ruleId", finding.rule},
      {"level", "error"},
      {"message",
       {{"text",
         Text("Step ", finding.step, " (", finding.op, "): ", Headline(finding),
              ".\n\n",
              finding.script.empty() ? finding.report : finding.script)}}},
      {"locations", LocationsOf(finding)},
      {"properties", {{"system", finding.system}, {"step", finding.step}}},
  };
}

}  // namespace

std::string ToSarif(const std::vector<Result>& results) {
  std::map<std::string, std::string> claims;
  Json found = Json::array();
  for (const Result& result : results) {
    for (const Finding& finding : result.findings) {
      claims[finding.rule] = finding.claim;
      found.push_back(ResultOf(finding));
    }
  }
  Json rules = Json::array();
  for (const auto& [rule, claim] : claims) {
    rules.push_back(
        {{"id", rule},
         {"shortDescription", {{"text", claim.empty() ? rule : claim}}}});
  }
  const Json driver = {
      {"name", "lockstep"}, {"version", kVersion}, {"rules", std::move(rules)}};
  const Json run = {{"tool", {{"driver", driver}}}, {"results", found}};
  const Json log = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs", Json::array({run})},
  };
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace lockstep::suite
