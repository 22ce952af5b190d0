#ifndef LOCKSTEP_BENCH_CONTESTANT_H_
#define LOCKSTEP_BENCH_CONTESTANT_H_

// What takes part in the race: an allocator as a client without a wrapper would
// use it, behind two functions. These are defined in another file than the loop
// that is timed, and nothing is optimised across files: so each of them costs
// every contestant one direct call, and none is inlined into the loop. From
// there ours runs, and theirs is called in turn, by a jump.

#include <concepts>
#include <cstddef>
#include <span>

namespace lockstep::suite::bench {

// For those that are given memory. They begin to use it where it begins.
using Memory = std::span<std::byte>;

template <class C>
concept Contestant = requires(C contestant, void* block, std::size_t bytes) {
  // Null: refused.
  { contestant.Allocate(bytes, bytes) } -> std::same_as<void*>;
  // With the bytes and the align it was allocated with.
  { contestant.Deallocate(block, bytes, bytes) } -> std::same_as<void>;
};

// The size of all objects where there is only one; a SlabCache serves no other.
inline constexpr std::size_t kObjectBytes = 64;
inline constexpr std::size_t kObjectAlign = 8;

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_CONTESTANT_H_
