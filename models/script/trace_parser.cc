// Parse of trace.h: a line is words; a word is a name, or key=number.

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"

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

// The words of one line. The first thing that was not as expected is kept;
// whatever is read after it counts for nothing.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) { SkipBlanks(); }

  bool AtEnd() const { return rest_.empty(); }
  const std::string& fault() const { return fault_; }

  void Fault(std::string_view expected, std::string_view found) {
    if (!fault_.empty()) return;
    fault_ = Text(
        "expected ", expected, ", found ",
        found.empty() ? "the end of the line" : Text("'", Legible(found), "'"));
  }

  std::string_view Word() {
    const std::size_t end =
        std::min(rest_.find_first_of(kBlanks), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    SkipBlanks();
    return word;
  }

  bool Accept(std::string_view word) {
    if (rest_.substr(0, std::min(rest_.find_first_of(kBlanks), rest_.size())) !=
        word) {
      return false;
    }
    Word();
    return true;
  }

  bool StartsWith(std::string_view prefix) const {
    return rest_.starts_with(prefix);
  }

  void Expect(std::string_view expected) {
    const std::string_view word = Word();
    if (word != expected) Fault(Text("'", expected, "'"), word);
  }

  // `prefix` and a decimal number, such as size=4096 or b7.
  std::uint64_t Number(
      std::string_view prefix,
      std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
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

  std::uint8_t AlignLog2() {
    const std::string_view word = rest_;
    const std::uint64_t align = Number("align=");
    if (!std::has_single_bit(align)) {
      Fault("a power of two", word.substr(0, word.find_first_of(kBlanks)));
    }
    return static_cast<std::uint8_t>(
        std::countr_zero(std::max<std::uint64_t>(align, 1)));
  }

 private:
  void SkipBlanks() {
    rest_.remove_prefix(
        std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  std::string_view rest_;
  std::string fault_;
};

std::string KnownVerbs() {
  std::string words = "a verb (";
  for (std::size_t i = 0; i < kVerbs; ++i) {
    words += Text(i == 0 ? "" : " ", InfoOf(static_cast<Verb>(i)).word);
  }
  return words + ")";
}

Op ParseOp(Line& line) {
  const std::string_view word = line.Word();
  const auto verb = VerbOf(word);
  if (!verb) {
    line.Fault(KnownVerbs(), word);
    return {};
  }
  Op op{.verb = *verb};
  const VerbInfo& info = InfoOf(*verb);
  if (info.has_slot) {
    op.slot = static_cast<std::uint32_t>(
        line.Number(info.slot_prefix, kSlotLimit - 1));
  }
  if (info.has_offset) op.offset = line.Number(info.offset_prefix);
  if (info.has_size) op.bytes = line.Number(info.size_prefix);
  if (info.has_align) op.align_log2 = line.AlignLog2();
  return op;
}

void ParseSuccess(Line& line, Form form, Outcome& outcome) {
  switch (form) {
    case Form::kStatus: {
      const std::string_view word = line.Word();
      line.Fault("ok or an error", word);
      break;
    }
    case Form::kBlock:
      outcome.offset = line.Number("");
      break;
    case Form::kStatistics:
      outcome.statistics.total = line.Number("total=");
      outcome.statistics.used = line.Number("used=");
      outcome.statistics.available = line.Number("available=");
      if (line.StartsWith("requested=")) {
        outcome.statistics.requested = line.Number("requested=");
      }
      break;
    case Form::kUsable:
      outcome.min_bytes = line.Number("min=");
      outcome.max_bytes = line.Number("max=");
      break;
    case Form::kBytes:
      outcome.number = line.Number("bytes=");
      break;
    case Form::kCount:
      outcome.number = line.Number("count=");
      break;
  }
}

std::optional<Outcome> ParseOutcome(Line& line, Form form) {
  if (line.AtEnd()) return std::nullopt;
  line.Expect("->");
  Outcome outcome;
  for (std::size_t i = 0; i < kStatuses; ++i) {
    const auto status = static_cast<Status>(i);
    if (status == Status::kOk && form != Form::kStatus) continue;
    if (line.Accept(NameOf(status))) {
      outcome.status = status;
      return outcome;
    }
  }
  outcome.status = Status::kOk;
  ParseSuccess(line, form, outcome);
  return outcome;
}

void ParseArena(Line& line, ArenaSpec& arena) {
  line.Expect("arena");
  arena.bytes = line.Number("size=", kMaxArenaBytes);
  if (arena.bytes == 0) line.Fault("a size that is not zero", "size=0");
  const unsigned align_log2 = line.AlignLog2();
  arena.align_bytes = std::uint64_t{1} << align_log2;
  if (arena.align_bytes > kMaxArenaBytes) {
    line.Fault(Text("an align up to ", kMaxArenaBytes),
               Text(arena.align_bytes));
  }
}

// The header's lines, then a step a line. Counts lines that are not skipped.
void ParseLine(Line& line, std::size_t index, Trace& trace) {
  switch (index) {
    case 0:
      line.Expect("lockstep-trace");
      line.Expect("1");
      break;
    case 1:
      line.Expect("component");
      if (line.AtEnd()) line.Fault("the name of a system", "");
      trace.component = line.Word();
      break;
    case 2:
      ParseArena(line, trace.script.arena);
      break;
    default: {
      const Op op = ParseOp(line);
      trace.script.ops.push_back(op);
      trace.outcomes.push_back(ParseOutcome(line, InfoOf(op.verb).form));
      break;
    }
  }
  if (!line.AtEnd()) line.Fault("the end of the line", line.Word());
}

}  // namespace

std::expected<Trace, ParseError> Parse(std::string_view text) {
  Trace trace;
  const auto last_line =
      static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  std::size_t number = 0;
  std::size_t index = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::size_t comment =
        content.starts_with('#') ? 0 : content.find(" #");
    Line line(content.substr(0, comment));
    if (line.AtEnd()) continue;
    ParseLine(line, index++, trace);
    if (!line.fault().empty()) {
      return std::unexpected(ParseError{number, line.fault()});
    }
  }
  if (index < 3) {
    static constexpr std::array kHeader = {"'lockstep-trace 1'", "'component'",
                                           "'arena'"};
    return std::unexpected(ParseError{
        last_line,
        Text("expected ", kHeader[index], ", found the end of the file")});
  }
  return trace;
}

}  // namespace lockstep::suite
