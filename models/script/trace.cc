#include "models/script/trace.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/op.h"
#include "models/script/text.h"

namespace lockstep::suite {
namespace {

std::string FormatStatistics(const Statistics& statistics) {
  std::string text = Text("total=", statistics.total, " used=", statistics.used,
                          " available=", statistics.available);
  if (statistics.requested) text += Text(" requested=", *statistics.requested);
  return text;
}

}  // namespace

std::string FormatOp(const Op& op) {
  const VerbInfo& info = InfoOf(op.verb);
  std::string text = op.thread == 0 ? "" : Text('t', +op.thread, ' ');
  text += info.word;
  if (info.has_slot) text += Text(" ", info.slot_prefix, op.slot);
  if (info.has_offset) text += Text(" ", info.offset_prefix, op.offset);
  if (info.has_size) text += Text(" ", info.size_prefix, op.bytes);
  if (info.has_align) {
    text += Text(" align=", std::uint64_t{1} << op.align_log2);
  }
  return text;
}

std::string FormatSwitch(const Switch& it) {
  return Text('@', it.point, "=t", +it.to);
}

std::string FormatOutcome(const Op& op, const Outcome& outcome) {
  if (outcome.status != Status::kOk) return std::string(NameOf(outcome.status));
  switch (InfoOf(op.verb).form) {
    case Form::kStatus:
      break;
    case Form::kBlock:
      return Text(outcome.offset);
    case Form::kStatistics:
      return FormatStatistics(outcome.statistics);
    case Form::kUsable:
      return Text("min=", outcome.min_bytes, " max=", outcome.max_bytes);
    case Form::kBytes:
      return Text("bytes=", outcome.number);
    case Form::kCount:
      return Text("count=", outcome.number);
  }
  return std::string(NameOf(Status::kOk));
}

std::string Format(const Trace& trace) {
  const ArenaSpec& arena = trace.script.arena;
  const std::vector<Switch>& switches = trace.script.switches;
  const bool has_threads = HasThreads(trace.script) || !switches.empty();
  std::string text = Text(
      "lockstep-trace ", has_threads ? 2 : 1, "\ncomponent ", trace.component,
      "\narena size=", arena.bytes, " align=", arena.align_bytes, "\n");
  auto next = switches.begin();
  for (std::size_t i = 0; i < trace.script.ops.size(); ++i) {
    const Op& op = trace.script.ops[i];
    text += FormatOp(op);
    for (; next != switches.end() && next->step <= i; ++next) {
      text += ' ' + FormatSwitch(*next);
    }
    if (i < trace.outcomes.size() && trace.outcomes[i]) {
      text += " -> " + FormatOutcome(op, *trace.outcomes[i]);
    }
    text += '\n';
  }
  return text;
}

}  // namespace lockstep::suite
