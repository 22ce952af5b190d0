#ifndef LOCKSTEP_MODELS_SCHEDULE_LOCKS_H_
#define LOCKSTEP_MODELS_SCHEDULE_LOCKS_H_

// Which thread holds which lock, in a run in which one thread runs at a time.
// The locks themselves belong to the code under test and are not touched.
//   Complexity O(locks that are held).

#include <cstdint>
#include <vector>

namespace lockstep::suite {

class Locks {
 public:
  void Clear() { held_.clear(); }

  // Whether the thread may have it now.
  bool IsFree(const void* lock, std::uint8_t thread, bool is_shared,
              bool is_recursive) const;
  // Requires that it is free.
  void Take(const void* lock, std::uint8_t thread, bool is_shared);
  // False: the thread does not hold it.
  bool Drop(const void* lock, std::uint8_t thread);
  // A thread other than the given one that holds it; 0: there is none.
  std::uint8_t OwnerOf(const void* lock, std::uint8_t thread) const;

 private:
  struct Held {
    const void* lock;
    std::uint8_t thread;
    bool is_shared;
    std::uint32_t times;
  };
  std::vector<Held> held_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_LOCKS_H_
