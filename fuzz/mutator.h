#ifndef LOCKSTEP_FUZZ_MUTATOR_H_
#define LOCKSTEP_FUZZ_MUTATOR_H_

// Changes encoded scripts by whole ops, as people change programs. The same
// seed, and the same comparisons seen (comparisons.h), make the same change.
//   Requires   what models/script/encoding.h reads; anything is that.
//   Complexity O(bytes).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::suite {

// Inserts, deletes, doubles, swaps or re-aims ops, changes one field of one, or
// asks for a size that something was compared with. The result has at most
// max_bytes; it is empty only if that is less than a record.
std::vector<std::uint8_t> Mutated(std::span<const std::uint8_t> bytes,
                                  std::size_t max_bytes, std::uint64_t seed);

// The swarm and the first ops of one, then ops of the other.
std::vector<std::uint8_t> Spliced(std::span<const std::uint8_t> one,
                                  std::span<const std::uint8_t> other,
                                  std::size_t max_bytes, std::uint64_t seed);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_FUZZ_MUTATOR_H_
