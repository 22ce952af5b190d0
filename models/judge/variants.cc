#include "models/judge/variants.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

constexpr std::size_t kMostShortOps = 4;
constexpr std::array<std::uint64_t, 2> kTinyRegions = {32, 64};

bool IsRegion(const Op& op) {
  return op.verb == Verb::kInit || op.verb == Verb::kAdd;
}

// For a block where there was none.
bool IsRequest(const Op& op) {
  return op.verb == Verb::kAllocate || op.verb == Verb::kAllocateZeroed;
}

bool IsLess(const Op& one, const Op& other) { return one.bytes < other.bytes; }

std::optional<Op> LastRequest(const Ops& ops) {
  for (std::size_t i = ops.size(); i > 0; --i) {
    if (IsRequest(ops[i - 1])) return ops[i - 1];
  }
  return std::nullopt;
}

void TakeLayout(Op& request, const Op& from) {
  request.bytes = from.bytes;
  request.align_log2 = from.align_log2;
}

void AddUnlessThere(Ops& ops, Op op) {
  if (std::ranges::find(ops, op) == ops.end()) ops.push_back(op);
}

// Those of the script, and those that are worth asking for in its region.
Ops LayoutsOf(const Ops& ops, std::uint64_t region_bytes) {
  const Op plain{.verb = Verb::kAllocate};
  Ops layouts;
  Op whole = plain;
  whole.bytes = std::bit_floor(region_bytes);
  if (region_bytes != 0) layouts.push_back(whole);
  Op last = LastRequest(ops).value_or(plain);
  last.slot = 0;
  AddUnlessThere(layouts, last);
  Op largest = plain;
  for (const Op& op : ops) {
    if (IsRequest(op)) TakeLayout(largest, std::max(largest, op, IsLess));
  }
  AddUnlessThere(layouts, largest);
  AddUnlessThere(layouts, plain);
  return layouts;
}

// The script's only region is this one.
Ops WithOneRegion(const Ops& ops, Op region) {
  region.verb = Verb::kInit;
  Ops with{region};
  std::ranges::copy_if(ops, std::back_inserter(with),
                       [](const Op& op) { return !IsRegion(op); });
  return with;
}

// Two halves of it are aligned to their size, and are no buddies.
Op MiddleHalfOf(ArenaSpec arena) {
  return {
      .verb = Verb::kInit, .bytes = arena.bytes / 2, .offset = arena.bytes / 4};
}

std::uint64_t BytesOfFirstRegion(const Ops& ops) {
  const auto first = std::ranges::find_if(ops, IsRegion);
  return first == ops.end() ? 0 : first->bytes;
}

// The first op of each verb, except requests.
Ops OtherWordsOf(const Ops& ops, std::size_t opening) {
  Ops words;
  for (std::size_t i = opening; i < ops.size(); ++i) {
    const bool is_known =
        std::ranges::count(words, ops[i].verb, &Op::verb) != 0;
    if (!is_known && !IsRequest(ops[i])) words.push_back(ops[i]);
  }
  return words;
}

// Directly behind the last one of the script.
Op Touching(const Ops& script, Op region) {
  const auto last = std::find_if(script.rbegin(), script.rend(), IsRegion);
  if (last != script.rend()) region.offset = last->offset + last->bytes;
  return region;
}

// The script with one op more, in all ways: a request into a slot of its own,
// another word on each of the blocks, or a region, as it was and where it
// touches the last one.
void Extend(const Ops& script, const Ops& layouts, const Ops& words,
            std::vector<Ops>& into) {
  const auto blocks =
      static_cast<std::uint32_t>(std::ranges::count_if(script, IsRequest));
  const auto add = [&](Op op, std::uint32_t slot) {
    if (NamesBlock(op.verb)) op.slot = slot;
    into.push_back(script);
    into.back().push_back(op);
  };
  for (const Op& layout : layouts) add(layout, blocks);
  for (const Op& word : words) {
    if (word.verb == Verb::kAdd) add(Touching(script, word), 0);
    const std::uint32_t ways = NamesBlock(word.verb) ? blocks : 1;
    for (std::uint32_t slot = 0; slot < ways; ++slot) add(word, slot);
  }
}

}  // namespace

Ops Without(const Ops& ops, std::size_t start, std::size_t end) {
  const auto at = [&](std::size_t index) {
    return ops.begin() + static_cast<std::ptrdiff_t>(index);
  };
  Ops rest(ops.begin(), at(start));
  rest.insert(rest.end(), at(end), ops.end());
  return rest;
}

Ops WithPlainRequests(Ops ops) {
  for (Op& op : ops) {
    if (InfoOf(op.verb).has_align) op.bytes = op.align_log2 = 0;
  }
  return ops;
}

// Not of batches: which slots they are about depends on all others.
Ops WithOwnSlots(Ops ops) {
  if (std::ranges::any_of(ops, IsBatch, &Op::verb)) return ops;
  std::map<std::uint32_t, std::uint32_t> names;
  std::uint32_t next = 0;
  for (Op& op : ops) {
    if (!NamesBlock(op.verb)) continue;
    if (IsRequest(op) || !names.contains(op.slot)) names[op.slot] = next++;
    op.slot = names[op.slot];
  }
  return ops;
}

std::vector<Ops> Wholesale(const Script& script) {
  const Ops& ops = script.ops;
  std::vector<Ops> variants;
  variants.push_back(WithOwnSlots(ops));
  const auto regions = std::ranges::count_if(ops, IsRegion);
  for (const Op& op : ops) {
    if (regions > 1 && IsRegion(op)) {
      variants.push_back(WithOneRegion(ops, op));
    }
  }
  if (regions > 0) {
    variants.push_back(WithOneRegion(ops, {.bytes = script.arena.bytes}));
    variants.push_back(WithOneRegion(ops, MiddleHalfOf(script.arena)));
  }
  const auto last = LastRequest(ops);
  if (!last) return variants;
  for (const Op& layout : LayoutsOf(ops, BytesOfFirstRegion(ops))) {
    Ops uniform = ops;
    for (Op& op : uniform) {
      if (IsRequest(op)) TakeLayout(op, layout);
    }
    variants.push_back(std::move(uniform));
    Ops other = ops;
    TakeLayout(*std::ranges::find(other, *last), layout);
    variants.push_back(std::move(other));
  }
  return variants;
}

std::vector<Ops> ShortOnes(const Script& script, std::size_t count) {
  const Ops& ops = script.ops;
  const bool has_opening =
      !ops.empty() && (IsRegion(ops[0]) || ops[0].verb == Verb::kAttach);
  const std::size_t opening = has_opening ? 1 : 0;
  const Ops layouts = LayoutsOf(ops, BytesOfFirstRegion(ops));
  const Ops words = OtherWordsOf(ops, opening);
  Ops openings;
  if (has_opening) openings.push_back(ops[0]);
  if (has_opening && IsRegion(ops[0])) {
    Op even = ops[0];
    even.bytes = std::bit_floor(even.bytes);
    AddUnlessThere(openings, even);
    AddUnlessThere(openings, MiddleHalfOf(script.arena));
    // Of which one request or two take everything.
    for (const std::uint64_t bytes : kTinyRegions) {
      AddUnlessThere(openings, {.verb = Verb::kInit, .bytes = bytes});
    }
  }
  std::vector<Ops> all;
  for (const Op& op : openings) all.push_back({op});
  if (!has_opening) all.emplace_back();
  const std::size_t most = std::min(kMostShortOps, ops.size() - 1);
  for (std::size_t i = 0; i < all.size() && all.size() < count; ++i) {
    if (all[i].size() < most) Extend(Ops(all[i]), layouts, words, all);
  }
  return all;
}

}  // namespace lockstep::suite
