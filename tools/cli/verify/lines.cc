#include "tools/cli/verify/lines.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite::verify {
namespace {

bool IsDigit(char letter) { return letter >= '0' && letter <= '9'; }

bool IsHexDigit(char letter) {
  return IsDigit(letter) || (letter >= 'a' && letter <= 'f');
}

}  // namespace

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view TrimmedRight(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

std::string LastOf(std::string_view text) {
  constexpr std::size_t kMost = 2000;
  return std::string(text.substr(text.size() - std::min(text.size(), kMost)));
}

std::string WithoutNumbers(std::string_view text) {
  std::string rest;
  for (std::size_t i = 0; i < text.size();) {
    const bool is_hex = text.substr(i).starts_with("0x") &&
                        i + 2 < text.size() && IsHexDigit(text[i + 2]);
    const auto is_in = is_hex ? IsHexDigit : IsDigit;
    if (is_hex) i += 2;
    if (!is_hex && !IsDigit(text[i])) {
      rest += text[i++];
      continue;
    }
    while (i < text.size() && is_in(text[i])) ++i;
  }
  return rest;
}

std::string JoinedWith(std::string_view separator,
                       const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (&word != &words.front()) text += separator;
    text += word;
  }
  return text;
}

std::string QuotedAll(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(Quoted(word));
  return JoinedWith(" ", quoted);
}

void AddOnce(const std::string& name, std::vector<std::string>& names) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::string InShort(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 6;
  if (names.size() <= kMost) return JoinedWith(", ", names);
  return Text(JoinedWith(", ", {names.begin(), names.begin() + kMost}), " and ",
              names.size() - kMost, " more");
}

std::string Rounded(double number) {
  return Grouped(static_cast<std::uint64_t>(std::llround(number)));
}

std::string Counted(std::size_t number, std::string_view word) {
  return Text(Grouped(std::uint64_t{number}), ' ', word,
              number == 1 ? "" : "s");
}

std::string Shown(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const std::string relative =
      fs::absolute(path, error).lexically_proximate(fs::current_path(error));
  return error || relative.starts_with("..") ? path : relative;
}

std::string FileNameOf(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace lockstep::suite::verify
