#include "models/threads/at_rest.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "models/script/memory_kind.h"
#include "models/script/text.h"
#include "models/shadow/ledger.h"
#include "models/system/rules.h"
#include "models/threads/request.h"

namespace lockstep::suite {
namespace {

std::string RestInWords(const Statistics& statistics) {
  return Text("total ", statistics.total, ", used ", statistics.used,
              ", available ", statistics.available, ", requested ",
              statistics.requested.value_or(0));
}

}  // namespace

Verdict JudgeStatisticsAtRest(const lockstep_port& port, const Rest& rest,
                              const Statistics& statistics) {
  const auto broken = [&](std::string expected) {
    return Violation{kConservedRule.name, rest.step, std::move(expected),
                     RestInWords(statistics)};
  };
  if (statistics.total != statistics.used + statistics.available ||
      statistics.used > statistics.total) {
    return broken("used + available = total");
  }
  if (rest.is_apart) return std::nullopt;
  if (statistics.requested && *statistics.requested != rest.live_bytes) {
    return broken(
        Text("requested: the ", rest.live_bytes, " bytes of all live blocks"));
  }
  if (MemoryKindOf(port) == MemoryKind::kProvider && !rest.has_handle) {
    if (statistics == Statistics{}) return std::nullopt;
    return broken("zeros, because there is no handle");
  }
  if (statistics.used >= rest.live_bytes) return std::nullopt;
  return broken(Text("used to be at least the ", rest.live_bytes,
                     " bytes that are live"));
}

Verdict JudgeLedgerAtRest(const lockstep_port& port, const Rest& rest,
                          std::span<const ProviderCall> calls) {
  Ledger ledger;
  if (const auto fault = ledger.Follow(calls)) {
    return Violation{kLedgerRule.name, rest.step, fault->expected, fault->came};
  }
  if (rest.live_blocks != 0 || ledger.empty()) return std::nullopt;
  if (!rest.has_handle) {
    const Region left = ledger.first();
    return Violation{
        kLedgerRule.name, rest.step,
        "everything given back, because nothing is live",
        Text("offset ", left.start, " size ", left.bytes(), " still taken")};
  }
  const std::uint64_t most = port.reserve_bytes;
  if (!rest.is_trimmed || !Promises(port, LOCKSTEP_TRIM_RETURNS) ||
      ledger.bytes() <= most) {
    return std::nullopt;
  }
  return Violation{
      kLedgerRule.name, rest.step,
      Text("up to ", most, " bytes kept after a trim with nothing live"),
      Text(ledger.bytes(), " bytes still taken")};
}

Verdict JudgeRestored(const lockstep_port& port, const Rest& rest,
                      std::uint64_t bytes, Status status) {
  if (!Promises(port, LOCKSTEP_RESTORES) || bytes == 0 ||
      rest.live_blocks != 0 || status == Status::kOk) {
    return std::nullopt;
  }
  return Violation{kRestoredRule.name, rest.step,
                   Text(bytes, " bytes in one block, as a fresh instance has"),
                   std::string(NameOf(status))};
}

}  // namespace lockstep::suite
