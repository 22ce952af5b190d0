#ifndef LOCKSTEP_MODELS_THREADS_REQUEST_H_
#define LOCKSTEP_MODELS_THREADS_REQUEST_H_

// What an event asked for, and what can be said of it alone.

#include <cstdint>
#include <optional>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/system.h"
#include "models/threads/history.h"

namespace lockstep::suite {

inline bool Promises(const lockstep_port& port, lockstep_capabilities bits) {
  return (port.capabilities & bits) == bits;
}

// The call that the op came to, as System would have made it. `held` is what
// its slot held.
Call CallOf(const lockstep_port& port, const Event& event,
            const std::optional<HeldBlock>& held);

// Whether what it was for has happened: also a free after which only the
// provider did not take memory back.
bool IsDone(const Event& event);

// Whether the provider gives a reason to refuse a request: of what it refused,
// up to `most_bytes` count.
bool HasProviderFailed(const Event& event, std::uint64_t most_bytes);

// What a block of this layout occupies. Zero bytes take one: live blocks have
// different addresses. Where blocks are spans that can coalesce, all of the span.
std::uint64_t ExtentBytes(const lockstep_port& port, std::uint64_t bytes,
                          std::uint64_t align_bytes);
// Together with what its client was told that it may use.
std::uint64_t ExtentBytes(const lockstep_port& port, const HeldBlock& block);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_REQUEST_H_
