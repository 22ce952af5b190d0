#include "models/threads/judgement.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/system/rules.h"
#include "models/threads/any_order.h"
#include "models/threads/at_rest.h"
#include "models/threads/linearise.h"

namespace lockstep::suite {
namespace {

// Limits the search for an order, which is only one of many checks.
constexpr std::uint64_t kMostNodesOfScript = 1 << 14;

}  // namespace

// A script whose threads have ended, and the ops that are performed after it.
struct HistoryJudge::Case {
  Stage& stage;
  const Script& script;
  History history;
  bool is_trimmed = false;

  std::size_t NextStep() const { return history.size(); }
  Scene PlaceOf() const {
    const bool is_own = stage.Promises(LOCKSTEP_OWN_MEMORY);
    return {
        .port = stage.port(),
        .arena = stage.arena().spec(),
        .regions = stage.regions(),
        .provider_calls = stage.provider_calls(),
        .is_apart = stage.IsApart(),
        .base_address =
            is_own ? 0 : reinterpret_cast<std::uintptr_t>(stage.arena().base()),
        .state = stage.state()};
  }
  Rest RestOf() const;
  Status Do(Op op);
  void FreeAll();
  void DetachAll();
};

Rest HistoryJudge::Case::RestOf() const {
  Rest rest{.step = NextStep(),
            .has_handle = stage.HasHandle(),
            .is_trimmed = is_trimmed,
            .is_apart = stage.IsApart()};
  for (const HeldBlock& block : stage.Live()) {
    ++rest.live_blocks;
    rest.live_bytes += block.bytes;
  }
  return rest;
}

Status HistoryJudge::Case::Do(Op op) {
  Event event = stage.Perform(op, NextStep());
  const Status status = event.outcome.status;
  if (status != Status::kSkipped) history.push_back(std::move(event));
  return status;
}

// Where threads have instances of their own, each block is freed by the thread
// from whose instance it came.
void HistoryJudge::Case::FreeAll() {
  std::map<std::uint32_t, std::uint8_t> owners;
  if (stage.IsApart()) {
    for (const Event& event : history) {
      for (const HeldBlock& block : event.received) {
        owners[block.slot] = std::max<std::uint8_t>(event.op.thread, 1);
      }
    }
  }
  for (const HeldBlock& block : stage.Live()) {
    Do({.verb = Verb::kFree,
        .thread = stage.IsApart() ? owners[block.slot] : std::uint8_t{0},
        .slot = block.slot});
  }
}

void HistoryJudge::Case::DetachAll() {
  for (std::uint32_t handle = 0; handle < stage.port().handle_count; ++handle) {
    Do({.verb = Verb::kDetach, .slot = handle});
  }
}

std::string OrderCounts::InWords() const {
  if (not_judged == 0) return "";
  return Text("the rule `order` was not judged for ", not_judged, " of ",
              judged + not_judged, " runs: more than ", kMostOverlapping,
              " operations overlapped, or there were too many orders\n");
}

Verdict HistoryJudge::JudgeHistoryOf(const Case& its) {
  const Scene scene = its.PlaceOf();
  if (auto verdict = JudgeHistory(scene, its.history)) return verdict;
  Linearised came = Linearise(scene, its.history, its.stage.ReadStatistics(),
                              kMostNodesOfScript);
  if (orders_ != nullptr && came.has_specification) {
    ++(came.why_not.empty() ? orders_->judged : orders_->not_judged);
  }
  return std::move(came.verdict);
}

Verdict HistoryJudge::JudgeRestOf(const Case& its) {
  const lockstep_port& port = its.stage.port();
  const Rest rest = its.RestOf();
  if (const auto spoiled = its.stage.FirstSpoiled()) {
    return Violation{kContentsRule.name, rest.step,
                     Text("what was written into b", spoiled->block.slot),
                     Text("another byte, ", spoiled->at, " behind its start")};
  }
  if (const char* const broken = its.stage.Audit()) {
    return Violation{kAuditRule.name, rest.step, "no broken invariant", broken};
  }
  if (const auto statistics = its.stage.ReadStatistics()) {
    if (auto verdict = JudgeStatisticsAtRest(port, rest, *statistics)) {
      return verdict;
    }
  }
  if (MemoryKindOf(port) != MemoryKind::kProvider) return std::nullopt;
  return JudgeLedgerAtRest(port, rest, its.stage.provider_calls());
}

Verdict HistoryJudge::JudgeRestoredOf(Case& its) {
  const Stage& stage = its.stage;
  const bool has_slot = std::ranges::any_of(
      its.script.ops, [](const Op& op) { return NamesBlock(op.verb); });
  if (!has_slot || stage.IsApart() || !stage.Promises(LOCKSTEP_RESTORES) ||
      stage.Promises(LOCKSTEP_ONE_INSTANCE) || stage.regions().empty()) {
    return std::nullopt;
  }
  const Rest rest = its.RestOf();
  const std::uint64_t bytes =
      fresh_.LargestRequest(stage.arena().spec(), stage.regions());
  if (bytes == 0 || rest.live_blocks != 0) return std::nullopt;
  const Status status =
      its.Do({.verb = Verb::kAllocate, .slot = 0, .bytes = bytes});
  return JudgeRestored(stage.port(), rest, bytes, status);
}

Verdict HistoryJudge::Judge(Stage& stage, const Script& script,
                            const History& history) {
  Case its{stage, script, history};
  if (!stage.IsRunning()) return std::nullopt;
  if (auto verdict = JudgeHistoryOf(its)) return verdict;
  if (auto verdict = JudgeRestOf(its)) return verdict;
  its.FreeAll();
  if (stage.Promises(LOCKSTEP_TRIM_RETURNS)) {
    its.is_trimmed = its.Do({.verb = Verb::kTrim}) == Status::kOk;
  }
  if (auto verdict = JudgeHistory(its.PlaceOf(), its.history)) return verdict;
  if (auto verdict = JudgeRestOf(its)) return verdict;
  its.DetachAll();
  if (auto verdict = JudgeRestOf(its)) return verdict;
  return JudgeRestoredOf(its);
}

}  // namespace lockstep::suite
