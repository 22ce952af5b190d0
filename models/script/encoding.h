#ifndef LOCKSTEP_MODELS_SCRIPT_ENCODING_H_
#define LOCKSTEP_MODELS_SCRIPT_ENCODING_H_

// Scripts as bytes, for fuzzers. Any bytes are a script, and each op has its own
// kEncodedBytes of them: deleting those deletes the op.
//   Layout     records of kEncodedBytes, little endian; a last one that is not
//              whole is filled up with zeros. The first chooses a swarm and an
//              arena, each of the others makes an op: mostly what the swarm makes
//              of its two numbers, now and then just the op that it spells out.
//   Complexity O(bytes).

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"

namespace lockstep::suite {

inline constexpr std::size_t kEncodedBytes = 16;

Script Decode(const lockstep_port& port, std::span<const std::uint8_t> bytes);

// Bytes which Decode makes the very same script of, for every port. The error
// names the first thing that bytes cannot say: arenas other than 2^k bytes at a
// multiple of that, k from kMinArenaOrder to kMaxArenaOrder; slots and offsets
// from the ends below on; threads and switches.
std::expected<std::vector<std::uint8_t>, std::string> Encode(
    const Script& script);

inline constexpr unsigned kMinArenaOrder = 12;
inline constexpr unsigned kMaxArenaOrder = 24;
inline constexpr std::uint32_t kEncodedSlotsEnd = 1u << 12;
inline constexpr std::uint64_t kEncodedOffsetsEnd = std::uint64_t{1} << 31;

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_ENCODING_H_
