#include "models/shadow/ledger.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>

#include "models/script/text.h"

namespace lockstep::suite {

std::optional<Ledger::Fault> Ledger::Follow(
    std::span<const ProviderCall> calls) {
  for (const ProviderCall& call : calls) {
    if (!IsLayout(call)) {
      return Fault{"bytes, aligned to a power of two",
                   Text("size ", call.bytes, " align ", call.align_bytes)};
    }
    if (call.is_take) {
      if (call.was_granted) {
        pieces_[call.offset] = {call.bytes, call.align_bytes};
      }
      continue;
    }
    const std::string came = Text("given back: offset ", call.offset, " size ",
                                  call.bytes, " align ", call.align_bytes);
    const auto piece = pieces_.find(call.offset);
    if (piece == pieces_.end()) {
      return Fault{"what was taken, and has not come back yet", came};
    }
    if (piece->second != Piece{call.bytes, call.align_bytes}) {
      return Fault{Text("size ", piece->second.bytes, " align ",
                        piece->second.align_bytes, ", as it was taken"),
                   came};
    }
    pieces_.erase(piece);
  }
  return std::nullopt;
}

bool Ledger::Contains(std::uint64_t offset, std::uint64_t bytes) const {
  const auto next = pieces_.upper_bound(offset);
  if (next == pieces_.begin()) return false;
  const auto& [start, piece] = *std::prev(next);
  const std::uint64_t within = offset - start;
  return within <= piece.bytes && bytes <= piece.bytes - within;
}

}  // namespace lockstep::suite
