#include "models/script/line.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kBlanks = " \t\r";

// What a terminal would not obey, and no more of it than one reads.
std::string Legible(std::string_view word) {
  constexpr std::size_t kMostBytes = 60;
  std::string text(word.substr(0, kMostBytes));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';
  }
  return word.size() > kMostBytes ? text + "..." : text;
}

}  // namespace

void Line::Fault(std::string_view expected, std::string_view found) {
  if (!fault_.empty()) return;
  fault_ = Text(
      "expected ", expected, ", found ",
      found.empty() ? "the end of the line" : Text("'", Legible(found), "'"));
}

std::string_view Line::Next() const {
  return rest_.substr(0, rest_.find_first_of(kBlanks));
}

std::string_view Line::Word() {
  const std::string_view word = Next();
  rest_.remove_prefix(word.size());
  SkipBlanks();
  return word;
}

bool Line::Accept(std::string_view word) {
  if (Next() != word) return false;
  Word();
  return true;
}

void Line::Expect(std::string_view expected) {
  const std::string_view word = Word();
  if (word != expected) Fault(Text("'", expected, "'"), word);
}

std::uint64_t Line::Number(std::string_view prefix, std::uint64_t most) {
  const std::string_view word = Word();
  std::uint64_t number = 0;
  if (word.starts_with(prefix)) {
    const char* const end = word.data() + word.size();
    const auto [stop, error] =
        std::from_chars(word.data() + prefix.size(), end, number);
    if (stop == end && error == std::errc{} && number <= most) return number;
  }
  Fault(Text("'", prefix, "' and a number up to ", most), word);
  return 0;
}

std::uint8_t Line::AlignLog2() {
  const std::string_view word = Next();
  const std::uint64_t align = Number("align=");
  if (!std::has_single_bit(align)) Fault("a power of two", word);
  return static_cast<std::uint8_t>(
      std::countr_zero(std::max<std::uint64_t>(align, 1)));
}

void Line::SkipBlanks() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
}

}  // namespace lockstep::suite
