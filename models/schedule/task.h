#ifndef LOCKSTEP_MODELS_SCHEDULE_TASK_H_
#define LOCKSTEP_MODELS_SCHEDULE_TASK_H_

// What the scheduler knows of one thread.

#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include "models/schedule/access.h"
#include "models/schedule/scheduler.h"

namespace lockstep::suite {

// The value of the bytes there, of the first eight at most.
inline std::uint64_t ValueAt(std::uintptr_t address, std::uint32_t bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(address),
              std::min<std::size_t>(bytes, sizeof(value)));
  return value;
}

struct Scheduler::Task {
  // An access that has changed nothing since this thread last changed
  // something.
  struct Futile {
    std::uintptr_t instruction = 0;
    std::uintptr_t address = 0;
    std::uint32_t bytes = 0;
    std::uint64_t value = 0;
    std::uint64_t progress = 0;  // Of the thread, when it was last read.
    std::uint32_t times = 0;     // In a row, without any progress.
    std::uint32_t all_times = 0;
  };
  // Where it has read since it last changed something.
  struct Look {
    std::uintptr_t address = 0;
    std::uint32_t era = 0;
  };
  static constexpr std::size_t kLooks = 256;  // A power of two.

  Scheduler* scheduler = nullptr;
  std::uint8_t number = 0;  // 0: outside a parallel block.
  bool has_ended = false;
  std::uint32_t exit_rounds = 0;
  std::uint32_t step = 0;
  std::uint32_t point = 0;
  Access pending{};
  // What it waits for, if it does: a lock, a change of a value, or an answer.
  const void* lock = nullptr;
  bool is_shared = false;
  bool is_recursive = false;
  bool is_spinning = false;
  Futile spun{};
  // The scheduler's moves_ when it yielded; UINT64_MAX: it has not.
  std::uint64_t yielded_at = UINT64_MAX;
  const std::function<bool()>* is_there = nullptr;
  const void* condition = nullptr;
  bool is_woken = false;
  bool has_limit = false;
  bool is_time_up = false;
  bool has_timed_out = false;  // Since then no other thread was chosen instead.
  std::uint64_t waits_since = 0;  // The one that has waited longest is woken.
  const void* tried = nullptr;    // A lock that was not free,
  bool is_trying = false;         // and is tried again once it is.
  // A condition, set before its lock is released.
  const void* waits_for = nullptr;
  std::uint32_t failed_tries = 0;  // To lock, in a row.
  std::array<Futile, 16> futile{};
  std::size_t next_futile = 0;
  std::uint64_t progress = 0;  // Plain writes, and reads of other addresses.
  std::array<Look, kLooks> looks{};
  std::size_t look_count = 0;
  std::uint32_t era = 1;
  std::vector<std::byte> copied{};  // What a memcpy has read.
  std::uint32_t wake_mask = UINT32_MAX;
  Futile read{};  // The last plain read.
  std::atomic<std::uint32_t> go{0};
  pthread_t thread{};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_TASK_H_
