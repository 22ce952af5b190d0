#include "models/cell/last_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {
namespace {

constexpr std::size_t kMostColumns = 200;

bool IsDigit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool IsOfPath(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_-./+@").find(c) != std::string_view::npos;
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool StartsWithAny(std::string_view line, const auto& beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) {
    return line.starts_with(beginning);
  });
}

// Where what a sanitizer says of the error itself is over.
bool IsDetail(std::string_view line) {
  static constexpr std::array<std::string_view, 4> kBeginnings = {
      "Shadow bytes around", "Shadow byte legend",
      "HINT:", "  Thread T0 stack"};
  return StartsWithAny(line, kBeginnings);
}

// Of a long line the middle is lost: an assertion says at the end what failed.
std::string Printable(std::string_view line) {
  std::string text(line);
  if (line.size() > kMostColumns) {
    text = line.substr(0, kMostColumns / 2);
    text += " ... ";
    text += line.substr(line.size() - kMostColumns / 2);
  }
  for (char& c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 32 || c == 127;
    if (is_control && c != '\t') c = '?';
  }
  return text;
}

bool IsSource(std::string_view path) {
  static constexpr std::array<std::string_view, 10> kEndings = {
      ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".rs", ".zig", ".inc"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) {
    return path.ends_with(ending) && path.size() > ending.size();
  });
}

// Of a stack that leads through it, a frame says nothing of the allocator.
bool IsOfHarness(std::string_view path) {
  static constexpr std::array<std::string_view, 8> kFolders = {
      "models/",    "compiler-rt/", "sanitizer_common/",
      "libfuzzer/", "tools/cli/",   "sysdeps/",
      "csu/",       "/rustc/"};
  return std::ranges::any_of(kFolders, [&](std::string_view folder) {
    return path.find(folder) != std::string_view::npos;
  });
}

// "    #2 0x55e7 in my_malloc my_alloc.c:27".
bool IsFrame(std::string_view line) {
  const std::size_t at = line.find_first_not_of(' ');
  return at != std::string_view::npos && at != 0 && line[at] == '#' &&
         at + 1 < line.size() && IsDigit(line[at + 1]);
}

// "#1 0x55e7 in lockstep::suite::...", or, of ThreadSanitizer,
// "#1 lockstep::suite::...".
bool IsFrameOfHarness(std::string_view line) {
  constexpr std::string_view kSuite = "lockstep::suite::";
  const std::size_t number = line.find('#');
  const std::size_t function =
      number == std::string_view::npos ? number : line.find(' ', number);
  return line.contains(" in lockstep::suite::") ||
         (function != std::string_view::npos &&
          line.substr(function + 1).starts_with(kSuite));
}

// "path/heap.c:12:3" as "heap.c:12".
std::string SourceIn(std::string_view line) {
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    std::size_t end = colon + 1;
    while (end < line.size() && IsDigit(line[end])) ++end;
    if (end == colon + 1) continue;
    std::size_t start = colon;
    while (start > 0 && IsOfPath(line[start - 1])) --start;
    const std::string_view path = line.substr(start, colon - start);
    if (!IsSource(path) || IsOfHarness(path)) continue;
    const std::size_t name = path.rfind('/') + 1;
    return std::string(line.substr(start + name, end - start - name));
  }
  return "";
}

// "ERROR: AddressSanitizer: heap-buffer-overflow on" as its third word; it is two
// words for a data race.
std::string KindIn(std::string_view words) {
  constexpr std::string_view kSanitizer = "Sanitizer: ";
  const std::size_t at = words.find(kSanitizer);
  if (at == std::string_view::npos) return "";
  const std::size_t start = at + kSanitizer.size();
  constexpr std::string_view kRace = "data race";
  if (words.substr(start).starts_with(kRace)) return std::string(kRace);
  return std::string(
      words.substr(start, words.find_first_of(" \n:", start) - start));
}

}  // namespace

void LastWords::Add(std::string_view text) {
  bytes_ += text.size();
  const std::size_t fits = std::min(kFirstBytes - first_.size(), text.size());
  first_ += text.substr(0, fits);
  last_ += text.substr(fits);
  if (last_.size() > 2 * kLastBytes) last_.erase(0, last_.size() - kLastBytes);
}

std::string LastWords::Text() const {
  const std::size_t kept = std::min(last_.size(), kLastBytes);
  const std::size_t left_out = bytes_ - first_.size() - kept;
  std::string text = first_;
  if (left_out != 0) {
    text += "\n... " + std::to_string(left_out) + " bytes left out ...\n";
  }
  return text + last_.substr(last_.size() - kept);
}

std::string Shortened(std::string_view words, std::size_t most_lines) {
  std::vector<std::string> lines;
  bool is_below = false;  // Of a stack, in what called the port.
  for (const std::string_view line : LinesOf(words)) {
    if (IsDetail(line)) break;
    is_below = IsFrame(line) && (is_below || IsFrameOfHarness(line));
    const bool is_rule = line.find_first_not_of('=') == std::string_view::npos;
    if (!is_rule && !is_below) lines.push_back(Printable(line));
  }
  std::string text;
  // The beginning says what it was, the end what it led to.
  const std::size_t last = std::min(lines.size(), most_lines / 4);
  const bool is_long = lines.size() > most_lines;
  const std::size_t first = is_long ? most_lines - last : lines.size();
  for (std::size_t i = 0; i < first; ++i) text += lines[i] + '\n';
  if (!is_long) return text;
  text += "... " + std::to_string(lines.size() - first - last) + " lines ...\n";
  for (std::size_t i = lines.size() - last; i < lines.size(); ++i) {
    text += lines[i] + '\n';
  }
  return text;
}

namespace {

std::string Joined(std::string_view kind, std::string_view source) {
  std::string text(kind);
  text.append(" at ").append(source);
  return text;
}

}  // namespace

std::string PlaceIn(std::string_view words) {
  std::string kind = KindIn(words);
  for (const std::string_view line : LinesOf(words)) {
    const std::string source = SourceIn(line);
    if (!source.empty()) return kind.empty() ? source : Joined(kind, source);
  }
  return kind;
}

bool BeginsReport(std::string_view words) {
  const std::size_t error = words.find("ERROR: ");
  return error != std::string_view::npos &&
         !KindIn(words.substr(error)).empty();
}

}  // namespace lockstep::suite
