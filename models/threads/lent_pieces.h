#ifndef LOCKSTEP_MODELS_THREADS_LENT_PIECES_H_
#define LOCKSTEP_MODELS_THREADS_LENT_PIECES_H_

// What a provider may have lent to a port at a given time: a piece counts from
// the beginning of the op that took it to the end of the op that gave it back.
//   Complexity O(log pieces + pieces at one offset), and O(pieces) for a span
//              that lies in no piece.

#include <cstdint>
#include <map>
#include <span>

#include "models/system/harness_provider.h"

namespace lockstep::suite {

class LentPieces {
 public:
  // At the beginning of an op: adds what the op took.
  void Take(std::span<const ProviderCall> calls) {
    for (const ProviderCall& call : calls) {
      if (call.is_take && call.was_granted) {
        pieces_.insert({call.offset, call.bytes});
      }
    }
  }
  // At its end: removes what the op gave back. If several pieces begin at one
  // offset, they were lent one after the other, and one of the same size is
  // removed.
  void GiveBack(std::span<const ProviderCall> calls) {
    for (const ProviderCall& call : calls) {
      if (call.is_take) continue;
      auto [piece, end] = pieces_.equal_range(call.offset);
      while (piece != end && piece->second != call.bytes) ++piece;
      if (piece != end) pieces_.erase(piece);
    }
  }
  // The piece is nearly always the nearest one below.
  bool Contain(std::uint64_t offset, std::uint64_t bytes) const {
    auto piece = pieces_.upper_bound(offset);
    while (piece != pieces_.begin()) {
      --piece;
      const std::uint64_t within = offset - piece->first;
      if (within <= piece->second && bytes <= piece->second - within) {
        return true;
      }
    }
    return false;
  }

 private:
  std::multimap<std::uint64_t, std::uint64_t> pieces_;  // Bytes, by offset.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_LENT_PIECES_H_
