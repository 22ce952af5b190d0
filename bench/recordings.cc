#include "bench/recordings.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/recorded_texts.h"
#include "models/script/op.h"
#include "models/script/trace.h"

namespace lockstep::suite::bench {
namespace {

// buddy-small-01 is buddy-small.
std::string_view KindOf(std::string_view name) {
  return name.substr(0, name.rfind('-'));
}

bool WasDone(const std::optional<Outcome>& outcome) {
  return outcome && outcome->status == Status::kOk;
}

// The steps of a trace, behind those that are there.
void Append(const Trace& trace, Recording& recording) {
  std::vector<std::optional<Step>> live;
  for (std::size_t i = 0; i < trace.script.ops.size(); ++i) {
    const Op& op = trace.script.ops[i];
    if (!WasDone(trace.outcomes[i])) continue;
    if (live.size() <= op.slot) live.resize(op.slot + 1);
    if (op.verb == Verb::kAllocate) {
      const Step step{op.slot, false, 1u << op.align_log2, op.bytes};
      live[op.slot] = step;
      recording.most_bytes = std::max(recording.most_bytes, step.bytes);
      recording.most_align =
          std::max<std::size_t>(recording.most_align, step.align);
    } else if (op.verb != Verb::kFree) {
      continue;
    }
    recording.steps.push_back(live[op.slot].value());
    if (op.verb == Verb::kFree) {
      recording.steps.back().is_free = true;
      live[op.slot].reset();
    }
  }
  for (auto& left : live) {
    if (!left) continue;
    left->is_free = true;
    recording.steps.push_back(*left);
  }
  recording.slots =
      std::max(recording.slots, static_cast<std::uint32_t>(live.size()));
}

std::vector<Recording> Read() {
  std::vector<Recording> recordings;
  for (const RecordedText& file : kRecordedTexts) {
    const auto trace = Parse(file.text);
    if (!trace) std::abort();
    const std::string_view kind = KindOf(file.name);
    if (recordings.empty() || recordings.back().name != kind) {
      recordings.emplace_back().name = kind;
    }
    Append(*trace, recordings.back());
  }
  return recordings;
}

}  // namespace

const std::vector<Recording>& Recordings() {
  static const auto kRecordings = Read();
  return kRecordings;
}

}  // namespace lockstep::suite::bench
