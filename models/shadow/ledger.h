#ifndef LOCKSTEP_MODELS_SHADOW_LEDGER_H_
#define LOCKSTEP_MODELS_SHADOW_LEDGER_H_

// The shadow's books on a provider: what a port took must come back exactly
// once, with the layout it was taken with, and not be touched after that.
//   Rules      ledger.
//   Complexity O(pieces) a call of the provider.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "models/system/harness_provider.h"
#include "models/system/region.h"

namespace lockstep::suite {

class Ledger {
 public:
  // What was expected of a call, and what came.
  struct Fault {
    std::string expected;
    std::string came;
  };

  void Clear() { pieces_.clear(); }

  // Enters what was taken, and strikes out what came back.
  std::optional<Fault> Follow(std::span<const ProviderCall> calls);

  bool empty() const { return pieces_.empty(); }
  // Of all that is taken.
  std::uint64_t bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [start, piece] : pieces_) bytes += piece.bytes;
    return bytes;
  }
  // Requires one. The lowest of what is taken.
  Region first() const {
    const auto& [start, piece] = *pieces_.begin();
    return {start, start + piece.bytes};
  }
  bool Contains(std::uint64_t offset, std::uint64_t bytes) const;

 private:
  struct Piece {
    std::uint64_t bytes = 0;
    std::uint64_t align_bytes = 0;
    friend bool operator==(const Piece&, const Piece&) = default;
  };

  std::map<std::uint64_t, Piece> pieces_;  // By offset.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_LEDGER_H_
