#include "models/threads/grounds.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "models/script/text.h"
#include "models/shadow/memory_record.h"
#include "models/system/rules.h"
#include "models/threads/request.h"

namespace lockstep::suite {
namespace {

std::uint64_t OrOne(std::size_t granule_bytes) {
  return std::max<std::uint64_t>(granule_bytes, 1);
}

bool IsErrorOfGiving(Status status) {
  return status == Status::kNoMemory || status == Status::kInvalidParam ||
         status == Status::kMemoryOverlap;
}

}  // namespace

Region Grounds::Rounded(Region region) const {
  return RoundInward(region, OrOne(port_.unit_bytes));
}

void Grounds::Accept(Region given) {
  const Region region = Rounded(given);
  if (region.start >= region.end || all_.Overlaps(region)) return;
  AcceptSpan(region);
  std::erase_if(isolated_, [&](Region other) {
    return other.end == region.start || region.end == other.start;
  });
  if (!all_.Touches(region)) isolated_.push_back(region);
  all_.Add(region);
}

// As the shadow does.
void Grounds::AcceptSpan(Region region) {
  const std::uint64_t own_bytes =
      std::uint64_t{port_.region_head_bytes} + port_.region_tail_bytes;
  if (region.bytes() <= own_bytes || region.bytes() < port_.min_region_bytes) {
    return;
  }
  Region span{region.start + port_.region_head_bytes,
              region.end - port_.region_tail_bytes};
  if (Promises(port_, LOCKSTEP_JOINS_REGIONS)) {
    const auto joins = [&](const Region& other) {
      return other.end + port_.region_tail_bytes == region.start ||
             region.end + port_.region_head_bytes == other.start;
    };
    for (const Region other : spans_) {
      if (!joins(other)) continue;
      span = {std::min(span.start, other.start), std::max(span.end, other.end)};
    }
    std::erase_if(spans_, joins);
  }
  spans_.push_back(span);
}

std::string Grounds::Describe() const {
  std::string text;
  for (const Region region : all_.regions()) {
    text += Text(text.empty() ? "" : ", or ", TextOf(region));
  }
  return text.empty() ? "a region, of which there is none" : text;
}

bool Grounds::IsSound(const Op& op, ArenaSpec arena) const {
  const std::uint64_t align = OrOne(port_.region_align_bytes);
  const std::uint64_t granule =
      op.verb == Verb::kInit ? OrOne(port_.init_granule_bytes) : align;
  const Region inner = Rounded({op.offset, op.offset + op.bytes});
  return Region{0, arena.bytes}.Contains(op.offset, op.bytes) &&
         op.offset % align == 0 && op.bytes % align == 0 &&
         op.bytes % granule == 0 && inner.start < inner.end;
}

Verdict Grounds::Judge(const Event& event, ArenaSpec arena) const {
  const Op& op = event.op;
  const Status status = event.outcome.status;
  const auto broken = [&](const Rule& rule, const char* expected) {
    return Violation{rule.name, event.step, expected,
                     std::string(NameOf(status))};
  };
  const bool is_first = all_.regions().empty();
  const bool is_sound = IsSound(op, arena);
  const bool overlaps =
      is_sound && all_.Overlaps(Rounded({op.offset, op.offset + op.bytes}));
  const bool is_in_turn = (op.verb == Verb::kInit) == is_first;
  const bool is_right = is_in_turn && is_sound && !overlaps;
  if (status == Status::kOk) {
    return is_right ? Verdict() : broken(kDetectedRule, "an error");
  }
  if (!IsErrorOfGiving(status)) {
    return broken(kStatusRule,
                  "ok, no_memory, invalid_param or memory_overlap");
  }
  if (is_in_turn && overlaps && status != Status::kMemoryOverlap) {
    return broken(kStatusRule, "memory_overlap");
  }
  // A port may limit the number of regions, but must accept one.
  const bool is_full = status == Status::kNoMemory && !is_first;
  if (!is_right || is_full || op.bytes < port_.min_region_bytes) return {};
  return broken(kAcceptedRule, "ok");
}

}  // namespace lockstep::suite
