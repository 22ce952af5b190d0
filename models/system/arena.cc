#include "models/system/arena.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>

#include "models/script/op.h"

namespace lockstep::suite {

AlignedBytes::AlignedBytes(std::size_t bytes, std::size_t align_bytes)
    : memory_(static_cast<std::byte*>(
                  ::operator new(bytes, std::align_val_t{align_bytes})),
              Delete{std::align_val_t{align_bytes}}) {}

void AlignedBytes::Delete::operator()(std::byte* memory) const {
  ::operator delete(memory, align);
}

Arena::Arena(ArenaSpec spec)
    : spec_(spec),
      bytes_(static_cast<std::size_t>(spec.bytes),
             static_cast<std::size_t>(align_bytes())) {}

std::uint64_t Arena::align_bytes() const {
  return std::max<std::uint64_t>({spec_.align_bytes, std::bit_ceil(spec_.bytes),
                                  alignof(std::max_align_t)});
}

// A loop that is not volatile would become a memset, which AddressSanitizer
// watches.
[[gnu::no_sanitize_address]] void Arena::Fill(Region span,
                                              std::byte with) const {
  volatile std::byte* const start = At(span.start);
  for (std::uint64_t i = 0; i < span.bytes(); ++i) start[i] = with;
}

}  // namespace lockstep::suite
