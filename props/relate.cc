#include "props/relate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/region.h"

namespace lockstep::suite {
namespace {

// Enough for any unit and any rounding.
constexpr std::uint64_t kSeamBytes = 64;
// The smallest span that Drain asks for is that part of the arena.
constexpr std::uint64_t kDrainParts = 256;

std::string Describe(const Op& op, const Outcome& outcome, Mind mind) {
  std::string text = FormatOutcome(op, outcome);
  if (mind == Mind::kOutcomes || outcome.status == Status::kSkipped) {
    return text;
  }
  const Statistics& now = outcome.statistics;
  return Text(text, ", then total=", now.total, " used=", now.used,
              " available=", now.available);
}

}  // namespace

bool Has(const lockstep_port& port, lockstep_capabilities bits) {
  return (port.capabilities & bits) == bits;
}

bool IsPlaced(const lockstep_port& port) { return port.placement != nullptr; }

bool Pulls(const lockstep_port& port) {
  return MemoryKindOf(port) == MemoryKind::kProvider;
}

bool IsRepeatable(const lockstep_port& port) {
  return IsPlaced(port) || Has(port, LOCKSTEP_SNAPSHOTS);
}

bool ServesLargeSpans(const lockstep_port& port) {
  constexpr std::size_t kLargestArenaBytes = std::size_t{1} << 20;
  return port.largest_span_bytes == 0 ||
         port.largest_span_bytes >= kLargestArenaBytes;
}

Verdict Broken(std::size_t step, std::string expected, std::string came) {
  return Violation{{}, step, std::move(expected), std::move(came)};
}

Verdict Differ(const Op& op, std::size_t step, const Outcome& expected,
               const Outcome& came, Mind mind) {
  const bool is_same_state =
      mind == Mind::kOutcomes || expected.statistics == came.statistics;
  if (SameOutcome(op, expected, came) && is_same_state) return std::nullopt;
  return Broken(step, Describe(op, expected, mind), Describe(op, came, mind));
}

Verdict FirstDifference(const Ops& ops, const std::vector<Outcome>& expected,
                        const std::vector<Outcome>& came, Mind mind) {
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (auto verdict = Differ(ops[i], i, expected[i], came[i], mind)) {
      return verdict;
    }
  }
  return std::nullopt;
}

bool IsQuery(const Op& op) {
  return op.verb == Verb::kStatistics || op.verb == Verb::kUsable ||
         op.verb == Verb::kUsableOf || op.verb == Verb::kFootprint ||
         op.verb == Verb::kCorrupt;
}

bool IsRegion(const Op& op) {
  return op.verb == Verb::kInit || op.verb == Verb::kAdd;
}

bool Frees(const Op& op) {
  return op.verb == Verb::kFree || op.verb == Verb::kFreeMany ||
         ChangesLayout(op.verb);
}

Ops WithoutSeams(const Ops& ops) {
  std::vector<Region> given;
  return Without(ops, [&](const Op& op) {
    if (!IsRegion(op)) return false;
    if (op.bytes > UINT64_MAX - op.offset - kSeamBytes) return true;
    const Region wide{op.offset, op.offset + op.bytes + kSeamBytes};
    const bool is_near = std::ranges::any_of(
        given, [&](const Region one) { return one.Overlaps(wide); });
    given.push_back(wide);
    return is_near;
  });
}

bool HasLayout(const Op& op) {
  return InfoOf(op.verb).has_align && InfoOf(op.verb).has_size;
}

Op RequestLike(const Op& op) {
  return {.verb = Verb::kAllocate,
          .align_log2 = op.align_log2,
          .slot = Subject::kSpareSlot,
          .bytes = op.bytes};
}

Op RequestOf(const Ops& ops, std::size_t from_end) {
  for (std::size_t i = ops.size(); i > 0; --i) {
    if (HasLayout(ops[i - 1]) && from_end-- == 0)
      return RequestLike(ops[i - 1]);
  }
  return RequestLike({.bytes = 1});
}

std::vector<std::size_t> Drain(Subject& subject) {
  const std::uint64_t arena_bytes = subject.system().arena().spec().bytes;
  std::uint32_t slot = Subject::kSpareSlot;
  std::vector<std::size_t> counts;
  for (std::uint64_t bytes = arena_bytes; bytes >= arena_bytes / kDrainParts;
       bytes /= 2) {
    std::size_t count = 0;
    while (count <= kDrainParts && subject.Allocate(slot, bytes)) {
      ++slot;
      ++count;
    }
    counts.push_back(count);
  }
  return counts;
}

std::string Listed(std::span<const std::size_t> numbers) {
  std::string text;
  for (const std::size_t number : numbers) {
    text += Text(text.empty() ? "" : " ", number);
  }
  return text;
}

}  // namespace lockstep::suite
