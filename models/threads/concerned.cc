#include "models/threads/concerned.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/region.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kMostOthers = 2;

Region ExtentOf(const HeldBlock& block) {
  // A block of zero bytes has an address of its own.
  const std::uint64_t bytes = std::max<std::uint64_t>(
      {block.bytes, block.usable_bytes, std::uint64_t{1}});
  return {block.offset, block.offset + bytes};
}

std::vector<Region> MemoryOf(const Event& event) {
  std::vector<Region> memory;
  memory.reserve(event.given_up.size() + event.received.size());
  for (const HeldBlock& block : event.given_up) {
    memory.push_back(ExtentOf(block));
  }
  for (const HeldBlock& block : event.received) {
    memory.push_back(ExtentOf(block));
  }
  if (event.spoiled) memory.push_back(ExtentOf(event.spoiled->block));
  return memory;
}

bool HaveCommon(const std::vector<Region>& some,
                const std::vector<Region>& others) {
  return std::ranges::any_of(some, [&](const Region region) {
    return std::ranges::any_of(
        others, [&](const Region other) { return region.Overlaps(other); });
  });
}

}  // namespace

std::string FormatEvent(const Event& event) {
  return Text(FormatOp(event.op), " -> ",
              FormatOutcome(event.op, event.outcome), ", from ", event.before,
              " to ", event.after);
}

std::vector<Event> EventsConcerned(const History& history, std::size_t step) {
  const auto its = std::ranges::find(history, step, &Event::step);
  if (its == history.end()) return {};
  const std::vector<Region> memory = MemoryOf(*its);
  std::vector<Event> events;
  for (auto other = history.rbegin();
       other != history.rend() && events.size() < kMostOthers; ++other) {
    if (other->step == step || IsBefore(*its, *other)) continue;
    if (HaveCommon(memory, MemoryOf(*other))) events.push_back(*other);
  }
  events.push_back(*its);
  std::ranges::sort(events, {}, &Event::before);
  return events;
}

}  // namespace lockstep::suite
