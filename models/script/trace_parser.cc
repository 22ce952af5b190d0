// Parse of trace.h: a step a line.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "models/script/line.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kVersion2 =
    "'lockstep-trace 2' in the first line, which threads need";

std::string KnownVerbs() {
  std::string words = "a verb (";
  for (std::size_t i = 0; i < kVerbs; ++i) {
    words += Text(i == 0 ? "" : " ", InfoOf(static_cast<Verb>(i)).word);
  }
  return words + ")";
}

// t1, t27 and so on: what can be meant for a thread.
bool IsThread(std::string_view word) {
  return word.size() > 1 && word.front() == 't' &&
         word.find_first_not_of(kDigits, 1) == std::string_view::npos;
}

std::uint8_t ThreadOf(std::string_view word) {
  if (word.size() != 2 || !IsThread(word)) return 0;
  const int number = word[1] - '0';
  return number <= kMostThreads ? static_cast<std::uint8_t>(number)
                                : std::uint8_t{0};
}
static_assert(kMostThreads < 10, "a thread has one digit");

// Without a thread, 0.
std::uint8_t ParseThread(Line& line, bool may_have_threads) {
  if (!IsThread(line.Next())) return 0;
  const std::string_view word = line.Word();
  if (!may_have_threads) line.Fault(kVersion2, word);
  const std::uint8_t thread = ThreadOf(word);
  if (thread == 0)
    line.Fault(Text("a thread from t1 to t", +kMostThreads), word);
  return thread;
}

// @7=t2
Switch ParseSwitch(Line& line, bool may_have_threads) {
  const std::string_view word = line.Next();
  if (!may_have_threads) line.Fault(kVersion2, word);
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view to = word.substr(std::min(equals + 1, word.size()));
  Line point(word.substr(0, equals));
  Switch parsed;
  parsed.point = static_cast<std::uint32_t>(
      point.Number("@", std::numeric_limits<std::uint32_t>::max()));
  parsed.to = ThreadOf(to);
  if (!point.fault().empty() || parsed.point == 0 || parsed.to == 0) {
    line.Fault("a switch such as @7=t2 (points from 1, threads from t1 to t8)",
               word);
  }
  line.Word();
  return parsed;
}

void ParseSwitches(Line& line, const Op& op, bool may_have_threads,
                   Script& script) {
  std::uint32_t last = 0;
  while (line.StartsWith("@")) {
    const std::string_view word = line.Next();
    Switch parsed = ParseSwitch(line, may_have_threads);
    if (op.thread == 0) {
      line.Fault("no switch, because the op names no thread", word);
    }
    if (parsed.point <= last) {
      line.Fault(Text("a point after ", last), word);
    }
    last = parsed.point;
    parsed.step = static_cast<std::uint32_t>(script.ops.size());
    script.switches.push_back(parsed);
  }
}

Op ParseOp(Line& line, bool may_have_threads) {
  const std::uint8_t thread = ParseThread(line, may_have_threads);
  const std::string_view word = line.Word();
  const auto verb = VerbOf(word);
  if (!verb) {
    line.Fault(KnownVerbs(), word);
    return {};
  }
  Op op{.verb = *verb, .thread = thread};
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

int ParseVersion(Line& line) {
  const std::string_view word = line.Word();
  if (word == "2") return 2;
  if (word != "1") line.Fault("'1' or '2'", word);
  return 1;
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
void ParseLine(Line& line, std::size_t index, bool& may_have_threads,
               Trace& trace) {
  switch (index) {
    case 0:
      line.Expect("lockstep-trace");
      may_have_threads = ParseVersion(line) == 2;
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
      const Op op = ParseOp(line, may_have_threads);
      ParseSwitches(line, op, may_have_threads, trace.script);
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
  bool may_have_threads = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::size_t comment =
        content.starts_with('#') ? 0 : content.find(" #");
    Line line(content.substr(0, comment));
    if (line.AtEnd()) continue;
    ParseLine(line, index++, may_have_threads, trace);
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
