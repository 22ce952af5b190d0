#ifndef LOCKSTEP_MODELS_SCHEDULE_PLACES_H_
#define LOCKSTEP_MODELS_SCHEDULE_PLACES_H_

// Which memory threads share. A place is a word of kPlaceBytes. It is shared
// once one thread has written to it, and another thread has accessed it, in the
// same parallel block. It cannot matter whether a thread is interrupted at a
// place that is not shared, so there is no choice there.
//
// Places that a run finds are shared from the next run on. A search that is to
// be complete begins again when a run has found more of them.
//   Complexity O(1) a place.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/cell/board.h"
#include "models/schedule/access.h"

namespace lockstep::suite {

class Places {
 public:
  Places();

  // From now on, everything is shared, or only what was found.
  void ShareAll(bool is_all) { is_all_ = is_all; }
  bool are_all_shared() const { return is_all_; }
  bool IsShared(const Access& access) const;
  // Notes an access by a thread of the current parallel block.
  void Note(const Access& access, std::uint8_t thread);
  // Ends the parallel block.
  void Forget();
  // Makes what was found shared; false: nothing was found.
  bool Take();
  std::size_t size() const { return static_cast<std::size_t>(shared_->count); }
  void Clear();
  // Whether the table is full: then shared places may count as private.
  bool IsFull() const {
    return shared_->count >= kRoom / 2 || shared_->has_overflowed;
  }

 private:
  static constexpr std::size_t kRoom = std::size_t{1} << 16;  // A power of two.
  static constexpr std::size_t kMostSeen = std::size_t{1} << 22;
  struct Shared {
    std::atomic<std::uint64_t> count;
    std::atomic<bool> has_overflowed;
    std::uint64_t places[kRoom];  // 0: free.
  };
  struct Seen {
    std::uint64_t place = 0;
    std::uint32_t block = 0;
    std::uint16_t readers = 0;
    std::uint16_t writers = 0;

    bool IsShared() const;
  };

  static std::uint64_t Scatter(std::uint64_t place) {
    return place * 0x9E3779B97F4A7C15;
  }
  static std::size_t Hash(std::uint64_t place) {
    return static_cast<std::size_t>(Scatter(place) >> 48) & (kRoom - 1);
  }
  bool Contains(std::uint64_t place) const;
  void Insert(std::uint64_t place);
  void NotePlace(std::uint64_t place, bool is_write, std::uint8_t thread);
  Seen& SeenAt(std::uint64_t place);
  bool Grow();

  SharedMemory memory_;
  Shared* shared_;
  std::vector<Seen> seen_;  // Of the block that runs.
  std::size_t seen_count_ = 0;
  std::vector<std::uint64_t> found_;
  std::uint32_t block_ = 1;
  bool is_all_ = false;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_PLACES_H_
