// Judges where received blocks lie, and what was given back to the provider.

#include <cstdint>
#include <string>
#include <utility>

#include "models/script/text.h"
#include "models/shadow/memory_record.h"
#include "models/system/rules.h"
#include "models/threads/sweep.h"

namespace lockstep::suite {

Verdict Sweep::JudgePlace(const Event& event, const HeldBlock& block) const {
  const std::uint64_t extent = Extent(block);
  const Region told{block.offset, block.offset + extent};
  const std::uint64_t address = scene_.base_address + block.offset;
  const auto broken = [&](const Rule& rule, std::string expected,
                          std::string came) {
    return Violation{rule.name, event.step, std::move(expected),
                     std::move(came)};
  };
  const bool is_known = kind_ == MemoryKind::kOwn || scene_.base_address != 0;
  if (is_known && address == 0) {
    return broken(kStatusRule, "a block, or an error", "ok with a null block");
  }
  const Rule& where =
      event.op.verb == Verb::kUsableOf ? kUsableRule : kInsideRule;
  if (kind_ == MemoryKind::kRegions &&
      !grounds_.Contains(block.offset, extent)) {
    return broken(where, "a block inside " + grounds_.Describe(), TextOf(told));
  }
  const Region arena{0, scene_.arena.bytes};
  if (kind_ == MemoryKind::kProvider &&
      !(is_lending_known_ ? lent_.Contain(block.offset, extent)
                          : arena.Contains(block.offset, extent))) {
    return broken(where, "a block inside what the provider can have lent",
                  TextOf(told));
  }
  if (kind_ == MemoryKind::kOwn && extent > UINTPTR_MAX - block.offset) {
    return broken(where, "a block inside memory", TextOf(told));
  }
  if ((address & (block.align_bytes - 1)) != 0) {
    return broken(kAlignedRule,
                  Text("an address aligned to ", block.align_bytes),
                  Text("offset ", block.offset));
  }
  return std::nullopt;
}

Verdict Sweep::JudgeReceived(const Flight& flight) {
  const Event& event = *flight.event;
  for (const HeldBlock& block : event.received) {
    if (auto verdict = JudgePlace(event, block)) return verdict;
    sure_.Leave(block.slot);
    const std::uint64_t extent = Extent(block);
    const Region told{block.offset, block.offset + extent};
    if (const auto other = sure_.Overlapping(told)) {
      const auto& [offset, live] = *other;
      const bool is_query = event.op.verb == Verb::kUsableOf;
      return Violation{
          is_query ? kUsableRule.name : kDisjointRule.name, event.step,
          is_query ? "bytes that nobody else has" : "memory that is not in use",
          Text(TextOf(told), ", where b", live.slot, " is surely live at ",
               TextOf({offset, live.end}))};
    }
    sure_.Enter(block, extent, event.after);
  }
  return std::nullopt;
}

Verdict Sweep::JudgeGivenBack(const Event& event) const {
  for (const ProviderCall& call : event.provider_calls) {
    if (call.is_take || call.bytes == 0) continue;
    const auto live = sure_.Overlapping({call.offset, call.offset + call.bytes},
                                        event.before);
    if (!live) continue;
    return Violation{kLedgerRule.name, event.step,
                     "only what is empty given back",
                     Text("offset ", call.offset, " size ", call.bytes,
                          ", where b", live->second.slot, " is surely live")};
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
