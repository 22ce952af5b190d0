#include "models/threads/thread_scripts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/script/swarm_memory.h"

namespace lockstep::suite {
namespace {

struct Layout {
  std::uint64_t bytes = 16;
  std::uint8_t align_log2 = 3;
};

constexpr std::uint64_t kUsualBytes = 2048;
constexpr std::uint8_t kUsualAlignLog2 = 8;
// Of a batch: more would fill all slots.
constexpr std::uint64_t kMostInBatch = 8;

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

bool IsApart(const lockstep_port& port) {
  return (port.capabilities & LOCKSTEP_THREAD_SAFE) == 0;
}

std::uint64_t GrainBytes(const lockstep_port& port) {
  return std::max<std::uint64_t>(
      {port.init_granule_bytes, port.region_align_bytes, port.unit_bytes, 64});
}

Swarm PartOrWhole(const lockstep_port& port, Twister& random) {
  const std::uint64_t bits = random();
  const std::uint64_t subset_bits = random();
  return (subset_bits >> 63) != 0 ? Swarm::Whole(port, bits)
                                  : Swarm::Part(port, bits, subset_bits);
}

// Of a script that is nearly full soon.
ArenaSpec SmallArena(const lockstep_port& port) {
  const std::uint64_t bytes = std::bit_ceil(std::max<std::uint64_t>(
      16 << 10, 16 * (GrainBytes(port) + port.min_region_bytes)));
  return {.bytes = bytes, .align_bytes = bytes};
}

}  // namespace

struct ThreadScripts::Making {
  Making(const lockstep_port& its_port, std::uint64_t seed,
         std::uint8_t its_threads, bool is_small)
      : port(its_port),
        random(seed),
        threads(its_threads),
        swarm(is_small ? Swarm::Over(port, SmallArena(port))
                       : PartOrWhole(port, random)) {}

  std::uint64_t Below(std::uint64_t most) { return random() % most; }
  std::uint64_t From(std::uint64_t least, std::uint64_t most) {
    return least + Below(most - least + 1);
  }
  bool IsOneIn(std::uint64_t many) { return Below(many) == 0; }

  Op Draw(bool (*may_be)(Verb));
  void ChooseLayouts(std::size_t count);
  void ChooseSlots(std::uint32_t count);
  void GiveLayout(Op& op);
  void FitToState(Op& op);
  void Narrow(Op& op);
  void Add(Op op, std::uint8_t thread);
  void AddParallel(std::uint64_t active);
  void AddAlone();
  void AttachMore();
  void OpenSmall();
  void FillNearly(std::uint64_t region_bytes);
  bool Pulls() const { return port.attach != nullptr; }

  const lockstep_port& port;
  Twister random;
  std::uint8_t threads;
  Swarm swarm;
  Script script{};
  std::vector<Layout> layouts{};
  std::vector<bool> is_held{};  // As it would be if all ran in this order.
};

// Of all draws one in three is an allocation; should none be what is wanted, it
// is one as well.
Op ThreadScripts::Making::Draw(bool (*may_be)(Verb)) {
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

void ThreadScripts::Making::ChooseLayouts(std::size_t count) {
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

// Where threads have instances of their own, and may not free each other's
// blocks, each has as many slots of its own.
void ThreadScripts::Making::ChooseSlots(std::uint32_t count) {
  const bool is_shared =
      !IsApart(port) || (port.capabilities & LOCKSTEP_FREES_ELSEWHERE) != 0;
  const std::uint32_t each = std::max(count / threads, 1u) * threads;
  is_held.assign(is_shared ? count : each, false);
}

void ThreadScripts::Making::GiveLayout(Op& op) {
  const Layout layout = layouts[Below(layouts.size())];
  op.bytes = layout.bytes;
  op.align_log2 = layout.align_log2;
}

// Of an op that all threads may perform: its slot, its layout, and its count.
void ThreadScripts::Making::Narrow(Op& op) {
  if (NamesBlock(op.verb)) {
    op.slot %= static_cast<std::uint32_t>(is_held.size());
  } else if (op.verb == Verb::kAttach || op.verb == Verb::kDetach) {
    op.slot %= std::clamp<std::uint32_t>(port.handle_count, 1, threads + 1u);
  }
  if (IsRequest(op.verb) && !IsOneIn(8)) GiveLayout(op);
  if (op.verb == Verb::kAllocateZeroed) op.offset = From(1, 4);
  if (IsBatch(op.verb)) {
    op.offset = std::min<std::uint64_t>(From(1, kMostInBatch),
                                        is_held.size() - op.slot);
  }
  const bool is_apart = IsApart(port) && op.thread != 0 &&
                        (port.capabilities & LOCKSTEP_FREES_ELSEWHERE) == 0;
  if (!is_apart || !NamesBlock(op.verb)) return;
  op.slot = op.slot / threads * threads + op.thread - 1;
  if (IsBatch(op.verb)) op.offset = 1;
}

// Most ops have something to act on if the threads take turns; the others have
// if they do not.
void ThreadScripts::Making::FitToState(Op& op) {
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

void ThreadScripts::Making::Add(Op op, std::uint8_t thread) {
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

void ThreadScripts::Making::AddParallel(std::uint64_t active) {
  Add(Draw(MayBeParallel), static_cast<std::uint8_t>(From(1, active)));
}

// What says nothing of blocks is as likely as what does.
void ThreadScripts::Making::AddAlone() {
  const auto is_about_all = [](Verb verb) {
    return MayBeAlone(verb) && !NamesBlock(verb);
  };
  Op op = Draw(IsOneIn(2) ? MayBeAlone : is_about_all);
  if (op.verb == Verb::kAdd) {
    op.thread = 0;
    script.ops.push_back(op);
    return;
  }
  Add(op, 0);
}

void ThreadScripts::Making::AttachMore() {
  if (!Pulls()) return;
  const auto handles = std::min<std::uint32_t>(port.handle_count, threads + 1u);
  for (std::uint32_t handle = 1; handle < handles; ++handle) {
    if (IsOneIn(2)) {
      script.ops.push_back({.verb = Verb::kAttach, .slot = handle});
    }
  }
}

Script ThreadScripts::Make(std::uint64_t seed, std::uint8_t threads,
                           std::size_t ops) const {
  Making making(port_, seed, threads, false);
  static constexpr std::array<std::uint32_t, 8> kSlots = {
      2, 3, 4, 6, 8, 12, 16, kMostSlots};
  making.ChooseSlots(kSlots[making.Below(kSlots.size())]);
  making.ChooseLayouts(making.From(1, 4));
  making.script.arena = making.swarm.arena();
  making.script.ops = making.swarm.opening();
  making.AttachMore();
  const std::size_t blocks = making.From(1, 6);
  const std::size_t ops_of_block = std::max<std::size_t>(ops / blocks, threads);
  for (std::size_t block = 0; block < blocks; ++block) {
    // Without one the two blocks would be one.
    const std::uint64_t least = block == 0 ? 0 : 1;
    for (std::uint64_t i = making.From(least, 3); i != 0; --i)
      making.AddAlone();
    // Seldom fewer threads than there are.
    const std::uint64_t fewest = std::min<std::uint64_t>(2, threads);
    const std::uint64_t active =
        making.IsOneIn(4) ? making.From(fewest, threads) : threads;
    for (std::size_t i = 0; i < ops_of_block; ++i) making.AddParallel(active);
  }
  return std::move(making.script);
}

// As many blocks as one region has room for, more or less; and one of them, if
// there are, is freed again.
void ThreadScripts::Making::FillNearly(std::uint64_t region_bytes) {
  const std::uint64_t count = From(3, 6);
  layouts.front().bytes = std::max<std::uint64_t>(region_bytes / count, 1);
  if (port.max_request_bytes != 0) {
    layouts.front().bytes =
        std::min<std::uint64_t>(layouts.front().bytes, port.max_request_bytes);
  }
  layouts.front().align_log2 = 0;
  if (Pulls()) {
    script.ops.push_back({.verb = Verb::kRefuse, .bytes = From(1, 100)});
  }
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    script.ops.push_back({.verb = Verb::kAllocate,
                          .slot = slot,
                          .bytes = layouts.front().bytes});
  }
  script.ops.push_back(
      {.verb = Verb::kFree, .slot = static_cast<std::uint32_t>(Below(count))});
}

void ThreadScripts::Making::OpenSmall() {
  const std::uint64_t grain = GrainBytes(port);
  const std::uint64_t least =
      port.min_region_bytes + port.region_head_bytes + port.region_tail_bytes;
  const std::uint64_t region_bytes =
      ((least + grain - 1) / grain + (std::uint64_t{1} << Below(4))) * grain;
  if (Pulls()) {
    script.ops.push_back({.verb = Verb::kAttach});
  } else if ((port.capabilities & LOCKSTEP_OWN_MEMORY) == 0) {
    script.ops.push_back({.verb = Verb::kInit, .bytes = region_bytes});
  }
  switch (Below(4)) {
    case 0:
      return;
    case 1:
      return FillNearly(region_bytes);
    case 2:
      if (Pulls()) return AttachMore();
      [[fallthrough]];
    default:
      for (std::uint64_t i = From(1, 4); i != 0; --i) {
        Op op{.verb = Verb::kAllocate,
              .slot = static_cast<std::uint32_t>(Below(is_held.size()))};
        GiveLayout(op);
        is_held[op.slot] = true;
        script.ops.push_back(op);
      }
  }
}

Script ThreadScripts::MakeSmall(std::uint64_t seed, std::uint8_t threads,
                                std::size_t ops_per_thread) const {
  Making making(port_, seed, threads, true);
  making.ChooseSlots(static_cast<std::uint32_t>(making.From(2, 6)));
  making.ChooseLayouts(making.From(1, 2));
  making.script.arena = making.swarm.arena();
  making.OpenSmall();
  for (std::size_t i = 0; i < ops_per_thread; ++i) {
    for (std::uint8_t thread = 1; thread <= threads; ++thread) {
      making.Add(making.Draw(MayBeParallel), thread);
    }
  }
  return std::move(making.script);
}

}  // namespace lockstep::suite
