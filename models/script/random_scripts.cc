#include "models/script/random_scripts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "models/script/op.h"
#include "models/script/split_mix.h"
#include "models/script/swarm.h"
#include "models/script/swarm_memory.h"

namespace lockstep::suite {

namespace {

bool GivesARegion(const Op& op) {
  return op.verb == Verb::kInit || op.verb == Verb::kAdd;
}

bool Overlap(const Op& one, const Op& other) {
  return one.offset < other.offset + other.bytes &&
         other.offset < one.offset + one.bytes;
}

}  // namespace

void RandomScripts::NoteRegion(const Op& op) {
  const std::uint64_t arena_bytes = script_.arena.bytes;
  if (op.offset >= arena_bytes || op.bytes > arena_bytes - op.offset) return;
  const bool is_free = std::ranges::none_of(
      regions_, [&](const Op& region) { return Overlap(op, region); });
  if (is_free) regions_.push_back(op);
}

void RandomScripts::MakeTouching(Op& op, std::uint64_t number) const {
  if (regions_.empty()) return;
  op.offset = regions_.back().offset + regions_.back().bytes;
  op.bytes = ShortRegionBytes(port_, number);
}

void RandomScripts::NoteBatch(const Op& op) {
  const std::uint64_t end =
      std::min<std::uint64_t>(is_held_.size(), op.slot + op.offset);
  for (std::uint32_t slot = op.slot; slot < end; ++slot) {
    is_held_[slot] = op.verb == Verb::kAllocateMany ? 1 : 0;
  }
}

// Made where it stays: to copy what was just written takes longer.
[[gnu::always_inline]] inline void RandomScripts::MakeAt(Op* op,
                                                         const Swarm& swarm,
                                                         SplitMix& random) {
  static_assert(std::is_trivially_destructible_v<Op>);
  RawOp raw{.choice = random()};
  const Verb verb = swarm.VerbOf(raw);
  const std::uint32_t slot = swarm.SlotOf(raw);
  const bool is_other = verb != Verb::kAllocate && verb != Verb::kFree;
  // Few ops with nothing to act on: not for their meaning, for speed.
  if (!is_other) is_held_[slot] ^= 1;
  if (!is_other && is_held_[slot] == 0) {
    ::new (op) Op{.verb = Verb::kFree, .slot = slot};
    last_freed_ = slot;
    return;
  }
  raw.number = random();
  ::new (op) Op{.verb = is_other ? verb : Verb::kAllocate, .slot = slot};
  swarm.Complete(*op, raw);
  if (is_other) FitOther(*op, raw);
}

void RandomScripts::FitOther(Op& op, RawOp raw) {
  switch (op.verb) {
    case Verb::kAllocateMany:
    case Verb::kFreeMany:
      return NoteBatch(op);
    case Verb::kAdd:
      if (raw.choice >> 63 != 0) MakeTouching(op, raw.number);
      return NoteRegion(op);
    case Verb::kInit:
      return NoteRegion(op);
    case Verb::kFreeAgain:
      // Of any other slot it comes too late for most systems.
      if (raw.choice >> 63 != 0 ||
          !SwarmMemory::Minds(port_, LOCKSTEP_DETECTS_FREE_AGAIN)) {
        op.slot = last_freed_;
      }
      return;
    case Verb::kFreeInside:
    case Verb::kFreeOtherLayout:
    case Verb::kReallocate:
    case Verb::kReallocateZeroed:
    case Verb::kResize:
    case Verb::kAllocateZeroed:
    case Verb::kUsableOf:
    case Verb::kReallocateOtherLayout:
    case Verb::kResizeOtherLayout:
      return FitToBlock(op);
    default:
      return;
  }
}

void RandomScripts::FitToBlock(Op& op) {
  const bool is_held = is_held_[op.slot] != 0;
  if (op.verb == Verb::kAllocateZeroed) {
    if (is_held) op.verb = Verb::kFree;
    is_held_[op.slot] ^= 1;
    return;
  }
  if (is_held) return;
  const bool takes_null =
      (port_.capabilities & LOCKSTEP_REALLOCATES_NULL) != 0 &&
      (op.verb == Verb::kReallocate || op.verb == Verb::kReallocateZeroed);
  if (!takes_null) {
    op = {.verb = Verb::kAllocate,
          .align_log2 = op.align_log2,
          .slot = op.slot,
          .bytes = op.bytes};
  }
  is_held_[op.slot] = 1;
}

const Script& RandomScripts::Make(std::uint64_t seed) {
  SplitMix random(seed);
  const std::uint64_t bits = random();
  const std::uint64_t some = random();
  const std::uint64_t subset_bits = is_swarm_ ? some : UINT64_MAX;
  const Swarm swarm = is_sparse_ ? Swarm::Sparse(port_, bits, subset_bits)
                                 : Swarm::Part(port_, bits, subset_bits);
  script_.arena = swarm.arena();
  is_held_.assign(swarm.slots(), 0);
  regions_.clear();
  const std::vector<Op>& opening = swarm.opening();
  for (const Op& op : opening) {
    if (GivesARegion(op)) NoteRegion(op);
  }
  last_freed_ = 0;
  script_.ops.resize(opening.size() + ops_per_script_);
  std::ranges::copy(opening, script_.ops.begin());
  for (Op& op : std::span(script_.ops).subspan(opening.size())) {
    MakeAt(&op, swarm, random);
  }
  return script_;
}

}  // namespace lockstep::suite
