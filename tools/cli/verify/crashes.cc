#include "tools/cli/verify/crashes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/outcome.h"

namespace lockstep::suite::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kViolation = "# violation ";
constexpr std::string_view kTrace = "lockstep-trace ";
constexpr std::string_view kArtifact = "Test unit written to ";
constexpr std::size_t kLastWords = 200;  // Lines.
constexpr std::size_t kFrames = 3;

// "==7== ERROR", which a sanitizer or libFuzzer writes below what was said.
bool IsEnd(std::string_view line) {
  if (!line.starts_with("==")) return false;
  const std::size_t end = line.find("==", 2);
  const auto is_digit = [](char letter) {
    return letter >= '0' && letter <= '9';
  };
  return end != line.npos && end > 2 &&
         std::ranges::all_of(line.substr(2, end - 2), is_digit);
}

// What stands above such a line; all of it without one.
std::string_view UntilEnd(std::string_view text) {
  for (const std::string_view line : LinesOf(text)) {
    if (IsEnd(line)) {
      return text.substr(0,
                         static_cast<std::size_t>(line.data() - text.data()));
    }
  }
  return text;
}

std::string ArtifactIn(std::string_view said) {
  const std::size_t at = said.find(kArtifact);
  if (at == said.npos) return "";
  const std::string_view rest = said.substr(at + kArtifact.size());
  return std::string(rest.substr(0, rest.find_first_of(" \t\r\n")));
}

std::string_view RuleOfWords(std::string_view said) {
  if (said.contains("libFuzzer: timeout")) return "hang";
  if (said.contains("libFuzzer: out-of-memory")) return "memory";
  return IsFromSanitizer(said) ? "sanitizer" : "crash";
}

// The lines of our sources on the stack, whose names begin at the top of the
// checkout.
std::string FramesIn(std::string_view said) {
  static const std::regex kFrame(
      "^ +#[0-9]+ 0x[0-9a-f]+ in .* (?:\\./)?"
      "([A-Za-z0-9_]+/[A-Za-z0-9_/]+\\.(?:cc|h):[0-9]+)");
  constexpr std::size_t kLongest = 2000;
  std::string frames;
  std::size_t count = 0;
  for (const std::string_view line : LinesOf(said)) {
    if (count == kFrames) break;
    if (!line.starts_with(' ') || line.size() > kLongest) continue;
    std::match_results<std::string_view::const_iterator> found;
    if (!std::regex_search(line.begin(), line.end(), found, kFrame)) continue;
    frames += Text('\n', found[1].str());
    ++count;
  }
  return frames;
}

std::size_t BeginOfReport(std::string_view said) {
  if (said.starts_with(kViolation)) return 0;
  const std::size_t at = said.find(Text('\n', kViolation));
  return at == said.npos ? at : at + 1;
}

// A minimised trace: what it does, whatever the numbers are that it does it
// with.
std::string ShapeOf(std::string_view report) {
  const std::size_t at = report.find(kTrace);
  return at == report.npos ? "" : WithoutNumbers(report.substr(at));
}

// FNV-1a: the same on every machine and in every run.
std::string DigestOf(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char letter : text) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
  }
  std::array<char, 9> digits;
  std::snprintf(digits.data(), digits.size(), "%08x", hash);
  return digits.data();
}

}  // namespace

std::string Crash::Stem() const { return Text(rule, '-', DigestOf(key)); }

std::string Crash::FileName() const {
  return Stem() + (is_trace ? ".trace" : ".stderr");
}

Crash ReadCrash(std::string_view said) {
  const std::string artifact = ArtifactIn(said);
  if (const std::size_t begin = BeginOfReport(said); begin != said.npos) {
    const std::string report(UntilEnd(said.substr(begin)));
    const std::string rule = ReadReport(report).rule;
    return {rule, report, true, artifact, Text(rule, '\n', ShapeOf(report))};
  }
  const std::string rule(RuleOfWords(said));
  std::string words;
  const auto lines = LinesOf(said);
  for (std::size_t i = lines.size() - std::min(lines.size(), kLastWords);
       i < lines.size(); ++i) {
    words += Text(lines[i], '\n');
  }
  // What it said itself, and where it was.
  std::string_view own = UntilEnd(said);
  own = own.size() == said.size() ? "" : own.substr(0, own.find('\n'));
  return {rule, words, false, artifact,
          Text(rule, FramesIn(said), '\n', WithoutNumbers(own))};
}

CrashBook::CrashBook(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    earlier_.insert(entry.path().stem().string());
  }
}

bool CrashBook::Enter(const Crash& crash) {
  const bool is_first = ++counts_[crash.key] == 1;
  if (is_first && IsNew(crash)) {
    std::ofstream(fs::path(folder_) / crash.FileName()) << crash.text;
  }
  return is_first;
}

std::uint64_t CrashBook::Crashes() const {
  std::uint64_t sum = 0;
  for (const auto& [key, count] : counts_) sum += count;
  return sum;
}

}  // namespace lockstep::suite::verify
