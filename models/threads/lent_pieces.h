#ifndef LOCKSTEP_MODELS_THREADS_LENT_PIECES_H_
#define LOCKSTEP_MODELS_THREADS_LENT_PIECES_H_

// What a provider may have lent to a port at a time: from the beginning of the op
// that took it to the end of the one that gave it back.
//   Complexity O(log pieces + pieces at one offset), and O(pieces) for a span
//              that lies in none.

#include <cstdint>
#include <map>
#include <span>

#include "models/system/harness_provider.h"

namespace lockstep::suite {

class LentPieces {
 public:
  // At the beginning of an op: what it took.
  void Take(std::span<const ProviderCall> calls) {
    for (const ProviderCall& call : calls) {
      if (call.is_take && call.was_granted) {
        pieces_.insert({call.offset, call.bytes});
      }
    }
  }
  // At its end: what it gave back. Of two that began at one place, one of the
  // same size goes: they were lent one after the other.
  void GiveBack(std::span<const ProviderCall> calls) {
    for (const ProviderCall& call : calls) {
      if (call.is_take) continue;
      auto [piece, end] = pieces_.equal_range(call.offset);
      while (piece != end && piece->second != call.bytes) ++piece;
      if (piece != end) pieces_.erase(piece);
    }
  }
  // The nearest below is nearly always the one.
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
