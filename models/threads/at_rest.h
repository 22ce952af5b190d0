#ifndef LOCKSTEP_MODELS_THREADS_AT_REST_H_
#define LOCKSTEP_MODELS_THREADS_AT_REST_H_

// What can be said when all threads have ended, as strictly as of a script that
// one thread ran, and no more.
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
  std::uint64_t live_bytes = 0;  // As asked for.
  bool has_handle = false;
  // A trim was the last operation, and all went well.
  bool is_trimmed = false;
  // What live blocks there are does not say what one instance of several counts.
  bool is_apart = false;
};

// total = used + available; at least what is live is used; `requested` is exact;
// without a handle all are zero. That `used` is what it was at first when nothing
// is live is not asked: a slab that is kept may count.
Verdict JudgeStatisticsAtRest(const lockstep_port& port, const Rest& rest,
                              const Statistics& statistics);

// Each piece that was given back had been taken, with the same bytes and align, and
// came back once. With no handle and nothing live, none is left; after a trim no
// more than the reserve, where that is promised. `calls` are all since the port's
// create().
Verdict JudgeLedgerAtRest(const lockstep_port& port, const Rest& rest,
                          std::span<const ProviderCall> calls);

// What came of the largest request that a fresh instance serves, with nothing
// live. Zero bytes: that serves none.
Verdict JudgeRestored(const lockstep_port& port, const Rest& rest,
                      std::uint64_t bytes, Status status);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_AT_REST_H_
