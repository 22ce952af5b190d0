#include "models/threads/performance.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/shadow/contents.h"
#include "models/system/system.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostInBatch = 64;

// Memory was refused, given misaligned, or not taken back.
bool IsUnkind(const ProviderCall& call) {
  return !call.was_granted ||
         (call.is_take && call.offset % call.align_bytes != 0);
}

// Different for every op of a script.
std::uint64_t SeedOf(std::size_t step) {
  return (step + 1) * 0xD1342543DE82EF95;
}

}  // namespace

Performance::Performance(Stage& stage, const Op& op, std::size_t step)
    : stage_(stage),
      op_(op),
      port_(stage.port_),
      event_(),
      instance_(stage.InstanceOf(op)),
      state_(stage.StateOf(instance_)),
      bytes_(static_cast<std::size_t>(op.bytes)),
      align_(std::size_t{1} << op.align_log2) {
  event_.op = op;
  event_.step = step;
}

Performance::~Performance() {
  if (handle_) {
    stage_.Touch(&stage_.handles_[*handle_], 1, false);
    stage_.handles_[*handle_].fetch_sub(1, std::memory_order_release);
  }
  for (const Claim& claim : claims_) {
    stage_.Touch(claim.slot, 1, true);
    claim.slot->state.store(claim.then, std::memory_order_release);
  }
}

// An op that is skipped still gets a stamp.
Event Performance::Run() {
  if (stage_.watch_ != nullptr) stage_.watch_->Begin(event_.step);
  (void)stage_.provider_.TakeCalls();
  if (IsOffered()) Act();
  if (event_.before == 0) event_.before = event_.after = stage_.Draw();
  stage_.witness_.calls.fetch_add(2, std::memory_order_relaxed);
  return event_;
}

// Whether blocks may be allocated and freed.
bool Performance::HasMemory() const {
  return port_.init == nullptr || !stage_.regions_.empty() ||
         stage_.Promises(LOCKSTEP_DETECTS_USE_BEFORE_INIT);
}

bool Performance::IsOffered() const {
  if (NamesBlock(op_.verb) && !HasMemory()) return false;
  const bool fits =
      (port_.max_request_bytes == 0 || op_.bytes <= port_.max_request_bytes) &&
      (port_.max_request_align == 0 || align_ <= port_.max_request_align) &&
      op_.bytes <= SIZE_MAX;
  const bool may_change =
      port_.max_reallocate_align == 0 || align_ <= port_.max_reallocate_align;
  switch (op_.verb) {
    case Verb::kAllocate:
      return fits;
    case Verb::kAllocateZeroed:
      return fits && may_change && port_.allocate_zeroed != nullptr;
    case Verb::kReallocate:
      return fits && may_change && port_.reallocate != nullptr;
    case Verb::kReallocateZeroed:
      return fits && may_change && port_.reallocate_zeroed != nullptr;
    case Verb::kResize:
      return fits && port_.resize != nullptr;
    case Verb::kAllocateMany:
      return fits && port_.allocate_many != nullptr && op_.offset != 0 &&
             op_.offset <= kMostInBatch;
    case Verb::kFreeMany:
      return port_.deallocate_many != nullptr && op_.offset <= kMostInBatch;
    case Verb::kUsableOf:
      return port_.usable_of != nullptr;
    default:
      return true;
  }
}

void Performance::Act() {
  switch (op_.verb) {
    case Verb::kAllocate:
    case Verb::kAllocateZeroed:
      return Allocate();
    case Verb::kAllocateMany:
      return AllocateMany();
    case Verb::kFree:
      return Free();
    case Verb::kFreeMany:
      return FreeMany();
    case Verb::kReallocate:
    case Verb::kReallocateZeroed:
      return Reallocate();
    case Verb::kResize:
      return Resize();
    case Verb::kUsableOf:
      return UsableOf();
    case Verb::kStatistics:
    case Verb::kFootprint:
      return Ask();
    case Verb::kInit:
    case Verb::kAdd:
      return Give();
    case Verb::kAttach:
      return Attach();
    case Verb::kDetach:
      return Detach();
    case Verb::kTrim:
      return Trim();
    case Verb::kRefuse:
    case Verb::kMisalign:
    case Verb::kKeep:
      stage_.provider_.Obey(op_);
      event_.outcome.status = Status::kOk;
      return;
    default:
      return;  // Misuse is for one thread.
  }
}

Performance::Slot* Performance::ClaimSlot(std::uint64_t number,
                                          SlotState from) {
  if (number >= stage_.slot_count_) return nullptr;
  Slot& slot = stage_.slots_[number];
  stage_.Touch(&slot, 1, true);
  SlotState expected = from;
  if (!slot.state.compare_exchange_strong(expected, SlotState::kBusy,
                                          std::memory_order_acquire,
                                          std::memory_order_relaxed)) {
    return nullptr;
  }
  claims_.push_back({&slot, from});
  if (from == SlotState::kLive && !MayUse(slot)) return nullptr;
  return &slot;
}

// A block of another thread's instance belongs to that thread.
bool Performance::MayUse(const Slot& slot) const {
  if (slot.instance == instance_ || op_.thread == 0) return true;
  return op_.verb == Verb::kFree && stage_.Promises(LOCKSTEP_FREES_ELSEWHERE);
}

// Several threads may use a handle at once. So to the scheduler, claiming it is
// a read.
bool Performance::ClaimHandle() {
  if (port_.attach == nullptr) return true;
  const std::uint32_t first = op_.thread == 0 ? 0u : op_.thread - 1u;
  for (std::uint32_t i = 0; i < port_.handle_count; ++i) {
    const std::uint32_t handle = (first + i) % port_.handle_count;
    std::atomic<int>& users = stage_.handles_[handle];
    stage_.Touch(&users, 1, false);
    int now = users.load(std::memory_order_relaxed);
    while (now >= 0) {
      if (users.compare_exchange_weak(now, now + 1, std::memory_order_acquire,
                                      std::memory_order_relaxed)) {
        handle_ = handle;
        if (port_.use_handle != nullptr) port_.use_handle(state_, handle);
        return true;
      }
    }
  }
  return false;
}

lockstep_status Performance::Inside(
    Function function, const std::function<lockstep_status()>& call) {
  stage_.witness_.function.store(function, std::memory_order_relaxed);
  if (stage_.watch_ != nullptr) stage_.watch_->Enter();
  const lockstep_status status = call();
  if (stage_.watch_ != nullptr) stage_.watch_->Leave();
  return status;
}

void Performance::Call(Function function,
                       const std::function<lockstep_status()>& call) {
  event_.before = stage_.Draw();
  event_.outcome.status = StatusFrom(Inside(function, call));
  event_.after = stage_.Draw();
  event_.provider_calls = stage_.provider_.TakeCalls();
  event_.was_provider_unkind =
      std::ranges::any_of(event_.provider_calls, IsUnkind);
}

bool Performance::IsDone() const {
  return event_.outcome.status == Status::kOk ||
         (event_.outcome.status == Status::kFatalError &&
          event_.was_provider_unkind);
}

void Performance::Look(const Slot& slot) {
  std::byte* const block = stage_.arena_->At(slot.block.offset);
  stage_.Touch(block, slot.block.usable_bytes, false);
  if (event_.spoiled) return;
  const auto at = FirstDamage(block, slot.block.usable_bytes, slot.seed);
  if (at) event_.spoiled = WrongByte{slot.block, *at};
}

// A block that does not lie in the arena is not written to; the oracle will
// report it.
void Performance::Have(Claim& claim, void* block, std::uint64_t bytes,
                       std::uint64_t align_bytes) {
  Slot& slot = *claim.slot;
  const auto number = static_cast<std::uint32_t>(&slot - stage_.slots_.get());
  const std::uint64_t offset = stage_.arena_->OffsetOf(block);
  slot.block = {number, offset, bytes, align_bytes, bytes};
  slot.instance = instance_;
  claim.then = SlotState::kLive;
  event_.received.push_back(slot.block);
  const ArenaSpec& arena = stage_.arena_->spec();
  const bool is_inside =
      stage_.Promises(LOCKSTEP_OWN_MEMORY) ||
      (offset < arena.bytes && bytes <= arena.bytes - offset);
  if (!is_inside) {
    slot.block.usable_bytes = 0;
    return;
  }
  slot.seed = SeedOf(event_.step) + number;
  stage_.Touch(block, bytes, true);
  Fill(stage_.arena_->At(offset), bytes, slot.seed);
}

void Performance::Lose(Claim& claim) {
  event_.given_up.push_back(claim.slot->block);
  claim.then = SlotState::kEmpty;
}

void Performance::CheckZero(const HeldBlock& block, std::uint64_t from) {
  const std::byte* const start = stage_.arena_->At(block.offset);
  stage_.Touch(start, block.bytes, false);
  const auto at = FirstNonZero(start, from, block.bytes);
  if (at) event_.not_zero = WrongByte{block, *at};
}

}  // namespace lockstep::suite
