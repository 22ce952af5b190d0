#ifndef LOCKSTEP_MODELS_EXPLORE_ALPHABET_H_
#define LOCKSTEP_MODELS_EXPLORE_ALPHABET_H_

// What is tried in every state of an exploration: the ops, the memory that they
// work in, and how many blocks may be live. A default for any port comes from
// its table, and from trying in which region it serves a few requests of different sizes.
//   Units      bytes, but `units`: the port's unit_bytes.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/script/op.h"

namespace lockstep::suite {

struct AlphabetOptions {
  std::uint64_t units = 0;  // Of the one region; 0: see ProbeRegions.
  std::uint32_t slots = 0;  // 0: as many as units, or a few.
  std::vector<std::uint64_t> sizes{};  // None: chosen.
  // None: all that the port has, except what changes sizes.
  std::vector<Verb> verbs{};
  const Board* board = nullptr;  // Is told what the port is probed with.
};

struct Alphabet {
  ArenaSpec arena;
  std::vector<Op> opening;
  // An allocation goes into the lowest empty slot, whatever slot is said here.
  std::vector<Op> ops;
  // What follows each free at once, with its slot: what a port promises only of
  // the moment after it.
  std::vector<Op> echoes;
  // The requests among the ops.
  std::vector<Op> requests;
  std::uint32_t slots = 0;
  std::uint64_t unit_bytes = 1;
  std::uint64_t region_bytes = 0;  // 0 where memory is pulled.
};

inline constexpr std::uint32_t kMostSlots = 64;

// Or why there is none, and what to do.
std::expected<Alphabet, std::string> MakeAlphabet(
    const lockstep_port& port, const AlphabetOptions& options);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_ALPHABET_H_
