#include "models/threads/thread_script_maker.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "models/script/swarm_memory.h"
#include "models/threads/thread_scripts.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kUsualBytes = 2048;
constexpr std::uint8_t kUsualAlignLog2 = 8;
// Larger batches would fill all slots.
constexpr std::uint64_t kMostOfBatch = 8;

bool MayBeParallel(Verb verb) {
  switch (verb) {
    case Verb::kAllocate:
    case Verb::kFree:
    case Verb::kStatistics:
    case Verb::kTrim:
    case Verb::kAttach:
    case Verb::kDetach:
    case Verb::kRefuse:
    case Verb::kReallocate:
    case Verb::kReallocateZeroed:
    case Verb::kResize:
    case Verb::kAllocateZeroed:
    case Verb::kUsableOf:
    case Verb::kFootprint:
    case Verb::kAllocateMany:
    case Verb::kFreeMany:
      return true;
    default:
      return false;
  }
}

bool MayBeAlone(Verb verb) {
  return MayBeParallel(verb) || verb == Verb::kAdd || verb == Verb::kMisalign ||
         verb == Verb::kKeep;
}

Swarm PartOrWhole(const lockstep_port& port, SplitMix& random) {
  const std::uint64_t bits = random();
  const std::uint64_t subset_bits = random();
  return (subset_bits >> 63) != 0 ? Swarm::Whole(port, bits)
                                  : Swarm::Part(port, bits, subset_bits);
}

// An arena that is nearly full soon.
ArenaSpec SmallArena(const lockstep_port& port) {
  const std::uint64_t bytes = std::bit_ceil(std::max<std::uint64_t>(
      16 << 10, 16 * (GrainBytes(port) + port.min_region_bytes)));
  return {.bytes = bytes, .align_bytes = bytes};
}

}  // namespace

ThreadScriptMaker::ThreadScriptMaker(const lockstep_port& its_port,
                                     std::uint64_t seed,
                                     std::uint8_t its_threads, bool is_small)
    : port(its_port),
      random(seed),
      threads(its_threads),
      swarm(is_small ? Swarm::Over(port, SmallArena(port))
                     : PartOrWhole(port, random)) {}

// One draw in three is an allocation. If no draw is what is wanted, the result
// is an allocation as well.
Op ThreadScriptMaker::Draw(bool (*may_be)(Verb)) {
  constexpr int kMostDraws = 64;
  for (int i = 0; i < kMostDraws; ++i) {
    const std::uint64_t choice = random();
    const Op op = swarm.Make({choice, random()});
    if (may_be(op.verb)) return op;
  }
  Op op{.verb = Verb::kAllocate};
  if (port.max_request_bytes != 0) op.bytes = port.max_request_bytes;
  return op;
}

void ThreadScriptMaker::ChooseLayouts(std::size_t count) {
  const auto is_allocate = [](Verb verb) { return verb == Verb::kAllocate; };
  const bool may_be_any = IsOneIn(8);
  for (int tries = 0; layouts.size() < count && tries < 64; ++tries) {
    const Op op = Draw(is_allocate);
    const bool is_usual =
        op.bytes <= kUsualBytes && op.align_log2 <= kUsualAlignLog2;
    if (is_usual || may_be_any) layouts.push_back({op.bytes, op.align_log2});
  }
  if (!layouts.empty()) return;
  const Op op = Draw(is_allocate);
  layouts.push_back({op.bytes, op.align_log2});
}

void ThreadScriptMaker::ChooseSlots(std::uint32_t count) {
  const std::uint32_t each = std::max(count / threads, 1u) * threads;
  is_held.assign(FreesElsewhere() ? count : each, false);
}

void ThreadScriptMaker::GiveLayout(Op& op) {
  const Layout layout = layouts[From(0, layouts.size() - 1)];
  op.bytes = layout.bytes;
  op.align_log2 = layout.align_log2;
}

// Limits the slot, the layout and the count of an op, so that threads share
// blocks.
void ThreadScriptMaker::Narrow(Op& op) {
  if (NamesBlock(op.verb)) {
    op.slot %= static_cast<std::uint32_t>(is_held.size());
  } else if (op.verb == Verb::kAttach || op.verb == Verb::kDetach) {
    op.slot %= std::clamp<std::uint32_t>(port.handle_count, 1, threads + 1u);
  }
  if (IsRequest(op.verb) && !IsOneIn(8)) GiveLayout(op);
  if (op.verb == Verb::kAllocateZeroed) op.offset = From(1, 4);
  if (IsBatch(op.verb)) {
    op.offset = std::min<std::uint64_t>(From(1, kMostOfBatch),
                                        is_held.size() - op.slot);
  }
  if (FreesElsewhere() || op.thread == 0 || !NamesBlock(op.verb)) return;
  op.slot = op.slot / threads * threads + op.thread - 1;
  if (IsBatch(op.verb)) op.offset = 1;
}

// Makes most ops fit the state that results if all ops run in the order of the
// script; the others may fit in another order.
void ThreadScriptMaker::FitToState(Op& op) {
  if (!NamesBlock(op.verb)) return;
  const bool is_live = is_held[op.slot];
  const bool makes = op.verb == Verb::kAllocate ||
                     op.verb == Verb::kAllocateZeroed ||
                     op.verb == Verb::kAllocateMany;
  if (!IsOneIn(4)) {
    if (makes && is_live) op.verb = Verb::kFree;
    if (!makes && !is_live) {
      op.verb = Verb::kAllocate;
      GiveLayout(op);
    }
  }
  const std::uint64_t count = IsBatch(op.verb) ? op.offset : 1;
  for (std::uint64_t i = op.slot; i < op.slot + count; ++i) {
    is_held[i] = op.verb != Verb::kFree && op.verb != Verb::kFreeMany;
  }
}

void ThreadScriptMaker::Add(Op op, std::uint8_t thread) {
  op.thread = thread;
  Narrow(op);
  FitToState(op);
  const VerbInfo& info = InfoOf(op.verb);
  if (!info.has_offset) op.offset = 0;
  if (!info.has_size) op.bytes = 0;
  if (!info.has_align) op.align_log2 = 0;
  if (!info.has_slot) op.slot = 0;
  script.ops.push_back(op);
}

void ThreadScriptMaker::AddParallel(std::uint64_t active) {
  AddBy(static_cast<std::uint8_t>(From(1, active)));
}

void ThreadScriptMaker::AddBy(std::uint8_t thread) {
  Add(Draw(MayBeParallel), thread);
}

// At least half of these ops name no block. Where threads are apart, none of
// them does, because blocks belong to threads.
void ThreadScriptMaker::AddAlone() {
  const auto is_about_all = [](Verb verb) {
    return MayBeAlone(verb) && !NamesBlock(verb);
  };
  Op op = Draw(!IsApart() && IsOneIn(2) ? MayBeAlone : is_about_all);
  if (op.verb == Verb::kAdd) {
    op.thread = 0;
    script.ops.push_back(op);
    return;
  }
  Add(op, 0);
}

void ThreadScriptMaker::AttachMore() {
  if (!Pulls()) return;
  const auto handles = std::min<std::uint32_t>(port.handle_count, threads + 1u);
  for (std::uint32_t handle = 1; handle < handles; ++handle) {
    if (IsOneIn(2)) {
      script.ops.push_back({.verb = Verb::kAttach, .slot = handle});
    }
  }
}

}  // namespace lockstep::suite
