#include "models/system/system.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "models/script/memory_kind.h"
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

System::System(const lockstep_port& port, Witness* witness)
    : port_(port),
      own_witness_(witness == nullptr ? std::make_unique<Witness>() : nullptr),
      witness_(witness == nullptr ? own_witness_.get() : witness),
      state_(port.state_bytes, port.state_align != 0
                                   ? port.state_align
                                   : alignof(std::max_align_t)),
      memory_(MakeSource(*this, state_.data())),
      has_provider_(MemoryKindOf(port) == MemoryKind::kProvider) {}

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
  allocations_ = 0;
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
  live_count_ = 0;
  slots_.clear();
  just_freed_.reset();
  memory_->End();
}

bool System::HasKeptMemory() const {
  return std::ranges::any_of(memory_->calls(), [](const ProviderCall& call) {
    return !call.is_take && !call.was_granted;
  });
}

std::optional<Call> System::Resolve(const Op& op, std::size_t step) const {
  Call call;
  return Resolve(op, step, call) ? std::optional(call) : std::nullopt;
}

Outcome System::Perform(const Call& call) {
  Outcome outcome;
  Perform(call, outcome);
  return outcome;
}

Outcome System::AnswerOther(const Call& call) {
  switch (call.op.verb) {
    case Verb::kUsable:
      return Usable(call);
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
    case Verb::kFreeForeign:
    case Verb::kFreeNull:
    case Verb::kFreeOtherLayout:
      return Misuse(call);
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
    case Verb::kReallocateOtherLayout:
    case Verb::kResizeOtherLayout:
      return ChangeOtherLayout(call);
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

void System::AddSlots(std::uint32_t slot) {
  slots_.resize(std::size_t{slot} + 1);
}

Outcome System::Misuse(const Call& call) {
  Outcome outcome;
  outcome.status = TryMisuse(DetectedBy(call.op), Function::kDeallocate,
                             [&] { return Free(call); });
  return outcome;
}

}  // namespace lockstep::suite
