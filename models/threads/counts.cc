#include "models/threads/counts.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/shadow/memory_record.h"
#include "models/system/rules.h"
#include "models/threads/request.h"

namespace lockstep::suite {
namespace {

bool IsOfRegions(Verb verb) {
  return verb == Verb::kInit || verb == Verb::kAdd;
}

bool IsOfFamily(Verb verb) {
  return verb == Verb::kAttach || verb == Verb::kDetach || verb == Verb::kTrim;
}

bool HasStatistics(const Event& event) {
  return event.has_statistics || event.op.verb == Verb::kStatistics;
}

Verdict TooFew(const Event& event, const char* what, std::uint64_t least,
               std::uint64_t came) {
  if (came >= least) return std::nullopt;
  return Violation{
      kConservedRule.name, event.step,
      Text(what, " at least the ", least, " bytes that are surely live"),
      Text(came)};
}

Change ChangeBy(const Event& event, std::uint64_t live_bytes) {
  Change change;
  change.live_bytes = live_bytes;
  if (event.op.verb == Verb::kUsableOf) return change;
  for (const HeldBlock& block : event.received) {
    change.gains = true;
    change.gained_bytes += block.bytes;
  }
  for (const HeldBlock& block : event.given_up) {
    change.loses = true;
    change.lost_bytes += block.bytes;
  }
  return change;
}

}  // namespace

void Counts::FollowHandles(const Event& event) {
  if (!IsDone(event) || event.op.slot >= handles_.size()) return;
  if (event.op.verb == Verb::kAttach) handles_.set(event.op.slot);
  if (event.op.verb == Verb::kDetach) handles_.reset(event.op.slot);
}

// A port may read total, used and available one after another, so their sum is
// not judged.
Verdict Counts::JudgeOverlapped(const Event& event, std::uint64_t sure_bytes) {
  FollowHandles(event);
  before_.reset();
  if (scene_.is_apart || event.outcome.status != Status::kOk) return {};
  if (event.op.verb == Verb::kFootprint) {
    return TooFew(event, "a footprint of", sure_bytes, event.outcome.number);
  }
  // It is not known whether there was a handle all the time.
  if (!HasStatistics(event) ||
      MemoryKindOf(scene_.port) == MemoryKind::kProvider) {
    return std::nullopt;
  }
  const Statistics& now = event.outcome.statistics;
  // Regions come outside parallel blocks, so the total is always the same.
  if (MemoryKindOf(scene_.port) == MemoryKind::kRegions &&
      (now.used > now.total || now.available > now.total)) {
    return Violation{kConservedRule.name, event.step,
                     "used and available: each at most total",
                     Text("used ", now.used, ", available ", now.available,
                          ", total ", now.total)};
  }
  return TooFew(event, "used of", sure_bytes, now.used);
}

Verdict Counts::JudgeAlone(const Event& event, std::uint64_t live_bytes) {
  FollowHandles(event);
  const auto before = std::exchange(before_, std::nullopt);
  if (event.op.verb == Verb::kFootprint && !scene_.is_apart) {
    auto few =
        TooFew(event, "a footprint of", live_bytes, event.outcome.number);
    if (few) return few;
  }
  if (!HasStatistics(event)) return std::nullopt;
  const Statistics& now = event.outcome.statistics;
  const auto broken = [&](const char* expected) {
    return Violation{kConservedRule.name, event.step, expected,
                     Compare(before.value_or(now), now)};
  };
  if (now.total != now.used + now.available || now.used > now.total) {
    return broken("used + available = total");
  }
  if (scene_.is_apart) return std::nullopt;
  if (now.requested && *now.requested != live_bytes) {
    return broken("requested: the bytes of all live blocks");
  }
  if (MemoryKindOf(scene_.port) == MemoryKind::kProvider && handles_.none()) {
    if (now == Statistics{}) return std::nullopt;
    return broken("zeros, because there is no handle");
  }
  if (auto few = TooFew(event, "used of", live_bytes, now.used)) return few;
  if (event.op.thread != 0) return std::nullopt;
  before_ = before;
  auto verdict = before ? JudgeFollowing(event, live_bytes) : Verdict();
  before_ = now;
  return verdict;
}

Verdict Counts::JudgeFollowing(const Event& event,
                               std::uint64_t live_bytes) const {
  const Change change = ChangeBy(event, live_bytes);
  const Call call{.op = event.op, .step = event.step};
  if (MemoryKindOf(scene_.port) == MemoryKind::kRegions) {
    if (IsOfRegions(event.op.verb) && event.outcome.status == Status::kOk) {
      return JudgeRegion(event);
    }
    return ObserveFixedStatistics(event.step, event.outcome.statistics,
                                  *before_, change);
  }
  if (IsOfFamily(event.op.verb)) return JudgeFamily(event);
  return ObserveElasticStatistics(call, event.outcome, *before_, change);
}

Verdict Counts::JudgeRegion(const Event& event) const {
  const Statistics& before = *before_;
  const Statistics& now = event.outcome.statistics;
  const bool is_short = event.op.bytes < scene_.port.min_region_bytes;
  const bool is_used_kept = Promises(scene_.port, LOCKSTEP_COUNTS_OVERHEAD)
                                ? now.used >= before.used
                                : now.used == before.used;
  if (is_used_kept && now.total >= before.total &&
      (is_short || now.total != before.total) &&
      now.total - before.total <= event.op.bytes) {
    return std::nullopt;
  }
  return Violation{kConservedRule.name, event.step,
                   "total to grow, and by at most the region",
                   Compare(before, now)};
}

Verdict Counts::JudgeFamily(const Event& event) const {
  const Statistics& now = event.outcome.statistics;
  if (now.used == before_->used) return std::nullopt;
  return Violation{kConservedRule.name, event.step, "used to be as before",
                   Compare(*before_, now)};
}

}  // namespace lockstep::suite
