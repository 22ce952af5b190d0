#ifndef LOCKSTEP_MODELS_THREADS_AT_REST_H_
#define LOCKSTEP_MODELS_THREADS_AT_REST_H_

// Rules for the time when all threads have ended. They are as strict as for a
// script that one thread ran.
//   Rules      conserved, ledger, restored.
//   Complexity O(calls of the provider * log pieces).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/harness_provider.h"
#include "models/system/model.h"

namespace lockstep::suite {

struct Rest {
  std::size_t step = 0;  // For violations.
  std::uint64_t live_blocks = 0;
  std::uint64_t live_bytes = 0;  // As requested.
  bool has_handle = false;
  // The last operation was a trim, and it succeeded.
  bool is_trimmed = false;
  // With several instances, it is not known which of them counts a live block.
  bool is_apart = false;
};

// total = used + available; used is at least what is live; `requested` is
// exact; without a handle, all are zero. When nothing is live, `used` need not
// be what it was at first, because a slab that is kept may count.
Verdict JudgeStatisticsAtRest(const lockstep_port& port, const Rest& rest,
                              const Statistics& statistics);

// Each piece that was given back had been taken, with the same bytes and align,
// and is given back once. With no handle and nothing live, none is kept; after
// a trim, no more than the reserve, where that is promised. `calls` are all
// calls since the port's create().
Verdict JudgeLedgerAtRest(const lockstep_port& port, const Rest& rest,
                          std::span<const ProviderCall> calls);

// The result of requesting, with nothing live, the largest block that a fresh
// instance serves. Zero bytes: a fresh instance serves none.
Verdict JudgeRestored(const lockstep_port& port, const Rest& rest,
                      std::uint64_t bytes, Status status);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_AT_REST_H_
