#include "models/shadow/memory_record.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

// Nobody knows where memory that is a port's own begins and ends.
class OwnRecord final : public MemoryRecord {
 public:
  Verdict ObserveStatistics(const Call& call, const Outcome& outcome,
                            const Statistics& before,
                            const Change& change) const override {
    return ObserveElasticStatistics(call, outcome, before, change);
  }
  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return bytes <= UINTPTR_MAX - offset;
  }
  std::string Describe() const override { return "memory"; }
};

}  // namespace

std::unique_ptr<MemoryRecord> MemoryRecord::Of(const System& system) {
  switch (MemoryKindOf(system.port())) {
    case MemoryKind::kRegions:
      return MakeRegionRecord(system);
    case MemoryKind::kProvider:
      return MakeProviderRecord(system);
    default:
      return std::make_unique<OwnRecord>();
  }
}

std::string TextOf(Region region) {
  return Text("[", region.start, ", ", region.end, ")");
}

std::string Compare(const Statistics& before, const Statistics& now) {
  return Text("total ", before.total, " -> ", now.total, ", used ", before.used,
              " -> ", now.used, ", available ", before.available, " -> ",
              now.available, ", requested ", now.requested.value_or(0));
}

Verdict DoNotFollowBlocks(std::size_t step, const Statistics& now,
                          const Statistics& before, const Change& change) {
  const auto broken = [&](const Rule& rule, const char* expected) {
    return Violation{rule.name, step, expected, Compare(before, now)};
  };
  if (!change.gains && !change.loses) {
    return broken(kUnchangedRule, "the same statistics as before");
  }
  if (change.gains && change.loses) {
    return broken(kConservedRule, "used to be at least what is live");
  }
  return broken(kConservedRule, change.gains
                                    ? "the block to go from available to used"
                                    : "the block to go from used to available");
}

Verdict ObserveElasticStatistics(const Call& call, const Outcome& outcome,
                                 const Statistics& before,
                                 const Change& change) {
  const Statistics& now = outcome.statistics;
  const auto broken = [&](const Rule& rule, const char* expected) {
    return Violation{rule.name, call.step, expected, Compare(before, now)};
  };
  if (change.gains && change.loses) {
    if (now.used >= change.live_bytes) return std::nullopt;
    return broken(kConservedRule, "used to be at least what is live");
  }
  if (change.gains) {
    if (now.used >= before.used &&
        now.used - before.used >= change.gained_bytes) {
      return std::nullopt;
    }
    return broken(kConservedRule, "used to grow by the block");
  }
  if (change.loses) {
    if (before.used >= now.used &&
        before.used - now.used >= change.lost_bytes) {
      return std::nullopt;
    }
    return broken(kConservedRule, "used to fall by the block");
  }
  // A request that is refused may have given back what it took in vain.
  if (now == before || (IsRequest(call.op.verb) && now.used == before.used)) {
    return std::nullopt;
  }
  return broken(kUnchangedRule, "the same statistics as before");
}

}  // namespace lockstep::suite
