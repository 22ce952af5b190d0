#include "models/system/harness_provider.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace lockstep::suite {
namespace {

constexpr std::byte kUntouched{0xDB};
constexpr std::uint64_t kMostMisalignBytes = 8;
constexpr std::uint64_t kGuardBytes = 256;

// Whether it was due; counts down.
bool IsDue(std::uint64_t& count) {
  if (count == 0) return false;
  --count;
  return true;
}

std::uint64_t RoundUp(std::uint64_t offset, std::uint64_t align) {
  return (offset + align - 1) / align * align;
}

}  // namespace

bool IsLayout(const ProviderCall& call) {
  return call.bytes != 0 && std::has_single_bit(call.align_bytes);
}

void HarnessProvider::Begin(const Arena& arena) {
  arena_ = &arena;
  books_ = {};
  calls_.clear();
}

void HarnessProvider::End() {
  for (const Region piece : books_.taken) arena_->Fill(piece, kUntouched);
  for (const Returned& old : books_.returned) {
    arena_->Fill(old.piece, kUntouched);
  }
  books_ = {};
}

std::optional<Region> HarnessProvider::FindFree(std::uint64_t bytes,
                                                std::uint64_t align,
                                                std::uint64_t shift) const {
  std::uint64_t start = shift;
  for (const Region piece : books_.taken) {
    if (start + bytes <= piece.start) break;
    start = std::max(start, RoundUp(piece.end, align) + shift);
  }
  const std::uint64_t arena_bytes = arena_->spec().bytes;
  if (bytes > arena_bytes || start > arena_bytes - bytes) return std::nullopt;
  return Region{start, start + bytes};
}

void* HarnessProvider::Take(void* context, std::size_t bytes,
                            std::size_t align) {
  auto& self = *static_cast<HarnessProvider*>(context);
  ProviderCall call{.is_take = true, .bytes = bytes, .align_bytes = align};
  const bool is_refused = !IsLayout(call) ||
                          align > self.arena_->align_bytes() ||
                          IsDue(self.books_.refuse);
  const bool is_misaligned = !is_refused && IsDue(self.books_.misalign);
  const auto piece =
      is_refused
          ? std::nullopt
          : self.FindFree(bytes, align,
                          is_misaligned ? std::min<std::uint64_t>(
                                              align / 2, kMostMisalignBytes)
                                        : 0);
  if (piece) {
    call.was_granted = true;
    call.offset = piece->start;
    std::erase_if(self.books_.returned, [&](const Returned& old) {
      return old.piece.Overlaps(*piece);
    });
    self.arena_->Fill(*piece, kUntouched);
    if (piece->end > self.books_.guard.start) {
      const std::uint64_t arena_bytes = self.arena_->spec().bytes;
      self.books_.guard = {piece->end,
                           std::min(piece->end + kGuardBytes, arena_bytes)};
      self.arena_->Fill(self.books_.guard, kUntouched);
    }
    self.books_.taken.insert(
        std::ranges::upper_bound(self.books_.taken, piece->start, {},
                                 &Region::start),
        *piece);
  }
  self.calls_.push_back(call);
  return piece ? self.arena_->At(piece->start) : nullptr;
}

int HarnessProvider::GiveBack(void* context, void* memory, std::size_t bytes,
                              std::size_t align) {
  auto& self = *static_cast<HarnessProvider*>(context);
  const ProviderCall call{.is_take = false,
                          .was_granted = !IsDue(self.books_.keep),
                          .offset = self.arena_->OffsetOf(memory),
                          .bytes = bytes,
                          .align_bytes = align};
  self.calls_.push_back(call);
  const auto piece =
      std::ranges::find(self.books_.taken, call.offset, &Region::start);
  if (piece != self.books_.taken.end()) {
    const auto* const start = static_cast<const std::byte*>(memory);
    self.books_.returned.push_back({*piece, {start, start + piece->bytes()}});
    self.books_.taken.erase(piece);
  }
  return call.was_granted ? 1 : 0;
}

// The guard may be poisoned still, from a script that ended in a violation.
[[gnu::no_sanitize_address]] std::optional<std::uint64_t>
HarnessProvider::FirstScribble() const {
  for (const auto& [piece, contents] : books_.returned) {
    const auto [now, then] = std::ranges::mismatch(
        std::span(arena_->At(piece.start), contents.size()), contents);
    if (then != contents.end()) {
      return piece.start + static_cast<std::uint64_t>(then - contents.begin());
    }
  }
  for (std::uint64_t at = books_.guard.start; at < books_.guard.end; ++at) {
    if (*arena_->At(at) != kUntouched) return at;
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
