#ifndef LOCKSTEP_MODELS_SYSTEM_ARENA_H_
#define LOCKSTEP_MODELS_SYSTEM_ARENA_H_

// Memory that scripts run in: `spec.bytes` at a base that is a multiple of
// spec.align_bytes, and of spec.bytes rounded up to a power of two. So what an
// allocator makes of an address depends on the offset alone.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "models/script/op.h"
#include "models/system/region.h"

namespace lockstep::suite {

// Aligned bytes from operator new, not touched before they are used.
class AlignedBytes {
 public:
  AlignedBytes() = default;
  AlignedBytes(std::size_t bytes, std::size_t align_bytes);

  std::byte* data() const { return memory_.get(); }

 private:
  struct Delete {
    std::align_val_t align;
    void operator()(std::byte* memory) const;
  };
  std::unique_ptr<std::byte, Delete> memory_{nullptr, Delete{}};
};

class Arena {
 public:
  Arena() = default;
  explicit Arena(ArenaSpec spec);
  // No memory at all, and its base is null: offsets are addresses.
  static Arena OfAddresses() { return {}; }

  const ArenaSpec& spec() const { return spec_; }
  std::byte* base() const { return bytes_.data(); }
  // What the base is a multiple of, wherever it is.
  std::uint64_t align_bytes() const;

  // Modulo 2^64, so that any address has an offset and any offset an address.
  std::byte* At(std::uint64_t offset) const {
    return reinterpret_cast<std::byte*>(
        reinterpret_cast<std::uintptr_t>(base()) +
        static_cast<std::uintptr_t>(offset));
  }
  std::uint64_t OffsetOf(const void* address) const {
    return reinterpret_cast<std::uintptr_t>(address) -
           reinterpret_cast<std::uintptr_t>(base());
  }
  // Also where a port has poisoned memory and not given it back.
  void Fill(Region span, std::byte with) const;

 private:
  ArenaSpec spec_;
  AlignedBytes bytes_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_ARENA_H_
