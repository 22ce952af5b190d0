#include "models/system/system.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "models/script/memory_kind.h"
#include "models/system/deadly.h"
#include "models/system/junk.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kMaxArenas = 16;

std::unique_ptr<MemorySource> MakeSource(const System& system, void* state) {
  switch (MemoryKindOf(system.port())) {
    case MemoryKind::kRegions:
      return MakeGivenRegions(system, state);
    case MemoryKind::kProvider:
      return MakeProvidedMemory(system, state);
    default:
      return std::make_unique<MemorySource>();
  }
}

// Of each port whose state is in globals, the system that began last.
auto& Ones() {
  static std::map<decltype(lockstep_port::create), System*> ones;
  return ones;
}

}  // namespace

Status StatusFrom(lockstep_status status) {
  return status >= LOCKSTEP_OK && status <= LOCKSTEP_FATAL_ERROR
             ? static_cast<Status>(status)
             : Status::kUnknown;
}

System::System(const lockstep_port& port, Witness* witness)
    : port_(port),
      own_witness_(witness == nullptr ? std::make_unique<Witness>() : nullptr),
      witness_(witness == nullptr ? own_witness_.get() : witness),
      state_(port.state_bytes, port.state_align != 0
                                   ? port.state_align
                                   : alignof(std::max_align_t)),
      memory_(MakeSource(*this, state_.data())) {}

System::~System() {
  End();
  if (Promises(LOCKSTEP_ONE_INSTANCE)) {
    std::erase_if(Ones(), [&](const auto& one) { return one.second == this; });
  }
}

// Where there can be but one instance, that of another system is ended first.
void System::BeTheOne() {
  System*& one = Ones()[port_.create];
  if (one != nullptr && one != this) one->End();
  one = this;
}

void System::Begin(ArenaSpec arena, std::uint64_t junk) {
  End();
  if (Promises(LOCKSTEP_ONE_INSTANCE)) BeTheOne();
  arena_ = Promises(LOCKSTEP_OWN_MEMORY) ? &addresses_ : &ArenaOf(arena);
  arena_->Forget();
  memory_->Begin();
  live_count_ = 0;
  slots_.clear();
  allocations_ = 0;
  just_freed_.reset();
  deaths_ = 0;
  junk_ = junk;
  FillWithJunk({state_.data(), port_.state_bytes}, junk);
  const Witness::Call calling(*witness_, Function::kCreate);
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
  if (is_running_) {
    const Witness::Call calling(*witness_, Function::kDestroy);
    port_.destroy(state_.data());
  }
  is_running_ = false;
  memory_->End();
}

bool System::IsDone(Status status) const {
  if (status != Status::kFatalError) return status == Status::kOk;
  return std::ranges::any_of(memory_->calls(), [](const ProviderCall& call) {
    return !call.is_take && !call.was_granted;
  });
}

void System::ReadStatistics(Statistics& statistics) const {
  if (port_.statistics == nullptr || !is_running_) return;
  lockstep_statistics now{};
  {
    const Witness::Call calling(*witness_, Function::kStatistics);
    port_.statistics(state_.data(), &now);
  }
  statistics.total = now.total;
  statistics.used = now.used;
  statistics.available = now.available;
  if (Promises(LOCKSTEP_COUNTS_REQUESTED)) statistics.requested = now.requested;
}

Outcome System::Perform(const Call& call) {
  memory_->ForgetCalls();
  Outcome outcome = Answer(call);
  ReadStatistics(outcome.statistics);
  return outcome;
}

Outcome System::Answer(const Call& call) {
  switch (call.op.verb) {
    case Verb::kAllocate:
      return Allocate(call);
    case Verb::kUsable:
      return Usable(call);
    case Verb::kFree:
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
    case Verb::kFreeForeign:
    case Verb::kFreeNull:
    case Verb::kFreeOtherLayout:
      return Deallocate(call);
    case Verb::kReallocate:
    case Verb::kReallocateZeroed:
      return Reallocate(call);
    case Verb::kResize:
      return Resize(call);
    case Verb::kAllocateZeroed:
      return AllocateZeroed(call);
    case Verb::kUsableOf:
      return UsableOf(call);
    case Verb::kFootprint:
      return Footprint();
    case Verb::kAllocateMany:
      return AllocateMany(call);
    case Verb::kFreeMany:
      return FreeMany(call);
    default:
      return AskMemory(call);
  }
}

Outcome System::AskMemory(const Call& call) {
  Outcome outcome;
  outcome.status = Status::kOk;
  if (call.op.verb == Verb::kStatistics) return outcome;
  outcome.status = memory_->Perform(call);
  if (IsDone(outcome.status)) just_freed_.reset();
  return outcome;
}

Outcome System::Usable(const Call& call) const {
  std::size_t min_bytes = 0;
  std::size_t max_bytes = 0;
  Outcome outcome;
  const Witness::Call calling(*witness_, Function::kUsable);
  outcome.status = StatusFrom(port_.usable(
      state_.data(), static_cast<std::size_t>(call.bytes),
      static_cast<std::size_t>(call.align_bytes), &min_bytes, &max_bytes));
  outcome.min_bytes = min_bytes;
  outcome.max_bytes = max_bytes;
  return outcome;
}

Status System::Request(const Call& call, void*& block) {
  const Witness::Call calling(*witness_, Function::kAllocate);
  return StatusFrom(
      port_.allocate(state_.data(), static_cast<std::size_t>(call.bytes),
                     static_cast<std::size_t>(call.align_bytes), &block));
}

Outcome System::Allocate(const Call& call) {
  void* block = nullptr;
  Outcome outcome;
  outcome.status = Request(call, block);
  if (outcome.status != Status::kOk) return outcome;
  outcome.offset = arena_->OffsetOf(block);
  Had(call.op.slot, outcome.offset, call);
  return outcome;
}

void System::Had(std::uint32_t slot, std::uint64_t offset, const Call& call) {
  if (slot >= slots_.size()) slots_.resize(std::size_t{slot} + 1);
  if (slots_[slot].state != SlotState::kLive) ++live_count_;
  ++allocations_;
  slots_[slot] = {offset, call.bytes, 0,
                  static_cast<std::uint8_t>(std::countr_zero(call.align_bytes)),
                  SlotState::kLive};
  just_freed_.reset();
}

Outcome System::Deallocate(const Call& call) {
  Outcome outcome;
  const auto detects = DetectedBy(call.op);
  if (Promises(detects)) {
    const Witness::Call calling(*witness_, Function::kDeallocate);
    outcome.status = Free(call);
  } else {
    ++deaths_;
    const Death death{port_.death_signals, port_.death_exit_code};
    // Here, and not in the copy, which would not get to its end.
    const Witness::Call calling(*witness_, Function::kDeallocate);
    outcome.status = StatusOfDeadly(death, [&] { return Free(call); });
  }
  const bool is_freed = IsDone(outcome.status);
  if (is_freed && call.op.verb == Verb::kFree) Freed(call.op.slot);
  return outcome;
}

Status System::Free(const Call& call) {
  return StatusFrom(port_.deallocate(
      state_.data(), call.pointer, static_cast<std::size_t>(call.bytes),
      static_cast<std::size_t>(call.align_bytes)));
}

void System::Freed(std::uint32_t slot) {
  --live_count_;
  slots_[slot].state = SlotState::kFreed;
  slots_[slot].allocations_before = allocations_;
  just_freed_ = slot;
}

}  // namespace lockstep::suite
