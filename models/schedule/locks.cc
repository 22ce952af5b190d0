#include "models/schedule/locks.h"

#include <algorithm>
#include <cstdint>

namespace lockstep::suite {

bool Locks::IsFree(const void* lock, std::uint8_t thread, bool is_shared,
                   bool is_recursive) const {
  return std::ranges::none_of(held_, [&](const Held& held) {
    if (held.lock != lock) return false;
    if (held.thread == thread && is_recursive) return false;
    return !(held.is_shared && is_shared);
  });
}

void Locks::Take(const void* lock, std::uint8_t thread, bool is_shared) {
  const auto held = std::ranges::find_if(held_, [&](const Held& one) {
    return one.lock == lock && one.thread == thread;
  });
  if (held == held_.end()) {
    held_.push_back({lock, thread, is_shared, 1});
  } else {
    ++held->times;
  }
}

// Some code unlocks a lock that another thread has taken, and relies on that.
bool Locks::Drop(const void* lock, std::uint8_t thread) {
  auto held = std::ranges::find_if(held_, [&](const Held& one) {
    return one.lock == lock && one.thread == thread;
  });
  if (held == held_.end()) held = std::ranges::find(held_, lock, &Held::lock);
  if (held == held_.end()) return false;
  if (--held->times == 0) held_.erase(held);
  return true;
}

std::uint8_t Locks::OwnerOf(const void* lock, std::uint8_t thread) const {
  const auto held = std::ranges::find_if(held_, [&](const Held& one) {
    return one.lock == lock && one.thread != thread;
  });
  return held == held_.end() ? thread : held->thread;
}

}  // namespace lockstep::suite
