// Laws of what merges again when it is free.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "props/law.h"
#include "props/law_list.h"
#include "props/relate.h"

namespace lockstep::suite {
namespace {

constexpr std::uint32_t kWhole = Subject::kSpareSlot;
constexpr std::uint32_t kLower = Subject::kSpareSlot + 1;
constexpr std::uint32_t kUpper = Subject::kSpareSlot + 2;
constexpr std::uint32_t kRest = Subject::kSpareSlot + 3;

bool Coalesces(const lockstep_port& port) {
  return Has(port, LOCKSTEP_COALESCES) && !Has(port, LOCKSTEP_ONE_INSTANCE);
}

bool CoalescesLargeSpans(const lockstep_port& port) {
  return Coalesces(port) && ServesLargeSpans(port);
}

bool CoalescesRepeatably(const lockstep_port& port) {
  return Coalesces(port) && IsRepeatable(port);
}

bool IsPlacedBuddy(const lockstep_port& port) {
  return Coalesces(port) && IsPlaced(port);
}

// What is left is exactly one span of twice `half_bytes`, in kWhole; null if
// there is none.
std::optional<std::uint64_t> LeaveOneSpan(Subject& subject,
                                          std::uint64_t half_bytes) {
  const auto whole = subject.Allocate(kWhole, 2 * half_bytes);
  if (!whole) return std::nullopt;
  for (std::uint32_t slot = kRest; subject.Allocate(slot, half_bytes);) ++slot;
  subject.Free(kWhole);
  return whole;
}

Verdict HalvesAreBuddies(Lab& lab, const Script& script) {
  const Ops ops = WithoutSeams(script.ops);
  const std::uint64_t half_bytes = std::bit_ceil(std::clamp(
      RequestOf(ops).bytes, script.arena.bytes / 128, script.arena.bytes / 4));
  Subject& subject = lab.one;
  subject.Begin(script.arena);
  subject.DoAll(ops);
  const auto whole = LeaveOneSpan(subject, half_bytes);
  if (!whole) return std::nullopt;
  lab.Apply();
  const auto broken = [&](const char* expected, const std::string& came) {
    return Broken(ops.size(),
                  Text("of the only free span, ", 2 * half_bytes, " bytes at ",
                       *whole, ": ", expected),
                  came);
  };
  const auto one = subject.Allocate(kLower, half_bytes);
  const auto other = subject.Allocate(kUpper, half_bytes);
  if (!one || !other) return broken("two halves", "a refusal");
  if ((*one ^ half_bytes) != *other || (*one & ~half_bytes) != *whole) {
    return broken("two halves", Text("blocks at ", *one, " and ", *other));
  }
  subject.Free(kLower);
  if (const auto early = subject.Allocate(kWhole, 2 * half_bytes)) {
    return broken("half of it in use", Text("all of it, at ", *early));
  }
  subject.Free(kUpper);
  const auto merged = subject.Allocate(kWhole, 2 * half_bytes);
  if (merged == whole) return std::nullopt;
  return broken("the halves merged", merged ? Text(*merged) : "a refusal");
}

enum class Order { kRising, kFalling, kShuffled };

void FreeIn(Subject& subject, Order order, bool is_all) {
  auto slots = subject.LiveSlots();
  if (!is_all) {
    std::erase_if(slots, [](std::uint32_t slot) { return slot % 3 == 0; });
  }
  if (order == Order::kFalling) std::ranges::reverse(slots);
  if (order == Order::kShuffled) {
    std::ranges::sort(slots, {}, [](std::uint32_t slot) {
      return std::pair(slot % 2 == 0, slot);
    });
  }
  for (const std::uint32_t slot : slots) subject.Free(slot);
}

Verdict DrainedOtherwise(const Ops& ops, const std::vector<std::size_t>& one,
                         const std::vector<std::size_t>& other) {
  return Broken(
      ops.size(),
      Text("blocks of the arena's size, of half of it, ...: ", Listed(one)),
      Listed(other));
}

Verdict ForgetsOrderOfFrees(Lab& lab, const Script& script) {
  const Ops ops = WithoutSeams(script.ops);
  std::vector<std::size_t> expected;
  for (const Order order :
       {Order::kRising, Order::kFalling, Order::kShuffled}) {
    lab.one.Begin(script.arena);
    lab.one.DoAll(ops);
    FreeIn(lab.one, order, /*is_all=*/false);
    const auto came = Drain(lab.one);
    if (order == Order::kRising) expected = came;
    if (came != expected) return DrainedOtherwise(ops, expected, came);
  }
  lab.Apply();
  return std::nullopt;
}

// Of a region that is one span, that is one span.
Verdict IsAsFresh(Lab& lab, const Script& script) {
  const Ops ops = WithoutSeams(script.ops);
  lab.one.Begin(script.arena);
  lab.other.Begin(script.arena);
  for (const Op& op : ops) {
    const Outcome outcome = lab.one.Do(op);
    if (IsRegion(op) && outcome.status == Status::kOk) lab.other.Do(op);
  }
  FreeIn(lab.one, Order::kShuffled, /*is_all=*/true);
  const auto expected = Drain(lab.other);
  const auto came = Drain(lab.one);
  lab.Apply();
  if (came == expected) return std::nullopt;
  return DrainedOtherwise(ops, expected, came);
}

// A layout as a buddy sees it. Null: of a span that is absurd.
std::optional<Op> Rounded(const lockstep_port& port, Op op) {
  constexpr std::uint64_t kAbsurdBytes = std::uint64_t{1} << 30;
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  if (op.bytes > kAbsurdBytes || align > kAbsurdBytes) return std::nullopt;
  op.bytes = std::max<std::uint64_t>(
      {std::bit_ceil(op.bytes), align, port.unit_bytes});
  op.align_log2 = static_cast<std::uint8_t>(std::countr_zero(op.bytes));
  return op;
}

Verdict SeesSpansOnly(Lab& lab, const Script& script) {
  Ops ops;
  Ops rounded;
  for (const Op& op : script.ops) {
    const bool is_request = op.verb == Verb::kAllocate;
    const auto span = is_request ? Rounded(lab.port(), op) : op;
    const bool is_other_request = IsRequest(op.verb) && !is_request;
    if (InfoOf(op.verb).is_misuse || IsQuery(op) || is_other_request || !span) {
      continue;
    }
    ops.push_back(op);
    rounded.push_back(*span);
  }
  lab.one.Begin(script.arena);
  const auto expected = lab.one.DoAll(rounded);
  lab.one.Begin(script.arena);
  lab.Apply();
  return FirstDifference(ops, expected, lab.one.DoAll(ops), Mind::kOutcomes);
}

}  // namespace

std::vector<Law> BuddyLaws() {
  return {
      {"halves_are_buddies",
       "a span splits into two halves, each the other's buddy, and only both "
       "merge into it",
       "merge all that is free (COALESCES), into large spans",
       CoalescesLargeSpans, HalvesAreBuddies},
      {"order_of_frees_is_forgotten",
       "what fits after some frees does not depend on their order",
       "merge all that is free (COALESCES), repeatably", CoalescesRepeatably,
       ForgetsOrderOfFrees},
      {"all_free_is_as_fresh",
       "with all freed, in any order, as much fits as in a fresh instance: of "
       "one span, one span",
       "merge all that is free (COALESCES)", Coalesces, IsAsFresh},
      {"spans_alone_count",
       "requests of one span are served alike, whatever their bytes and align",
       "merge all that is free (COALESCES), and claim a placement",
       IsPlacedBuddy, SeesSpansOnly},
  };
}

}  // namespace lockstep::suite
