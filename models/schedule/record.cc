#include "models/schedule/record.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::suite {

std::uint8_t DefaultChoice(std::uint8_t from, ThreadSet enabled) {
  if (from != 0 && Has(enabled, from)) return from;
  return static_cast<std::uint8_t>(std::countr_zero(enabled));
}

Record::Record()
    : memory_(sizeof(Shared) + kMostNodes * sizeof(Node) + alignof(Node)),
      shared_(static_cast<Shared*>(memory_.data())),
      nodes_(reinterpret_cast<Node*>(static_cast<std::byte*>(memory_.data()) +
                                     64)) {
  static_assert(sizeof(Shared) <= 64);
}

bool Record::Add(const Node& node) const {
  const std::uint64_t count = shared_->count;
  if (count == kMostNodes - 1) return false;
  nodes_[count] = node;
  shared_->count = count + 1;
  return true;
}

void Record::NoteUnchanged(std::uint8_t thread, const Access& access) const {
  const std::uint64_t count = shared_->count;
  if (count == 0) return;
  Node& last = nodes_[count - 1];
  if (last.thread == thread && last.access.address == access.address &&
      last.access.instruction == access.instruction) {
    last.access.kind = AccessKind::kRead;
  }
}

std::vector<Switch> SwitchesOf(std::span<const Node> nodes) {
  std::vector<Switch> switches;
  for (const Node& node : nodes) {
    if (node.from == 0 || node.is_forced ||
        node.thread == DefaultChoice(node.from, node.enabled)) {
      continue;
    }
    switches.push_back({node.from_step, node.from_point, node.thread});
  }
  std::ranges::sort(switches, {}, [](const Switch& one) {
    return std::pair(one.step, one.point);
  });
  return switches;
}

std::size_t PreemptionsIn(std::span<const Node> nodes) {
  return static_cast<std::size_t>(
      std::ranges::count_if(nodes, [](const Node& node) {
        return node.from != 0 && node.thread != node.from &&
               Has(node.enabled, node.from);
      }));
}

}  // namespace lockstep::suite
