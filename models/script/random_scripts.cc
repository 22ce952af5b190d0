#include "models/script/random_scripts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "models/script/op.h"
#include "models/script/swarm.h"
#include "models/script/swarm_memory.h"
#include "models/script/twister.h"

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

// Only for speed, as in MakeAt.
void RandomScripts::NoteCount(Op& op) {
  if (op.verb == Verb::kAllocateZeroed) {
    if (is_held_[op.slot] != 0) op.verb = Verb::kFree;
    is_held_[op.slot] ^= 1;
  }
  if (!IsBatch(op.verb)) return;
  const std::size_t end = static_cast<std::size_t>(
      std::min<std::uint64_t>(is_held_.size(), op.slot + op.offset));
  for (std::size_t slot = op.slot; slot < end; ++slot) {
    is_held_[slot] = op.verb == Verb::kAllocateMany ? 1 : 0;
  }
}

// Made where it stays: to copy what was just written takes longer.
[[gnu::always_inline]] inline void RandomScripts::MakeAt(Op* op,
                                                         const Swarm& swarm,
                                                         RawOp raw) {
  static_assert(std::is_trivially_destructible_v<Op>);
  const Verb verb = swarm.VerbOf(raw);
  const std::uint32_t slot = swarm.SlotOf(raw);
  if (verb != Verb::kAllocate && verb != Verb::kFree) {
    FitOther(*::new (op) Op(swarm.Make(raw)), raw);
    return;
  }
  // Few ops with nothing to act on: not for their meaning, for speed.
  is_held_[slot] ^= 1;
  if (is_held_[slot] == 0) {
    ::new (op) Op{.verb = Verb::kFree, .slot = slot};
    last_freed_ = slot;
    return;
  }
  swarm.Complete(*::new (op) Op{.verb = Verb::kAllocate, .slot = slot}, raw);
}

void RandomScripts::FitOther(Op& op, RawOp raw) {
  switch (op.verb) {
    case Verb::kAllocateZeroed:
    case Verb::kAllocateMany:
    case Verb::kFreeMany:
      NoteCount(op);
      break;
    case Verb::kAdd:
      if (raw.choice >> 63 != 0) MakeTouching(op, raw.number);
      NoteRegion(op);
      break;
    case Verb::kInit:
      NoteRegion(op);
      break;
    case Verb::kFreeAgain:
      // Of any other slot it comes too late for most systems.
      if (raw.choice >> 63 != 0) op.slot = last_freed_;
      break;
    default:
      break;
  }
}

const Script& RandomScripts::Make(std::uint64_t seed) {
  Twister random(seed);
  const std::uint64_t bits = random();
  const std::uint64_t some = random();
  const std::uint64_t subset_bits = is_swarm_ ? some : UINT64_MAX;
  const Swarm swarm = is_sparse_ ? Swarm::Sparse(port_, bits, subset_bits)
                                 : Swarm::Part(port_, bits, subset_bits);
  script_.arena = swarm.arena();
  script_.ops = swarm.opening();
  is_held_.assign(swarm.slots(), 0);
  regions_.clear();
  for (const Op& op : script_.ops) {
    if (GivesARegion(op)) NoteRegion(op);
  }
  last_freed_ = 0;
  const std::size_t opening = script_.ops.size();
  script_.ops.resize(opening + ops_per_script_);
  for (Op& op : std::span(script_.ops).subspan(opening)) {
    const std::uint64_t choice = random();
    const RawOp raw{choice, random()};
    MakeAt(&op, swarm, raw);
  }
  return script_;
}

}  // namespace lockstep::suite
