#include "models/threads/event_rules.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/system/rules.h"
#include "models/threads/request.h"

namespace lockstep::suite {
namespace {

Verdict Broken(const Rule& rule, const Event& event, std::string expected) {
  return Violation{rule.name, event.step, std::move(expected),
                   std::string(NameOf(event.outcome.status))};
}

bool IsErrorOfSlabs(Status status) {
  return status == Status::kAlignmentMismatch || status == Status::kFatalError;
}

bool MayRefuseWith(Status status, bool is_pulling) {
  if (status == Status::kInvalidParam) return true;
  return is_pulling ? status == Status::kOutOfMemory || IsErrorOfSlabs(status)
                    : status == Status::kNoMemory;
}

bool MayRefuseFreeWith(Status status, bool is_pulling) {
  if (status == Status::kInvalidParam) return true;
  return is_pulling
             ? status == Status::kInvalidPointer || IsErrorOfSlabs(status)
             : status == Status::kNotAllocated;
}

Verdict JudgeFree(const Event& event, bool is_pulling) {
  const Status status = event.outcome.status;
  if (status != Status::kOk && !MayRefuseFreeWith(status, is_pulling)) {
    return Broken(kStatusRule, event, "ok, or an error of freeing");
  }
  if (InfoOf(event.op.verb).is_misuse) {
    if (status != Status::kOk) return std::nullopt;
    return Broken(kDetectedRule, event, "an error of freeing");
  }
  if (IsDone(event)) return std::nullopt;
  return Broken(kAcceptedRule, event, "ok");
}

Verdict JudgeFamily(const lockstep_port& port, const Event& event) {
  const Status status = event.outcome.status;
  if (status == Status::kOk) return std::nullopt;
  const bool may_fail =
      status == Status::kFatalError || (event.op.verb == Verb::kAttach &&
                                        (status == Status::kOutOfMemory ||
                                         status == Status::kAlignmentMismatch));
  if (!may_fail) return Broken(kStatusRule, event, "ok, or an error of slabs");
  if (HasProviderFailed(event, UINT64_MAX) ||
      !Promises(port, LOCKSTEP_SERVES_WHILE_PROVIDED)) {
    return std::nullopt;
  }
  return Broken(kAcceptedRule, event, "ok, because the provider did its part");
}

Verdict JudgeQuery(const Event& event) {
  const Status status = event.outcome.status;
  const Verb verb = event.op.verb;
  const bool may_refuse = verb == Verb::kUsable || verb == Verb::kUsableOf;
  if (status == Status::kOk) return std::nullopt;
  if (may_refuse && status == Status::kInvalidParam) return std::nullopt;
  return Broken(kStatusRule, event, may_refuse ? "ok or invalid_param" : "ok");
}

Verdict WrongIn(const Rule& rule, const Event& event, const WrongByte& wrong,
                const char* expected) {
  return Violation{
      rule.name, event.step,
      Text("b", wrong.block.slot, " at offset ", wrong.block.offset, expected),
      Text("other bytes from its byte ", wrong.at, " on")};
}

Verdict JudgeUsable(const Event& event, const std::optional<HeldBlock>& held) {
  const Outcome& outcome = event.outcome;
  if (outcome.status != Status::kOk) return std::nullopt;
  if (event.op.verb == Verb::kUsableOf && held &&
      outcome.number < held->bytes) {
    return Violation{kUsableRule.name, event.step,
                     Text("at least ", held->bytes), Text(outcome.number)};
  }
  if (event.op.verb == Verb::kUsable &&
      (outcome.min_bytes < event.op.bytes ||
       outcome.max_bytes < outcome.min_bytes)) {
    return Violation{
        kUsableRule.name, event.step, Text(event.op.bytes, " <= min <= max"),
        Text("min=", outcome.min_bytes, " max=", outcome.max_bytes)};
  }
  for (const HeldBlock& block : event.received) {
    if (block.usable_bytes >= block.bytes) continue;
    return Violation{kUsableRule.name, event.step,
                     Text("at least ", block.bytes, " bytes in b", block.slot),
                     Text(block.usable_bytes)};
  }
  return std::nullopt;
}

}  // namespace

Verdict JudgeStatus(const lockstep_port& port, const Event& event) {
  const bool is_pulling = MemoryKindOf(port) == MemoryKind::kProvider;
  const Status status = event.outcome.status;
  const Verb verb = event.op.verb;
  if (IsRequest(verb)) {
    if (status == Status::kOk || MayRefuseWith(status, is_pulling)) return {};
    return Broken(kStatusRule, event, "an error of allocation");
  }
  switch (verb) {
    case Verb::kAttach:
    case Verb::kDetach:
    case Verb::kTrim:
      return JudgeFamily(port, event);
    case Verb::kStatistics:
    case Verb::kUsable:
    case Verb::kUsableOf:
    case Verb::kFootprint:
      return JudgeQuery(event);
    case Verb::kInit:  // Of these, see Grounds.
    case Verb::kAdd:
    case Verb::kRefuse:  // These are the harness's.
    case Verb::kMisalign:
    case Verb::kKeep:
    case Verb::kCorrupt:
      return std::nullopt;
    default:
      return JudgeFree(event, is_pulling);
  }
}

Verdict JudgeBytes(const Event& event, const std::optional<HeldBlock>& held) {
  if (event.spoiled) {
    return WrongIn(kContentsRule, event, *event.spoiled,
                   " as its client left it");
  }
  if (event.not_zero) {
    return WrongIn(kZeroedRule, event, *event.not_zero, " to hold zeros");
  }
  if (event.op.verb == Verb::kAllocateZeroed && Overflows(event.op) &&
      event.outcome.status == Status::kOk) {
    return Violation{kZeroedRule.name, event.step,
                     Text("an error, because ", event.op.offset, " times ",
                          event.op.bytes, " bytes overflow"),
                     "ok"};
  }
  return JudgeUsable(event, held);
}

}  // namespace lockstep::suite
