#include "models/schedule/slices.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/cell/crash_handler.h"
#include "models/threads/phases.h"

namespace lockstep::suite {
namespace {

// Notes why, and at which access, a thread was stopped when that of the node at
// this index went on.
void Leave(Slice& slice, std::span<const Node> nodes, std::size_t index) {
  const Node& next = nodes[index];
  slice.end =
      Has(next.enabled, next.from) ? Slice::End::kSwitch : Slice::End::kWaits;
  slice.to_point = next.from_point;
  for (const Node& node : nodes.subspan(index)) {
    if (node.thread != next.from) continue;
    slice.instruction = node.access.instruction;
    slice.place = FunctionAt(slice.instruction);
    return;
  }
}

bool BelongsTo(const Node& node, Phase phase) {
  return node.step >= phase.begin && node.step < phase.end;
}

void AddAlone(const Script& script, Phase phase, const Outcomes& outcomes,
              std::vector<Slice>& slices) {
  for (std::size_t step = phase.begin; step < phase.end; ++step) {
    slices.push_back({.thread = script.ops[step].thread,
                      .step = static_cast<std::uint32_t>(step),
                      .begins = true,
                      .ends = outcomes[step].has_value(),
                      .outcome = outcomes[step]});
  }
}

// Adjacent nodes of one op form a slice.
std::size_t AddParallel(std::span<const Node> nodes, std::size_t index,
                        Phase phase, std::vector<Slice>& slices) {
  for (; index < nodes.size(); ++index) {
    const Node& node = nodes[index];
    const bool begins = node.point == 0;  // The thread.
    if (!begins && !BelongsTo(node, phase)) break;
    Slice* const last = slices.empty() ? nullptr : &slices.back();
    if (last != nullptr && last->thread == node.from &&
        last->thread != node.thread) {
      Leave(*last, nodes, index);
    }
    if (begins) continue;
    if (last != nullptr && last->thread == node.thread &&
        last->step == node.step) {
      last->to_point = node.point;
      continue;
    }
    slices.push_back({.thread = node.thread,
                      .step = node.step,
                      .from_point = node.point,
                      .to_point = node.point,
                      .outcome = {}});
  }
  return index;
}

}  // namespace

std::vector<Slice> SlicesOf(const Script& script, std::span<const Node> nodes,
                            const Outcomes& outcomes) {
  std::vector<Slice> slices;
  std::size_t index = 0;
  for (const Phase& phase : PhasesOf(script)) {
    if (phase.is_parallel) {
      index = AddParallel(nodes, index, phase, slices);
    } else {
      AddAlone(script, phase, outcomes, slices);
    }
  }
  std::vector<bool> has_begun(script.ops.size());
  std::vector<Slice*> last(script.ops.size());
  for (Slice& slice : slices) {
    if (slice.thread == 0) continue;
    slice.begins = !has_begun[slice.step];
    has_begun[slice.step] = true;
    last[slice.step] = &slice;
  }
  for (Slice* const slice : last) {
    if (slice == nullptr || !outcomes[slice->step]) continue;
    slice->ends = true;
    slice->end = Slice::End::kDone;
    slice->outcome = outcomes[slice->step];
  }
  return slices;
}

}  // namespace lockstep::suite
