#include "models/system.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace lockstep {
namespace {

constexpr std::size_t kMaxArenas = 4;

std::uint64_t OrOne(std::size_t granule_bytes) {
  return std::max<std::uint64_t>(granule_bytes, 1);
}

bool WrapsAround(const Arena& arena, const Op& op) {
  return op.bytes > UINTPTR_MAX - arena.spec().bytes - op.offset;
}

}  // namespace

System::System(const lockstep_port& port)
    : port_(port),
      state_(std::max<std::size_t>(port.state_bytes, 1),
             std::max(port.state_align, alignof(std::max_align_t))) {}

System::~System() { End(); }

void System::Begin(ArenaSpec arena) {
  End();
  arena_ = &ArenaOf(arena);
  provider_.Begin(*arena_);
  handles_ = 0;
  live_count_ = 0;
  given_.clear();
  regions_.Clear();
  slots_.clear();
  allocations_ = 0;
  just_freed_.reset();
  is_running_ = StatusFrom(port_.create(state_.data())) == Status::kOk;
}

const Arena& System::ArenaOf(ArenaSpec spec) {
  const auto found = std::ranges::find_if(
      arenas_, [&](const auto& arena) { return arena->spec() == spec; });
  if (found != arenas_.end()) return **found;
  if (arenas_.size() == kMaxArenas) arenas_.erase(arenas_.begin());
  return *arenas_.emplace_back(std::make_unique<Arena>(spec));
}

void System::End() {
  if (is_running_) port_.destroy(state_.data());
  is_running_ = false;
}

const char* System::Audit() const {
  return port_.audit == nullptr ? nullptr : port_.audit(state_.data());
}

const System::Slot* System::Held(std::uint32_t slot, SlotState state) const {
  if (slot >= slots_.size() || slots_[slot].state != state) return nullptr;
  return &slots_[slot];
}

Statistics System::ReadStatistics() const {
  if (port_.statistics == nullptr) return {};
  lockstep_statistics now{};
  port_.statistics(state_.data(), &now);
  Statistics statistics{now.total, now.used, now.available, std::nullopt};
  if (Promises(LOCKSTEP_COUNTS_REQUESTED)) statistics.requested = now.requested;
  return statistics;
}

Region System::Rounded(Region region) const {
  return RoundInward(region, OrOne(port_.unit_bytes));
}

bool System::MayUse() const {
  if (Pulls()) return is_running_ && HasHandle();
  return is_running_ &&
         (!given_.empty() || Promises(LOCKSTEP_DETECTS_USE_BEFORE_INIT));
}

bool System::HasSoundBounds(const Op& op) const {
  const std::uint64_t align = OrOne(port_.region_align_bytes);
  const std::uint64_t granule =
      op.verb == Verb::kInit ? OrOne(port_.init_granule_bytes) : align;
  const Region inner = Rounded({op.offset, op.offset + op.bytes});
  return op.offset % align == 0 && op.bytes % align == 0 &&
         op.bytes % granule == 0 && inner.start < inner.end &&
         !WrapsAround(*arena_, op);
}

// Within the arena, or past the end of the address space; the rest would be
// other people's memory, should the port accept it.
bool System::MayAddRegion(const Op& op) const {
  if (op.offset > arena_->spec().bytes || op.bytes > SIZE_MAX) return false;
  if (op.bytes > arena_->spec().bytes - op.offset) {
    return WrapsAround(*arena_, op) && Promises(LOCKSTEP_DETECTS_BAD_REGION);
  }
  if (!HasSoundBounds(op)) return Promises(LOCKSTEP_DETECTS_BAD_REGION);
  const Region inner = Rounded({op.offset, op.offset + op.bytes});
  return Promises(LOCKSTEP_DETECTS_OVERLAP) || !regions_.Overlaps(inner);
}

bool System::Fits(const Op& op) const {
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  if (op.bytes > SIZE_MAX || align > SIZE_MAX) return false;
  return (port_.max_request_bytes == 0 ||
          op.bytes <= port_.max_request_bytes) &&
         (port_.max_request_align == 0 || align <= port_.max_request_align);
}

bool System::MayFreeAgain(const Op& op) const {
  if (just_freed_ == op.slot && Promises(LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE)) {
    return true;
  }
  return Promises(LOCKSTEP_DETECTS_FREE_AGAIN) &&
         slots_[op.slot].allocations_before == allocations_;
}

// Inside the arena, so that a port which looks at it reads our memory.
bool System::MayFreeForeign(const Op& op) const {
  return Promises(LOCKSTEP_DETECTS_FOREIGN) && Fits(op) &&
         op.offset < arena_->spec().bytes && !IsGiven(op.offset);
}

bool System::MayFreeWith(const Slot& slot, const Op& op) const {
  if (!Promises(LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT) || !Fits(op)) return false;
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  return slot.offset % align != 0 || !regions_.Contains(slot.offset, op.bytes);
}

std::optional<Call> System::Resolve(const Op& op, std::size_t step) const {
  Call call{.op = op,
            .step = step,
            .pointer = nullptr,
            .offset = op.offset,
            .bytes = op.bytes,
            .align_bytes = std::uint64_t{1} << op.align_log2};
  if (!Aim(call)) return std::nullopt;
  return call;
}

bool System::Aim(Call& call) const {
  const Op& op = call.op;
  switch (op.verb) {
    case Verb::kInit:
      call.pointer = arena_->At(op.offset);
      return is_running_ && port_.init != nullptr && MayAddRegion(op) &&
             (given_.empty() || Promises(LOCKSTEP_DETECTS_SECOND_INIT));
    case Verb::kAdd:
      call.pointer = arena_->At(op.offset);
      return MayUse() && port_.add != nullptr && MayAddRegion(op);
    case Verb::kAllocate:
      return MayUse() && !IsLive(op.slot) && Fits(op);
    case Verb::kStatistics:
      return is_running_ && port_.statistics != nullptr;
    case Verb::kUsable:
      return is_running_ && port_.usable != nullptr && Fits(op);
    case Verb::kFreeNull:
      return MayFree() && Promises(LOCKSTEP_DETECTS_NULL) && Fits(op);
    case Verb::kFreeForeign:
      call.pointer = arena_->At(op.offset);
      return MayFree() && MayFreeForeign(op);
    case Verb::kFree:
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
    case Verb::kFreeOtherLayout:
      return AimAtSlot(call);
    default:
      return Pulls() && is_running_ && MayPull(op);
  }
}

bool System::AimAtSlot(Call& call) const {
  const Op& op = call.op;
  const bool is_again = op.verb == Verb::kFreeAgain;
  const Slot* slot =
      Held(op.slot, is_again ? SlotState::kFreed : SlotState::kLive);
  if (slot == nullptr) return false;
  const bool is_inside = op.verb == Verb::kFreeInside;
  call.offset = slot->offset + (is_inside ? op.offset : 0);
  call.pointer = arena_->At(call.offset);
  if (op.verb == Verb::kFreeOtherLayout) return MayFreeWith(*slot, op);
  call.bytes = slot->bytes;
  call.align_bytes = std::uint64_t{1} << slot->align_log2;
  if (is_again) return MayFreeAgain(op);
  return !is_inside || (Promises(LOCKSTEP_DETECTS_INTERIOR) && op.offset != 0 &&
                        op.offset < slot->bytes);
}

Outcome System::Perform(const Call& call) {
  Outcome outcome;
  provider_.ForgetCalls();
  switch (call.op.verb) {
    case Verb::kInit:
    case Verb::kAdd:
      outcome.status = Give(call);
      break;
    case Verb::kAllocate:
      outcome = Allocate(call);
      break;
    case Verb::kStatistics:
      outcome.status = Status::kOk;
      break;
    case Verb::kUsable: {
      std::size_t min_bytes = 0;
      std::size_t max_bytes = 0;
      outcome.status = StatusFrom(port_.usable(
          state_.data(), static_cast<std::size_t>(call.bytes),
          static_cast<std::size_t>(call.align_bytes), &min_bytes, &max_bytes));
      outcome.min_bytes = min_bytes;
      outcome.max_bytes = max_bytes;
      break;
    }
    case Verb::kFree:
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
    case Verb::kFreeForeign:
    case Verb::kFreeNull:
    case Verb::kFreeOtherLayout:
      outcome.status = Deallocate(call);
      break;
    default:
      outcome.status = PerformPull(call.op);
      break;
  }
  outcome.statistics = ReadStatistics();
  return outcome;
}

Status System::Give(const Call& call) {
  const auto give = call.op.verb == Verb::kInit ? port_.init : port_.add;
  const Status status = StatusFrom(
      give(state_.data(), call.pointer, static_cast<std::size_t>(call.bytes)));
  if (status == Status::kOk) {
    const Region region{call.offset, call.offset + call.bytes};
    given_.push_back(region);
    regions_.Add(Rounded(region));
    just_freed_.reset();
  }
  return status;
}

Outcome System::Allocate(const Call& call) {
  void* block = nullptr;
  Outcome outcome;
  outcome.status = StatusFrom(
      port_.allocate(state_.data(), static_cast<std::size_t>(call.bytes),
                     static_cast<std::size_t>(call.align_bytes), &block));
  if (outcome.status != Status::kOk) return outcome;
  outcome.offset = arena_->OffsetOf(block);
  const std::uint32_t slot = call.op.slot;
  if (slot >= slots_.size()) slots_.resize(std::size_t{slot} + 1);
  ++allocations_;
  ++live_count_;
  slots_[slot] = {outcome.offset, call.bytes, 0, call.op.align_log2,
                  SlotState::kLive};
  just_freed_.reset();
  return outcome;
}

Status System::Deallocate(const Call& call) {
  const Status status = StatusFrom(port_.deallocate(
      state_.data(), call.pointer, static_cast<std::size_t>(call.bytes),
      static_cast<std::size_t>(call.align_bytes)));
  const bool is_freed = IsDone(status);
  if (is_freed && call.op.verb == Verb::kFree) Freed(call.op.slot);
  return status;
}

void System::Freed(std::uint32_t slot) {
  --live_count_;
  slots_[slot].state = SlotState::kFreed;
  slots_[slot].allocations_before = allocations_;
  just_freed_ = slot;
}

}  // namespace lockstep
