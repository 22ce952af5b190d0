// What the shadow knows of the whole interface: blocks of another size, of zeros,
// and many at once.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/script/text.h"
#include "models/shadow/contents.h"
#include "models/shadow/shadow.h"
#include "models/system/rules.h"

namespace lockstep::suite {

Verdict Shadow::CheckZeros(const Call& call, std::uint64_t offset,
                           std::uint64_t start) const {
  const auto at = FirstNonZero(system_->arena().At(offset), start, call.bytes,
                               TouchedPages());
  if (!at) return std::nullopt;
  return Violation{kZeroedRule.name, call.step,
                   Text("b", call.op.slot, " to hold zeros"),
                   Text("something else at its byte ", *at)};
}

// The block that it was is judged as it was until the call.
Verdict Shadow::ObserveLayout(const Call& call, const Outcome& outcome) {
  if (outcome.status != Status::kOk) {
    return ObserveLayoutRefusal(call, outcome.status);
  }
  std::optional<Block> before;
  // A block that moves is there twice for a while.
  const std::uint64_t both = weight_bytes_ + WeightOf(call.bytes);
  if (auto verdict = memory_->ObserveLive(both, call.step)) return verdict;
  if (call.pointer != nullptr) {
    before = blocks_.InSlot(call.op.slot);
    Leave(call.op.slot, call.held_bytes);
  }
  auto place = LiveBlocks::Place::kEnd;
  if (auto verdict = CheckPlace(call, outcome.offset, place)) return verdict;
  const std::uint64_t kept = std::min(call.held_bytes, call.bytes);
  if (before) {
    const auto damage =
        FirstDamageBefore(kept, system_->arena().At(outcome.offset),
                          before->bytes, before->seed, TouchedPages());
    if (damage) {
      return Violation{kContentsRule.name, call.step,
                       Text("the first ", kept, " bytes of b", call.op.slot,
                            " as its client left them"),
                       Text("other bytes from its byte ", *damage, " on")};
    }
  }
  if (call.op.verb == Verb::kReallocateZeroed) {
    const std::uint64_t start = std::max(call.held_bytes, outcome.number);
    if (auto verdict = CheckZeros(call, outcome.offset, start)) return verdict;
  }
  Enter(call, call.op.slot, outcome.offset, place);
  return std::nullopt;
}

Verdict Shadow::ObserveLayoutRefusal(const Call& call, Status status) {
  const bool must_serve =
      call.op.verb == Verb::kResize ? MustResize(call) : MustFit(call);
  if (auto verdict = ObserveRefusal(call, status, must_serve)) return verdict;
  if (call.pointer == nullptr) return std::nullopt;
  return CheckContents(blocks_.InSlot(call.op.slot), call.step);
}

// Refused as a free would be, and the block is as it was. NO_MEMORY would mean that
// the port believed the layout.
Verdict Shadow::ObserveOtherLayout(const Call& call, Status status) {
  if (memory_->MayRefuseWith(status) && !memory_->MayRefuseFreeWith(status)) {
    return NotDetected(call, status);
  }
  if (auto verdict = ObserveFree(call, status)) return verdict;
  return CheckContents(blocks_.InSlot(call.op.slot), call.step);
}

Verdict Shadow::ObserveSteps(const Call& call) {
  const lockstep_port& port = system_->port();
  most_live_ = std::max<std::uint64_t>(most_live_, system_->live_count());
  const std::uint64_t n = 1 + system_->memory().pieces().size() + most_live_;
  std::uint64_t most = port.steps_factor;
  if (port.steps_growth == LOCKSTEP_STEPS_LINEAR) most *= n;
  if (port.steps_growth == LOCKSTEP_STEPS_LOGARITHMIC) {
    most *= static_cast<std::uint64_t>(std::bit_width(n - 1));
  }
  if (IsBatch(call.op.verb)) most *= batch_.size() + 1;
  // Preceded by a usable_of.
  if (call.op.verb == Verb::kReallocateZeroed) most *= 2;
  const std::uint64_t now = system_->StepsOfPort();
  const std::uint64_t visited = now - std::exchange(steps_before_, now);
  if (visited <= most) return std::nullopt;
  return Violation{kStepsRule.name, call.step,
                   Text("at most ", most, " nodes visited, where ", most_live_,
                        " blocks were live at most"),
                   Text(visited)};
}

bool Shadow::MustResize(const Call& call) const {
  if (call.bytes <= call.held_bytes) {
    return system_->Promises(LOCKSTEP_RESIZE_SHRINKS);
  }
  if (!system_->Promises(LOCKSTEP_RESIZE_GROWS)) return false;
  const auto needed = system_->Needs(call.bytes, call.align_bytes);
  return needed && *needed <= RoomFrom(call.offset);
}

std::uint64_t Shadow::RoomFrom(std::uint64_t offset) const {
  const auto spans = memory_->spans();
  const auto span = std::ranges::find_if(
      spans, [&](Region one) { return one.Contains(offset, 1); });
  if (span == spans.end()) return 0;
  const Block& next = blocks_.At(blocks_.Find(offset + 1));
  return std::min(span->end, next.offset) - offset;
}

bool Shadow::HasGap(std::uint64_t bytes) const {
  return std::ranges::any_of(memory_->spans(), [&](Region span) {
    auto place = blocks_.Find(span.start);
    // One that begins in the span before may reach into this one.
    std::uint64_t start = std::max(span.start, blocks_.Before(place).end);
    while (blocks_.At(place).offset < span.end) {
      const Block& block = blocks_.At(place);
      if (block.offset - start >= bytes) return true;
      start = block.end;
      place = blocks_.After(place);
    }
    return span.end >= start && span.end - start >= bytes;
  });
}

Verdict Shadow::ObserveZeroed(const Call& call, const Outcome& outcome) {
  if (!Overflows(call.op)) return ObserveAllocate(call, outcome);
  if (outcome.status != Status::kOk) {
    return ObserveRefusal(call, outcome.status, false);
  }
  return Violation{kZeroedRule.name, call.step,
                   Text("an error, because ", call.op.offset, " times ",
                        call.op.bytes, " bytes overflow"),
                   "ok"};
}

// The client writes to all of it.
Verdict Shadow::ObserveUsableOf(const Call& call, const Outcome& outcome) {
  if (outcome.status == Status::kInvalidParam) return std::nullopt;
  if (outcome.status != Status::kOk) {
    return Violation{kStatusRule.name, call.step, "ok or invalid_param",
                     std::string(NameOf(outcome.status))};
  }
  const std::uint64_t usable = outcome.number;
  const auto broken = [&](std::string expected, std::string came) {
    return Violation{kUsableRule.name, call.step, std::move(expected),
                     std::move(came)};
  };
  if (usable < call.held_bytes) {
    return broken(Text("at least ", call.held_bytes), Text(usable));
  }
  const Block& live = blocks_.InSlot(call.op.slot);
  const Region told{call.offset, call.offset + usable};
  if (!memory_->Contains(call.offset, std::max<std::uint64_t>(usable, 1))) {
    return broken("bytes inside " + memory_->Describe(), TextOf(told));
  }
  const Block& next = blocks_.At(blocks_.Find(call.offset + 1));
  if (next.offset < told.end) {
    return broken("bytes that nobody else has",
                  Text(TextOf(told), ", where b", next.slot, " is live at ",
                       TextOf({next.offset, next.end})));
  }
  if (usable <= live.bytes) return std::nullopt;
  Block wider = live;
  wider.bytes = usable;
  wider.end = std::max(wider.end, told.end);
  Erase(call.op.slot);
  Insert(blocks_.Find(call.offset), wider);
  Fill(system_->arena().At(call.offset), usable, wider.seed, TouchedPages());
  return std::nullopt;
}

Verdict Shadow::ObserveFootprint(const Call& call,
                                 const Outcome& outcome) const {
  if (outcome.number >= requested_bytes_) return std::nullopt;
  return Violation{kConservedRule.name, call.step,
                   Text("a footprint of at least the ", requested_bytes_,
                        " bytes that are live"),
                   Text(outcome.number)};
}

Verdict Shadow::ObserveMany(const Call& call, const Outcome& outcome) {
  if (outcome.status != Status::kOk) {
    const bool one_must =
        system_->Promises(LOCKSTEP_SERVES_SOME) || batch_.size() == 1;
    return ObserveRefusal(call, outcome.status, one_must && MustFit(call));
  }
  const std::uint64_t least =
      system_->Promises(LOCKSTEP_SERVES_SOME) ? 1 : batch_.size();
  if (outcome.number < least || outcome.number > batch_.size()) {
    return Violation{kStatusRule.name, call.step,
                     least == 1 ? Text("1 to ", batch_.size(), " blocks")
                                : Text(batch_.size(), " blocks"),
                     Text(outcome.number)};
  }
  for (std::size_t i = 0; i < outcome.number; ++i) {
    const std::uint32_t slot = batch_[i];
    const std::uint64_t offset = system_->slots()[slot].offset;
    auto place = LiveBlocks::Place::kEnd;
    if (auto verdict = CheckPlace(call, offset, place)) return verdict;
    Enter(call, slot, offset, place);
  }
  return std::nullopt;
}

Verdict Shadow::ObserveFreeMany(const Call& call, Status status) {
  if (system_->IsDone(status)) {
    for (const std::uint32_t slot : batch_) Leave(slot, call.bytes);
    just_freed_.reset();
    return std::nullopt;
  }
  const bool is_known = memory_->MayRefuseFreeWith(status);
  return Violation{is_known ? kAcceptedRule.name : kStatusRule.name, call.step,
                   "ok", std::string(NameOf(status))};
}

}  // namespace lockstep::suite
