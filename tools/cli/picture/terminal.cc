#include "tools/cli/picture/terminal.h"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr std::array<std::string_view, 6> kBlockCodes = {"32", "33", "34",
                                                         "35", "36", "92"};

std::string_view CodeOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kQuiet:
      return "2";
    case Style::kBad:
      return "1;31";
    default:
      return kBlockCodes[static_cast<std::size_t>(style) -
                         static_cast<std::size_t>(Style::kFirstBlock)];
  }
}

std::string_view Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Style BlockStyle(std::uint32_t slot) {
  return static_cast<Style>(static_cast<std::size_t>(Style::kFirstBlock) +
                            slot % kBlockCodes.size());
}

bool HasColour() {
  return isatty(STDOUT_FILENO) != 0 && Environment("NO_COLOR").empty() &&
         Environment("TERM") != "dumb";
}

std::string Painted(std::string_view text, Style style, bool has_colour) {
  const std::string_view code = CodeOf(style);
  if (!has_colour || code.empty()) return std::string(text);
  return Text("\033[", code, "m", text, "\033[0m");
}

std::string Wrapped(std::string_view text, std::size_t width,
                    std::string_view indent) {
  std::string lines;
  std::size_t column = 0;
  for (bool is_first = true; !text.empty(); is_first = false) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (!is_first && column + 1 + word.size() > width) {
      lines += Text('\n', indent);
      column = indent.size();
    } else if (!is_first) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += word.size();
  }
  return lines;
}

}  // namespace lockstep::suite
