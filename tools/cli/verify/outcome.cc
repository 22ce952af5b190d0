#include "tools/cli/verify/outcome.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/child_process.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"
#include "tools/cli/verify/lines.h"

namespace lockstep::suite::verify {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t NumberIn(const Json& details, const char* name) {
  const auto found = details.find(name);
  return found != details.end() && found->is_number_unsigned()
             ? found->get<std::uint64_t>()
             : 0;
}

std::uint64_t RefusedIn(const Json& details) {
  std::uint64_t sum = 0;
  const auto verbs = details.find("verbs");
  if (verbs == details.end()) return 0;
  for (const Json& verb : *verbs) sum += NumberIn(verb, "refused");
  return sum;
}

// Each command says it in its own way.
void CountIn(const Result& result, Outcome& outcome) {
  const Json details = Json::parse(result.details, nullptr, false);
  if (result.command == "explore") {
    outcome.Count("operations refused", RefusedIn(details));
  } else if (result.command == "props") {
    outcome.Count("properties skipped",
                  NumberIn(details, "properties_skipped"));
  } else if (result.command == "replay") {
    outcome.Count("traces skipped", NumberIn(details, "traces_skipped"));
  } else {
    outcome.Count("requests refused", result.tried.refused);
    outcome.Count("operations skipped", result.tried.skipped);
  }
}

Outcome OutcomeOf(const Result& result) {
  Outcome outcome;
  outcome.tried = result.tried;
  outcome.seconds =
      result.processor_seconds > 0 ? result.processor_seconds : result.seconds;
  for (const Finding& finding : result.findings) {
    outcome.violations.push_back({.finding = finding});
  }
  CountIn(result, outcome);
  return outcome;
}

Outcome Crashed(std::string_view rule, const ChildProcess& process,
                std::string_view how) {
  Violation violation{.finding = {}, .is_trace = false};
  violation.finding.rule = rule;
  violation.finding.report =
      Text(CommandOf(process), '\n', how, "\n\n", process.stderr_text());
  Outcome outcome;
  outcome.violations.push_back(std::move(violation));
  return outcome;
}

std::string WithLastWords(const ChildProcess& process, std::string_view what) {
  std::string text = Text(ShortCommandOf(process), ": ", what);
  const std::string_view said = TrimmedRight(process.stderr_text());
  return said.empty() ? text : Text(text, '\n', said);
}

Outcome JudgeEnded(const ChildProcess& process) {
  constexpr std::string_view kNoJson = "it printed no JSON";
  const int code = process.exit_code();
  const auto result = FromJson(process.stdout_text());
  Outcome outcome;
  if (result) outcome = OutcomeOf(*result);
  const std::size_t count = outcome.violations.size();
  if (code != 0 && code != 1) {
    outcome.problems.push_back(
        WithLastWords(process, Text("it ended with exit code ", code)));
  } else if (!result) {
    const std::string why =
        process.stdout_text().contains('{')
            ? Text("its JSON is not as expected: ", result.error())
            : std::string(kNoJson);
    outcome.problems.push_back(WithLastWords(process, why));
  } else if ((code == 1) != (count > 0)) {
    outcome.problems.push_back(
        WithLastWords(process, Text("it ended with exit code ", code,
                                    ", and reported ", count, " violations")));
  } else if (outcome.tried.operations == 0) {
    outcome.problems.push_back(
        Text(ShortCommandOf(process), ": not one operation was checked"));
  }
  return outcome;
}

}  // namespace

void Outcome::Add(const Outcome& other) {
  tried += other.tried;
  seconds += other.seconds;
  violations.insert(violations.end(), other.violations.begin(),
                    other.violations.end());
  problems.insert(problems.end(), other.problems.begin(), other.problems.end());
  is_interrupted |= other.is_interrupted;
  for (const auto& [words, number] : other.counts) Count(words, number);
}

void Outcome::Count(std::string_view words, std::uint64_t number) {
  const auto found = std::ranges::find_if(
      counts, [&](const auto& count) { return count.first == words; });
  if (found == counts.end()) {
    counts.emplace_back(words, number);
  } else {
    found->second += number;
  }
}

std::string_view Outcome::Verdict() const {
  return !violations.empty() ? "violated"
         : !problems.empty() ? "failed"
         : is_interrupted    ? "interrupted"
                             : "held";
}

Outcome Judge(const ChildProcess& process, bool is_interrupted) {
  if (is_interrupted) {
    // What it had done up to then, as far as it could still say so.
    const auto result = FromJson(process.stdout_text());
    Outcome outcome = result ? OutcomeOf(*result) : Outcome{};
    outcome.is_interrupted = true;
    return outcome;
  }
  if (process.is_overdue()) {
    return Crashed("hang", process,
                   Text("It was killed after ",
                        std::round(process.command().allowed_seconds),
                        " s without an end."));
  }
  if (process.exit_code() < 0) {
    return Crashed("crash", process,
                   Text("It was ended by signal ", -process.exit_code(), "."));
  }
  if (IsFromSanitizer(process.stderr_text())) {
    return Crashed("sanitizer", process, "A sanitizer stopped it.");
  }
  return JudgeEnded(process);
}

std::string CommandOf(const ChildProcess& process) {
  return QuotedAll(process.command().words);
}

std::string ShortCommandOf(const ChildProcess& process) {
  constexpr std::size_t kMost = 14;
  constexpr std::size_t kFirst = 8;
  std::vector<std::string> words = process.command().words;
  words.front() = std::filesystem::path(words.front()).filename().string();
  if (words.size() < kMost) return QuotedAll(words);
  const std::size_t more = words.size() - kFirst;
  words.resize(kFirst);
  return Text(QuotedAll(words), " ... (", more, " more)");
}

std::string EndedWith(const ChildProcess& process, std::string_view words) {
  return Text(ShortCommandOf(process), ": it ended with exit code ",
              process.exit_code(), '\n', LastOf(words));
}

bool IsFromSanitizer(std::string_view text) {
  for (const std::string_view name :
       {"AddressSanitizer", "LeakSanitizer", "MemorySanitizer",
        "ThreadSanitizer", "UndefinedBehaviorSanitizer"}) {
    if (text.contains(name)) return true;
  }
  return std::ranges::any_of(LinesOf(text), [](std::string_view line) {
    const std::size_t at = line.find(": runtime error: ");
    return at != line.npos && !line.substr(0, at).contains(' ');
  });
}

}  // namespace lockstep::suite::verify
