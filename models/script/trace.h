#ifndef LOCKSTEP_MODELS_SCRIPT_TRACE_H_
#define LOCKSTEP_MODELS_SCRIPT_TRACE_H_

// Scripts and their outcomes as text: docs/trace-format.md. What Format writes,
// Parse reads back as it was; a canonical file that Parse reads, Format writes
// back byte for byte, but for comments and blank lines. Only scripts with threads
// are written in version 2.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "models/script/op.h"

namespace lockstep::suite {

struct Trace {
  std::string component;  // The name of the system it is for.
  Script script;
  Outcomes outcomes;
};

struct ParseError {
  std::size_t line = 0;  // From 1.
  std::string message;   // What was expected, and what is there.
};

// Block names go up to this, so that a broken file cannot ask for all memory.
inline constexpr std::uint32_t kSlotLimit = 1u << 20;
inline constexpr std::uint64_t kMaxArenaBytes = std::uint64_t{1} << 40;

std::expected<Trace, ParseError> Parse(std::string_view text);
std::string Format(const Trace& trace);

// "t1 alloc b0 size=16 align=8": the op with its thread, without switches.
std::string FormatOp(const Op& op);
// "@7=t2"
std::string FormatSwitch(const Switch& it);
std::string FormatOutcome(const Op& op, const Outcome& outcome);

// As far as the verb has an outcome.
inline bool SameOutcome(const Op& op, const Outcome& one,
                        const Outcome& other) {
  if (one.status != other.status) return false;
  if (one.status != Status::kOk) return true;
  switch (InfoOf(op.verb).form) {
    case Form::kStatus:
      break;
    case Form::kBlock:
      return one.offset == other.offset;
    case Form::kStatistics:
      return one.statistics == other.statistics;
    case Form::kUsable:
      return one.min_bytes == other.min_bytes &&
             one.max_bytes == other.max_bytes;
    case Form::kBytes:
    case Form::kCount:
      return one.number == other.number;
  }
  return true;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_TRACE_H_
