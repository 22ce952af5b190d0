#ifndef LOCKSTEP_MODELS_SCHEDULE_ACCESS_H_
#define LOCKSTEP_MODELS_SCHEDULE_ACCESS_H_

// What a thread is about to do where another may see it: a point of a schedule.

#include <cstdint>

namespace lockstep::suite {

enum class AccessKind : std::uint8_t {
  kStart,  // Nothing yet.
  kRead,
  kWrite,    // Also an atomic that may write.
  kAcquire,  // A lock, exclusively.
  kShare,    // A lock, with other readers.
  kTry,      // A lock, if it is free.
  kRelease,
  kAwait,  // A condition, or the end of another thread's call_once.
  kYield,
};

// Accesses conflict if they touch the same word of this size, so that no
// conflict in a single byte is missed. Two bytes of one word are the same
// place.
inline constexpr std::uint64_t kPlaceBytes = 8;

struct Access {
  std::uintptr_t address = 0;
  std::uint32_t bytes = 0;
  AccessKind kind = AccessKind::kStart;
  std::uintptr_t instruction = 0;  // Its address; 0: not known.

  std::uint64_t first_place() const { return address / kPlaceBytes; }
  std::uint64_t end_place() const {
    return bytes == 0 ? first_place() : (address + bytes - 1) / kPlaceBytes + 1;
  }
  bool IsWrite() const {
    return kind != AccessKind::kRead && kind != AccessKind::kStart &&
           kind != AccessKind::kYield;
  }
};

// Whether their order can matter.
inline bool AreDependent(const Access& one, const Access& other) {
  return (one.IsWrite() || other.IsWrite()) &&
         one.first_place() < other.end_place() &&
         other.first_place() < one.end_place();
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_ACCESS_H_
