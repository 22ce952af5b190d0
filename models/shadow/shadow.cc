#include "models/shadow/shadow.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

[[gnu::cold]] Verdict Broken(Rule rule, std::size_t step, std::string expected,
                             std::string came) {
  return Violation{rule.name, step, std::move(expected), std::move(came)};
}

}  // namespace

void Shadow::Begin(const System& system) {
  system_ = &system;
  memory_ = MemoryRecord::Of(system);
  is_provided_ = MemoryKindOf(system.port()) == MemoryKind::kProvider;
  coalesces_ = system.Promises(LOCKSTEP_COALESCES);
  blocks_.Clear();
  before_ = system.ReadStatistics();
  requested_bytes_ = 0;
  just_freed_.reset();
  batch_.clear();
  steps_before_ = system.StepsOfPort();
  most_live_ = 0;
  weight_bytes_ = 0;
}

Verdict Shadow::Before(const Call& call) {
  change_ = {};
  if (call.op.verb == Verb::kAllocate) return std::nullopt;
  return BeforeOther(call);
}

// Flattened, as is all that a request or a free takes: calls would be a tenth of
// its instructions.
[[gnu::flatten]] Verdict Shadow::BeforeOther(const Call& call) {
  switch (call.op.verb) {
    case Verb::kInit:
    case Verb::kAdd:
      memory_->Before(call);
      return std::nullopt;
    case Verb::kFree:
    case Verb::kReallocate:
    case Verb::kReallocateZeroed:
    case Verb::kResize:
    case Verb::kReallocateOtherLayout:
    case Verb::kResizeOtherLayout:
    case Verb::kUsableOf:
      if (call.pointer == nullptr) return std::nullopt;
      return CheckContents(blocks_.InSlot(call.op.slot), call.step);
    case Verb::kAllocateMany:
    case Verb::kFreeMany:
      return BeforeMany(call);
    default:
      return std::nullopt;
  }
}

Verdict Shadow::BeforeMany(const Call& call) {
  system_->BatchOf(call.op, batch_);
  for (const std::uint32_t slot : batch_) {
    if (!system_->IsLive(slot)) continue;
    if (auto verdict = CheckContents(blocks_.InSlot(slot), call.step)) {
      return verdict;
    }
  }
  return std::nullopt;
}

[[gnu::flatten]] Verdict Shadow::Observe(const Call& call,
                                         const Outcome& outcome) {
  if (auto verdict = is_provided_ ? ObserveProvided(call, outcome)
                                  : ObserveOther(call, outcome)) {
    return verdict;
  }
  if (system_->port().steps_growth != 0) {
    if (auto verdict = ObserveSteps(call)) return verdict;
  }
  return ObserveStatistics(call, outcome);
}

// What was taken is there before the block that lies in it, and a block that is
// freed is gone before the slab that it was in.
Verdict Shadow::ObserveProvided(const Call& call, const Outcome& outcome) {
  const bool is_free =
      call.op.verb == Verb::kFree || call.op.verb == Verb::kFreeMany;
  Verdict verdict = memory_->ObserveCalls(call.step);
  if (!verdict && !is_free) verdict = ObserveGivenBack(call);
  if (!verdict) verdict = ObserveOther(call, outcome);
  if (!verdict && is_free) verdict = ObserveGivenBack(call);
  if (!verdict) verdict = memory_->ObserveLive(weight_bytes_, call.step);
  return verdict;
}

Verdict Shadow::ObserveOther(const Call& call, const Outcome& outcome) {
  switch (call.op.verb) {
    case Verb::kAllocate:
      return ObserveAllocate(call, outcome);
    case Verb::kStatistics:
      return std::nullopt;
    case Verb::kUsable:
      return ObserveUsable(call, outcome);
    case Verb::kFree:
    case Verb::kFreeAgain:
    case Verb::kFreeInside:
    case Verb::kFreeForeign:
    case Verb::kFreeNull:
    case Verb::kFreeOtherLayout:
      return ObserveFree(call, outcome.status);
    case Verb::kReallocate:
    case Verb::kReallocateZeroed:
    case Verb::kResize:
      return ObserveLayout(call, outcome);
    case Verb::kAllocateZeroed:
      return ObserveZeroed(call, outcome);
    case Verb::kUsableOf:
      return ObserveUsableOf(call, outcome);
    case Verb::kFootprint:
      return ObserveFootprint(call, outcome);
    case Verb::kAllocateMany:
      return ObserveMany(call, outcome);
    case Verb::kFreeMany:
      return ObserveFreeMany(call, outcome.status);
    case Verb::kReallocateOtherLayout:
    case Verb::kResizeOtherLayout:
      return ObserveOtherLayout(call, outcome.status);
    default:
      return ObserveMemory(call, outcome.status);
  }
}

Verdict Shadow::ObserveMemory(const Call& call, Status status) {
  if (system_->IsDone(status)) just_freed_.reset();
  return memory_->Observe(call, status);
}

// A block that is given another layout may have left its slab.
Verdict Shadow::ObserveGivenBack(const Call& call) const {
  const bool may_move = IsRequest(call.op.verb) && call.pointer != nullptr;
  for (const ProviderCall& back : system_->memory().calls()) {
    if (back.is_take) continue;
    auto place = blocks_.Find(back.offset);
    if (may_move && place == LiveBlocks::PlaceOf(call.op.slot)) {
      place = blocks_.After(place);
    }
    const Block& live = blocks_.At(place);
    if (place != LiveBlocks::Place::kEnd &&
        live.offset - back.offset < back.bytes) {
      return Broken(kLedgerRule, call.step, "only what is empty given back",
                    Text("offset ", back.offset, " size ", back.bytes,
                         ", where b", live.slot, " is live"));
    }
  }
  return std::nullopt;
}

[[gnu::flatten]] Verdict Shadow::ObserveFree(const Call& call, Status status) {
  const bool is_misuse = call.op.verb != Verb::kFree;
  const bool is_done = system_->IsDone(status);
  if (!is_done && !memory_->MayRefuseFreeWith(status)) {
    return Broken(kStatusRule, call.step, "ok, or an error of freeing",
                  std::string(NameOf(status)));
  }
  if (is_misuse != is_done) {
    if (is_misuse) return std::nullopt;
    Leave(call.op.slot, call.bytes);
    just_freed_ = Request{call.bytes, call.align_bytes};
    return std::nullopt;
  }
  return is_misuse ? NotDetected(call, status)
                   : Broken(kAcceptedRule, call.step, "ok",
                            std::string(NameOf(status)));
}

Verdict Shadow::NotDetected(const Call& call, Status status) const {
  std::string expected = "an error of freeing";
  if (IsOfOtherLayout(call.op.verb)) {
    const System::Slot& slot = system_->slots()[call.op.slot];
    expected += Text(", because b", call.op.slot, " has size=", slot.bytes,
                     " align=", std::uint64_t{1} << slot.align_log2);
  }
  return Broken(kDetectedRule, call.step, std::move(expected),
                std::string(NameOf(status)));
}

Verdict Shadow::ObserveUsable(const Call& call, const Outcome& outcome) {
  if (outcome.status != Status::kOk &&
      outcome.status != Status::kInvalidParam) {
    return Broken(kStatusRule, call.step, "ok or invalid_param",
                  std::string(NameOf(outcome.status)));
  }
  if (outcome.status == Status::kOk &&
      (outcome.min_bytes < call.bytes ||
       outcome.max_bytes < outcome.min_bytes)) {
    return Broken(kUsableRule, call.step, Text(call.bytes, " <= min <= max"),
                  Text("min=", outcome.min_bytes, " max=", outcome.max_bytes));
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
