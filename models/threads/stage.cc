#include "models/threads/stage.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "models/shadow/contents.h"
#include "models/system/junk.h"
#include "models/threads/performance.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kJunk = 1;
// Filling more of the arena would take longer than running a script.
constexpr std::uint64_t kMostJunkBytes = 1 << 16;

std::size_t StrideOf(const lockstep_port& port) {
  const std::size_t align = std::max<std::size_t>(port.state_align, 64);
  return std::max<std::size_t>((port.state_bytes + align - 1) / align, 1) *
         align;
}

bool AreApart(const lockstep_port& port) {
  return (port.capabilities & LOCKSTEP_THREAD_SAFE) == 0;
}

}  // namespace

bool IsForThreads(const lockstep_port& port) {
  return (port.capabilities &
          (LOCKSTEP_THREAD_SAFE | LOCKSTEP_THREADS_APART)) != 0;
}

Stage::Stage(const lockstep_port& port, Witness& witness)
    : port_(port),
      witness_(witness),
      is_apart_(AreApart(port)),
      state_stride_(StrideOf(port)),
      states_(state_stride_ * (is_apart_ ? kMostThreads : 1),
              std::max<std::size_t>(port.state_align, 64)) {}

Stage::~Stage() { End(); }

// The arenas of several instances lie one after the other.
void Stage::TakeArena(ArenaSpec spec) {
  spec_ = spec;
  if (Promises(LOCKSTEP_OWN_MEMORY)) return;
  const ArenaSpec all{spec.bytes * instances_, spec.align_bytes};
  if (own_arena_ == nullptr || own_arena_->spec() != all) {
    own_arena_ = std::make_unique<Arena>(all);
  }
  arena_ = own_arena_.get();
  FillWithJunk({arena_->base(), std::min(all.bytes, kMostJunkBytes)}, kJunk);
}

void Stage::Begin(const Script& script, StageWatch* watch) {
  End();
  watch_ = watch;
  std::size_t slots = 0;
  instances_ = 1;
  for (const Op& op : script.ops) {
    const std::uint64_t blocks = IsBatch(op.verb) ? op.offset : 1;
    if (NamesBlock(op.verb)) {
      slots = std::max<std::size_t>(slots, op.slot + blocks);
    }
    if (is_apart_) instances_ = std::max(instances_, op.thread);
  }
  TakeArena(script.arena);
  if (slots > slot_room_) {
    slots_ = std::make_unique<Slot[]>(slots);
    slot_room_ = slots;
  }
  slot_count_ = slots;
  for (std::size_t i = 0; i < slots; ++i) slots_[i].state = SlotState::kEmpty;
  for (std::atomic<int>& handle : handles_) handle = kDetached;
  stamp_ = 0;
  regions_.clear();
  provider_.Begin(*arena_, watch);
  FillWithJunk({states_.data(), state_stride_ * instances_}, kJunk);
  witness_.function = Function::kCreate;
  for (running_ = 0; running_ < instances_; ++running_) {
    if (port_.create(StateOf(running_)) != LOCKSTEP_OK) break;
  }
}

void Stage::End() {
  if (running_ == 0) return;
  witness_.function = Function::kDestroy;
  while (running_ != 0) port_.destroy(StateOf(--running_));
  provider_.End();
}

Event Stage::Perform(const Op& op, std::size_t step) {
  Performance performance(*this, op, step);
  return performance.Run();
}

const char* Stage::Audit() {
  if (port_.audit == nullptr) return nullptr;
  witness_.function = Function::kAudit;
  for (std::uint8_t i = 0; i < running_; ++i) {
    if (const char* const broken = port_.audit(StateOf(i))) return broken;
  }
  return nullptr;
}

// The sums over all instances.
std::optional<Statistics> Stage::ReadStatistics() {
  if (port_.statistics == nullptr) return std::nullopt;
  witness_.function = Function::kStatistics;
  Statistics sum;
  for (std::uint8_t i = 0; i < running_; ++i) {
    lockstep_statistics one{};
    port_.statistics(StateOf(i), &one);
    sum.total += one.total;
    sum.used += one.used;
    sum.available += one.available;
    if (Promises(LOCKSTEP_COUNTS_REQUESTED)) {
      sum.requested = sum.requested.value_or(0) + one.requested;
    }
  }
  return sum;
}

std::optional<WrongByte> Stage::FirstSpoiled() const {
  for (std::size_t i = 0; i < slot_count_; ++i) {
    const Slot& slot = slots_[i];
    if (slot.state != SlotState::kLive) continue;
    const auto at = FirstDamage(arena_->At(slot.block.offset),
                                slot.block.usable_bytes, slot.seed);
    if (at) return WrongByte{slot.block, *at};
  }
  return std::nullopt;
}

std::vector<HeldBlock> Stage::Live() const {
  std::vector<HeldBlock> blocks;
  for (std::size_t i = 0; i < slot_count_; ++i) {
    if (slots_[i].state == SlotState::kLive) blocks.push_back(slots_[i].block);
  }
  return blocks;
}

bool Stage::HasHandle() const {
  return std::ranges::any_of(
      handles_, [](const std::atomic<int>& users) { return users >= 0; });
}

}  // namespace lockstep::suite
