// Laws of regions and their influence on one another.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "props/law.h"
#include "props/law_list.h"
#include "props/relate.h"

namespace lockstep::suite {
namespace {

// Fewer than any port has room for.
constexpr std::size_t kMostAdds = 6;

bool CoalescesRegions(const lockstep_port& port) {
  return Has(port, LOCKSTEP_COALESCES) && port.add != nullptr &&
         !Has(port, LOCKSTEP_ONE_INSTANCE);
}

// With a buddy that serves large blocks straight from a region.
bool ServesWholeRegions(const lockstep_port& port) {
  return IsPlaced(port) && ServesLargeSpans(port) && port.add != nullptr &&
         std::string_view(port.placement) != "slab";
}

// A few regions, all in the arena.
Ops WithFewRegions(const Script& script) {
  std::size_t adds = 0;
  return Without(script.ops, [&](const Op& op) {
    if (!IsRegion(op)) return false;
    const bool is_outside = op.offset > script.arena.bytes ||
                            op.bytes > script.arena.bytes - op.offset;
    return is_outside || ++adds > kMostAdds;
  });
}

// Far behind all others.
Op FullRegion(const Script& script) {
  return {.verb = Verb::kAdd,
          .bytes = script.arena.bytes / 4,
          .offset = script.arena.bytes / 2 * 3};
}

bool AddFull(Subject& subject, const Op& region) {
  if (subject.Do(region).status != Status::kOk) return false;
  const auto log2 = static_cast<std::uint8_t>(std::countr_zero(region.bytes));
  return subject.Allocate(Subject::kSpareSlot, region.bytes, log2) ==
         region.offset;
}

Verdict IgnoresAFullRegion(Lab& lab, const Script& script) {
  const Ops ops = WithFewRegions(script);
  const ArenaSpec arena{2 * script.arena.bytes, 2 * script.arena.align_bytes};
  lab.one.Begin(arena);
  const auto expected = lab.one.DoAll(ops);
  lab.one.Begin(arena);
  bool has_full = false;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const Outcome came = lab.one.Do(ops[i]);
    // The full region counts in statistics.
    if (ops[i].verb != Verb::kStatistics) {
      if (auto verdict =
              Differ(ops[i], i, expected[i], came, Mind::kOutcomes)) {
        return verdict;
      }
    }
    if (has_full || lab.one.system().memory().pieces().empty()) continue;
    if (!AddFull(lab.one, FullRegion(script))) return std::nullopt;
    has_full = true;
    lab.Apply();
  }
  return std::nullopt;
}

void Give(Subject& subject, ArenaSpec arena, const Ops& regions) {
  subject.Begin(arena);
  Verb verb = Verb::kInit;
  for (Op op : regions) {
    op.verb = verb;
    if (subject.Do(op).status == Status::kOk) verb = Verb::kAdd;
  }
}

Verdict ForgetsOrderOfRegions(Lab& lab, const Script& script) {
  Ops regions = Without(WithoutSeams(script.ops),
                        [](const Op& op) { return !IsRegion(op); });
  if (regions.size() < 2) return std::nullopt;
  lab.Apply();
  Give(lab.one, script.arena, regions);
  std::ranges::reverse(regions);
  Give(lab.other, script.arena, regions);
  const auto total = lab.one.system().ReadStatistics().total;
  const auto other_total = lab.other.system().ReadStatistics().total;
  if (total != other_total) {
    return Broken(script.ops.size(), Text("total=", total),
                  Text("total=", other_total));
  }
  const auto expected = Drain(lab.one);
  const auto came = Drain(lab.other);
  if (came == expected) return std::nullopt;
  return Broken(script.ops.size(),
                Text("blocks of the arena's size, of half of it, ...: ",
                     Listed(expected)),
                Listed(came));
}

}  // namespace

std::vector<Law> RegionLaws() {
  return {
      {"a_full_region_is_no_region",
       "a region that is all in use changes nothing about what others serve",
       "are given regions, serve a whole one, and claim a placement",
       ServesWholeRegions, IgnoresAFullRegion},
      {"order_of_regions_is_forgotten",
       "regions that do not touch offer the same in any order",
       "merge all that is free (COALESCES), of several regions",
       CoalescesRegions, ForgetsOrderOfRegions},
  };
}

}  // namespace lockstep::suite
