// Laws of one request, in the state that a script leads to.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "props/law.h"
#include "props/law_list.h"
#include "props/relate.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kLargestSlabBytes = 4096;
constexpr std::uint8_t kLargestSlabLog2 = 12;

const Op kFreeSpare = {.verb = Verb::kFree, .slot = Subject::kSpareSlot};

bool MergesAllThatIsFree(const lockstep_port& port) {
  return Has(port, LOCKSTEP_COALESCES);
}

bool IsPlacedWithRegions(const lockstep_port& port) {
  return IsPlaced(port) && !Pulls(port);
}

// With slabs that are given memory.
bool StacksItsSlabs(const lockstep_port& port) {
  return IsPlacedWithRegions(port) && !MergesAllThatIsFree(port);
}

// Allocates and frees between two halves of the script; false if that took new
// memory for a slab, or was not to be had.
bool Detour(Subject& subject, const Op& request) {
  const std::uint64_t before = subject.system().ReadStatistics().total;
  const Outcome outcome = subject.Do(request);
  if (outcome.status != Status::kOk) return false;
  const bool has_grown =
      outcome.statistics.total != before || subject.HasCalledProvider();
  return subject.Do(kFreeSpare).status == Status::kOk && !has_grown &&
         !subject.HasCalledProvider();
}

// Before the op whose layout it has.
Verdict UndoesBefore(Lab& lab, ArenaSpec arena, const Ops& ops,
                     std::size_t place) {
  lab.one.Begin(arena);
  const auto expected = lab.one.DoAll(ops);
  lab.one.Begin(arena);
  std::vector<Outcome> came;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (i == place && !Detour(lab.one, RequestLike(ops[i]))) {
      return std::nullopt;
    }
    came.push_back(lab.one.Do(ops[i]));
  }
  lab.Apply();
  return FirstDifference(ops, expected, came, Mind::kStatisticsToo);
}

// At the last op with a layout, the second to last, the fourth, ...
Verdict Undoes(Lab& lab, const Script& script) {
  // Whether a second free may be tried depends on what was done in between.
  const Ops ops = Without(WithoutSeams(script.ops), [](const Op& op) {
    return op.verb == Verb::kFreeAgain;
  });
  std::size_t from_end = 0;
  for (std::size_t i = ops.size(); i-- > 0;) {
    if (!HasLayout(ops[i]) || !std::has_single_bit(++from_end)) continue;
    if (auto verdict = UndoesBefore(lab, script.arena, ops, i)) return verdict;
  }
  return std::nullopt;
}

// Nothing, or that what was served is refused in a smaller size.
Verdict ServesSmaller(Lab& lab, const Script& script) {
  const Ops ops = WithoutSeams(script.ops);
  lab.one.Begin(script.arena);
  lab.one.DoAll(ops);
  const Op request = RequestOf(ops);
  if (lab.one.Do(request).status != Status::kOk) return std::nullopt;
  lab.Apply();
  std::vector<Op> smaller(4, request);
  smaller[0].bytes /= 2;
  smaller[1].bytes -= smaller[1].bytes != 0 ? 1 : 0;
  smaller[2].align_log2 /= 2;
  smaller[3].bytes = smaller[3].align_log2 = 0;
  for (const Op& less : smaller) {
    lab.one.Do(kFreeSpare);
    const Outcome came = lab.one.Do(less);
    if (came.status == Status::kOk) continue;
    return Broken(ops.size(),
                  Text(FormatOp(less), " is served, as ", FormatOp(request)),
                  FormatOutcome(less, came));
  }
  return std::nullopt;
}

Verdict IsHelpedByFrees(Lab& lab, const Script& script) {
  const Op request = RequestOf(script.ops);
  lab.one.Begin(script.arena);
  lab.one.DoAll(script.ops);
  const auto live = lab.one.LiveSlots();
  if (live.empty() || lab.one.Do(request).status != Status::kOk) {
    return std::nullopt;
  }
  lab.Apply();
  lab.one.Begin(script.arena);
  lab.one.DoAll(script.ops);
  lab.one.Free(live.front());
  const Outcome came = lab.one.Do(request);
  if (came.status == Status::kOk) return std::nullopt;
  return Broken(script.ops.size(),
                Text(FormatOp(request), " is served after free b", live.front(),
                     ", as it is without"),
                FormatOutcome(request, came));
}

Verdict StaysRefused(Lab& lab, const Script& script) {
  const std::size_t half = script.ops.size() / 2;
  const Op request = RequestOf(script.ops);
  lab.one.Begin(script.arena);
  for (std::size_t i = 0; i < half; ++i) lab.one.Do(script.ops[i]);
  if (lab.one.Do(request).status != Status::kNoMemory) return std::nullopt;
  for (std::size_t i = half; i < script.ops.size(); ++i) {
    const Op& op = script.ops[i];
    if (!IsRegion(op) && !Frees(op)) lab.one.Do(op);
  }
  lab.Apply();
  const Outcome came = lab.one.Do(request);
  if (came.status != Status::kOk) return std::nullopt;
  return Broken(script.ops.size(),
                Text(FormatOp(request),
                     " is refused, as before: nothing was freed or added"),
                FormatOutcome(request, came));
}

Verdict ServesAsAStack(Lab& lab, const Script& script) {
  constexpr std::uint32_t kBlocks = 5;
  const Op request = RequestOf(script.ops);
  if (request.bytes > kLargestSlabBytes ||
      request.align_log2 > kLargestSlabLog2) {
    return std::nullopt;
  }
  lab.one.Begin(script.arena);
  lab.one.DoAll(script.ops);
  std::vector<std::uint64_t> offsets;
  const auto allocate = [&](std::uint32_t i) {
    return lab.one.Allocate(Subject::kSpareSlot + i, request.bytes,
                            request.align_log2);
  };
  for (std::uint32_t i = 0; i < kBlocks; ++i) {
    if (const auto offset = allocate(i)) offsets.push_back(*offset);
  }
  for (std::uint32_t i = 0; i < offsets.size(); ++i) {
    lab.one.Free(Subject::kSpareSlot + i);
  }
  if (!offsets.empty()) lab.Apply();
  std::ranges::reverse(offsets);
  for (std::uint32_t i = 0; i < offsets.size(); ++i) {
    const auto came = allocate(i);
    if (came == offsets[i]) continue;
    return Broken(script.ops.size(),
                  Text("the block freed ", i + 1, ". to last, at ", offsets[i]),
                  came ? Text(*came) : "an error");
  }
  return std::nullopt;
}

}  // namespace

std::vector<Law> RequestLaws() {
  return {
      {"free_undoes_allocate",
       "to allocate and to free at once, where no slab grows, changes nothing "
       "after it",
       "claim a placement", IsPlaced, Undoes},
      {"smaller_fits_where_larger_does",
       "what is served is served in a smaller size and a smaller alignment",
       "merge all that is free (COALESCES)", MergesAllThatIsFree,
       ServesSmaller},
      {"frees_do_no_harm", "what is served is served after another free, too",
       "are given regions and claim a placement", IsPlacedWithRegions,
       IsHelpedByFrees},
      {"refusals_last",
       "what is refused stays refused until something is freed or added",
       "are given regions and claim a placement", IsPlacedWithRegions,
       StaysRefused},
      {"slabs_are_stacks",
       "blocks of a slab that were freed come back, the last one first",
       "are given regions for slabs, and claim a placement", StacksItsSlabs,
       ServesAsAStack},
  };
}

}  // namespace lockstep::suite
