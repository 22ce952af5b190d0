#ifndef LOCKSTEP_MODELS_THREADS_HISTORY_H_
#define LOCKSTEP_MODELS_THREADS_HISTORY_H_

// What several threads did to a system. Only the stamps say in which order.
//
//     thread 1   |--alloc b0--|      |---free b1---|
//     thread 2        |------alloc b1------|
//                ^before      ^after
//
// An op that ended before another began happened before it. The order of two
// that overlap is not known.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/script/op.h"
#include "models/system/harness_provider.h"

namespace lockstep::suite {

// A block as its client knows it.
struct HeldBlock {
  std::uint32_t slot = 0;
  std::uint64_t offset = 0;  // From the arena's base.
  std::uint64_t bytes = 0;
  std::uint64_t align_bytes = 1;
  // How much of it the client may write to: bytes, or what usable_of said.
  std::uint64_t usable_bytes = 0;

  friend bool operator==(const HeldBlock&, const HeldBlock&) = default;
};

// Where, in a block, something is not what it must be.
struct WrongByte {
  HeldBlock block;
  std::uint64_t at = 0;  // From the block's start.
};

struct Event {
  Op op;
  std::size_t step = 0;
  // Drawn from one counter, before and after the call.
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  Outcome outcome;
  // The blocks that the client gave up with the call, as they were before it,
  // and those that it received. A block that changed in size is in both. A
  // refused call has given up nothing.
  std::vector<HeldBlock> given_up;
  std::vector<HeldBlock> received;
  // Where contents were not as the client had left them, or were not zero
  // although they had to be.
  std::optional<WrongByte> spoiled;
  std::optional<WrongByte> not_zero;
  // In this call, the provider refused memory, returned misaligned memory, or
  // did not take memory back.
  bool was_provider_unkind = false;
  // All that was asked of the provider in this call, in order.
  std::vector<ProviderCall> provider_calls;
  // Whether outcome.statistics were read after the call and before `after` was
  // drawn; for a kStatistics, they always are.
  bool has_statistics = false;
};

// In ascending order of `before`. Ops on one slot do not overlap: a slot is
// claimed before `before` is drawn, and released after `after` is.
using History = std::vector<Event>;

// Whether one had ended before the other began.
inline bool IsBefore(const Event& one, const Event& other) {
  return one.after < other.before;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_HISTORY_H_
