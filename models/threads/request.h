#ifndef LOCKSTEP_MODELS_THREADS_REQUEST_H_
#define LOCKSTEP_MODELS_THREADS_REQUEST_H_

// What an event requested, and what follows from the event alone.

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

// The call of the port that the op led to, as System would have made it. `held`
// is what its slot held.
Call CallOf(const lockstep_port& port, const Event& event,
            const std::optional<HeldBlock>& held);

// Whether the op took effect. A free did so even if the provider then did not
// take memory back.
bool IsDone(const Event& event);

// Whether the provider gave a reason to refuse the request. Only requests to it
// of up to `most_bytes` count.
bool HasProviderFailed(const Event& event, std::uint64_t most_bytes);

// The bytes that a block of this layout occupies. A block of zero bytes
// occupies one, because live blocks have different addresses. Where blocks are
// spans that can coalesce, it is the whole span.
std::uint64_t ExtentBytes(const lockstep_port& port, std::uint64_t bytes,
                          std::uint64_t align_bytes);
// The same, or more if the client was told that it may use more.
std::uint64_t ExtentBytes(const lockstep_port& port, const HeldBlock& block);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_REQUEST_H_
