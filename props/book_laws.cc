// Laws of statistics and usable sizes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/region.h"
#include "props/law.h"
#include "props/law_list.h"
#include "props/relate.h"

namespace lockstep::suite {
namespace {

bool OffersStatistics(const lockstep_port& port) {
  return port.statistics != nullptr;
}

bool OffersUsable(const lockstep_port& port) { return port.usable != nullptr; }

bool IsPlacedWithBooks(const lockstep_port& port) {
  return IsPlaced(port) && OffersStatistics(port);
}

Verdict Balances(Lab& lab, const Script& script) {
  lab.one.Begin(script.arena);
  for (std::size_t i = 0; i < script.ops.size(); ++i) {
    const Outcome outcome = lab.one.Do(script.ops[i]);
    const Statistics& now = outcome.statistics;
    if (now.total != 0) lab.Apply();
    if (now.used + now.available == now.total) continue;
    return Broken(i, Text("used + available = ", now.total),
                  Text(now.used, " + ", now.available));
  }
  return std::nullopt;
}

Outcome AskUsable(Subject& subject, Op request, std::uint64_t bytes) {
  request.verb = Verb::kUsable;
  request.bytes = bytes;
  return subject.Do(request);
}

Verdict CoversMoreWithMore(Lab& lab, const Script& script) {
  lab.one.Begin(script.arena);
  lab.one.DoAll(script.ops);
  const Op request = RequestOf(script.ops);
  const Outcome half = AskUsable(lab.one, request, request.bytes / 2);
  const Outcome whole = AskUsable(lab.one, request, request.bytes);
  if (half.status != Status::kOk || whole.status != Status::kOk) {
    return std::nullopt;
  }
  lab.Apply();
  if (whole.min_bytes < request.bytes) {
    return Broken(script.ops.size(), Text("at least ", request.bytes, " bytes"),
                  Text("min=", whole.min_bytes));
  }
  if (whole.max_bytes >= half.max_bytes) return std::nullopt;
  return Broken(script.ops.size(),
                Text("at most ", half.max_bytes, " bytes or more of ",
                     request.bytes, ", as of ", request.bytes / 2),
                Text("max=", whole.max_bytes));
}

// The live blocks of a script by their offset, each as long as its client may
// be sure that it is.
std::map<std::uint64_t, std::uint64_t> UsableBlocks(Subject& subject,
                                                    const Script& script) {
  subject.Begin(script.arena);
  subject.DoAll(script.ops);
  std::map<std::uint64_t, std::uint64_t> blocks;
  for (const std::uint32_t slot : subject.LiveSlots()) {
    const System::Slot block = subject.system().slots()[slot];
    const Outcome usable =
        AskUsable(subject, {.align_log2 = block.align_log2}, block.bytes);
    blocks[block.offset] = usable.min_bytes;
  }
  return blocks;
}

Verdict SharesNoUsableByte(Lab& lab, const Script& script) {
  const auto blocks = UsableBlocks(lab.one, script);
  for (auto block = blocks.begin(); block != blocks.end(); ++block) {
    lab.Apply();
    const auto [offset, bytes] = *block;
    if (bytes != 0 && !lab.one.system().memory().Contains(offset, bytes)) {
      return Broken(script.ops.size(), "usable bytes that lie in a region",
                    Text(bytes, " of the block at ", offset));
    }
    const auto next = std::next(block);
    if (next == blocks.end() || next->first - offset >= bytes) continue;
    return Broken(script.ops.size(),
                  Text("at most ", next->first - offset,
                       " usable bytes, up to the next block"),
                  Text(bytes, " of the block at ", offset));
  }
  return std::nullopt;
}

// What a request adds to `used`; null if it is refused, or a slab grows for it.
std::optional<std::uint64_t> CostOf(Subject& subject, const Op& request) {
  const Statistics before = subject.system().ReadStatistics();
  const Outcome outcome = subject.Do(request);
  if (outcome.status != Status::kOk) return std::nullopt;
  subject.Free(request.slot);
  if (outcome.statistics.total != before.total) return std::nullopt;
  return outcome.statistics.used - before.used;
}

Verdict CostsNoLess(Lab& lab, const Script& script) {
  const Op one = RequestOf(script.ops);
  const Op other = RequestOf(script.ops, 1);
  Op small = one;
  small.bytes = std::min(one.bytes, other.bytes);
  small.align_log2 = std::min(one.align_log2, other.align_log2);
  Op large = one;
  large.bytes = std::max(one.bytes, other.bytes);
  large.align_log2 = std::max(one.align_log2, other.align_log2);
  lab.one.Begin(script.arena);
  lab.one.DoAll(script.ops);
  const auto small_cost = CostOf(lab.one, small);
  const auto large_cost = CostOf(lab.one, large);
  if (!small_cost || !large_cost) return std::nullopt;
  lab.Apply();
  if (*small_cost <= *large_cost) return std::nullopt;
  return Broken(script.ops.size(),
                Text(FormatOp(large), " uses ", *small_cost,
                     " bytes or more, as ", FormatOp(small)),
                Text(*large_cost));
}

Verdict Refunds(Lab& lab, const Script& script) {
  std::map<std::uint32_t, std::uint64_t> costs;
  lab.one.Begin(script.arena);
  for (std::size_t i = 0; i < script.ops.size(); ++i) {
    const Op& op = script.ops[i];
    const Statistics before = lab.one.system().ReadStatistics();
    const Outcome outcome = lab.one.Do(op);
    const Statistics& after = outcome.statistics;
    if (outcome.status != Status::kOk) continue;
    if (IsRequest(op.verb)) costs.erase(op.slot);
    // There are none without a handle.
    if (after.total != before.total || before.total == 0) continue;
    if (op.verb == Verb::kAllocate) costs[op.slot] = after.used - before.used;
    if (op.verb != Verb::kFree || !costs.contains(op.slot)) continue;
    lab.Apply();
    if (before.used - after.used == costs[op.slot]) continue;
    return Broken(i, Text(costs[op.slot], " bytes no longer used"),
                  Text(before.used - after.used));
  }
  return std::nullopt;
}

}  // namespace

std::vector<Law> BookLaws() {
  return {
      {"books_balance", "used + available = total, at every step",
       "offer statistics", OffersStatistics, Balances},
      {"usable_grows_with_the_request",
       "usable bytes are no less than was asked for, nor than of half of it",
       "offer usable", OffersUsable, CoversMoreWithMore},
      {"usable_bytes_are_ones_own",
       "the usable bytes of live blocks lie in a region, and are not shared",
       "offer usable", OffersUsable, SharesNoUsableByte},
      {"more_costs_no_less",
       "more bytes and more alignment never use less, where no slab grows",
       "offer statistics and claim a placement", IsPlacedWithBooks,
       CostsNoLess},
      {"frees_refund_in_full",
       "a free takes from `used` what its allocation added, where no slab grew",
       "offer statistics and claim a placement", IsPlacedWithBooks, Refunds},
  };
}

}  // namespace lockstep::suite
