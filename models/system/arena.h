#ifndef LOCKSTEP_MODELS_SYSTEM_ARENA_H_
#define LOCKSTEP_MODELS_SYSTEM_ARENA_H_

// Memory that scripts run in: `spec.bytes` at a base that is a multiple of
// spec.align_bytes, and of spec.bytes rounded up to a power of two. So what an
// allocator makes of an address depends on the offset alone.

#include <cstddef>
#include <cstdint>

#include "models/script/op.h"
#include "models/system/region.h"

namespace lockstep::suite {

// Pages of their own, zeros at first and not touched before they are used,
// between two pages that nobody may touch. Any access beyond them is a segmentation fault.
//
//     +----------+-------------------------+----------+
//     | no entry |   slack   | the bytes   | no entry |
//     +----------+-------------------------+----------+
//                            ^ data(), a multiple of the align
//
// The bytes end where the second such page begins if their number is a multiple
// of the align, or of the page where the align is larger than that.
//   Errors     std::bad_alloc if the system has no memory for it.
class GuardedBytes {
 public:
  GuardedBytes() = default;
  // The align is a power of two. Of no bytes, data() is in the second page.
  GuardedBytes(std::uint64_t bytes, std::uint64_t align_bytes);
  ~GuardedBytes();
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  std::byte* data() const { return data_; }

 private:
  bool IsRoot() const;

  std::byte* data_ = nullptr;
  void* mapped_ = nullptr;  // With both pages.
  std::size_t mapped_bytes_ = 0;
};

class Arena {
 public:
  // Of a larger one a script touches little.
  static constexpr std::uint64_t kSparseBytes = std::uint64_t{1} << 26;
  bool IsSparse() const { return spec_.bytes > kSparseBytes; }

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
  // Gives back what was touched of one that is sparse: it is zeros again.
  void Forget() const;
  // Also where a port has poisoned memory and not given it back.
  void Fill(Region span, std::byte with) const;

 private:
  ArenaSpec spec_;
  GuardedBytes bytes_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_ARENA_H_
