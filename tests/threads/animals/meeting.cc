// A pool that makes its blocks one by one, when they are needed: without the lock,
// for that takes time. Who comes meanwhile waits until it is done.

#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <new>

#include "tests/threads/animals/animal.h"

namespace {

enum Fault {
  kHonest,
  kWakesOne,      // Of all that wait.
  kWaitsOnce,     // It does not look again when it wakes up.
  kLooksOutside,  // Between the look and the wait, the news may come and go.
  kWakesTooEarly  // Before there is any news.
};
constexpr Fault kFault = FAULT;

struct Pool {
  std::mutex mutex;
  std::condition_variable made;
  block* free = nullptr;  // Behind the mutex, like all that follows.
  std::size_t used = 0;
  std::size_t blocks_made = 0;
  bool is_making = false;
  void* start = nullptr;
  std::size_t blocks = 0;
  std::size_t region_bytes = 0;
};

// The lock is held before and after.
void MakeOne(Pool& self, std::unique_lock<std::mutex>& lock) {
  block* const one = block_at(self.start, self.blocks_made);
  self.is_making = true;
  lock.unlock();
  std::memset(one, 0, kBlockBytes);
  if (kFault == kWakesTooEarly) self.made.notify_all();
  lock.lock();
  push(&self.free, one);
  ++self.blocks_made;
  self.is_making = false;
  if (kFault == kWakesOne) {
    self.made.notify_one();
  } else if (kFault != kWakesTooEarly) {
    self.made.notify_all();
  }
}

void Wait(Pool& self, std::unique_lock<std::mutex>& lock) {
  if (kFault == kLooksOutside) {
    lock.unlock();
    lock.lock();
  }
  self.made.wait(lock);
}

block* TakeOne(Pool& self, std::unique_lock<std::mutex>& lock) {
  while (self.free == nullptr && self.blocks_made < self.blocks) {
    if (!self.is_making) {
      MakeOne(self, lock);
      continue;
    }
    Wait(self, lock);
    if (kFault == kWaitsOnce) {
      block* const one = self.free;
      self.free = one->next;
      return one;
    }
  }
  return pop(&self.free);
}

lockstep_status Create(void* state) {
  new (state) Pool;
  return LOCKSTEP_OK;
}

void Destroy(void* state) { static_cast<Pool*>(state)->~Pool(); }

lockstep_status Init(void* state, void* start, std::size_t bytes) {
  Pool& self = *static_cast<Pool*>(state);
  self.start = start;
  self.blocks = blocks_in(bytes);
  self.region_bytes = bytes;
  return LOCKSTEP_OK;
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** out) {
  Pool& self = *static_cast<Pool*>(state);
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  std::unique_lock lock(self.mutex);
  block* const one = TakeOne(self, lock);
  if (one == nullptr) return LOCKSTEP_NO_MEMORY;
  ++self.used;
  *out = one;
  return LOCKSTEP_OK;
}

lockstep_status Deallocate(void* state, void* freed, std::size_t, std::size_t) {
  Pool& self = *static_cast<Pool*>(state);
  const std::lock_guard lock(self.mutex);
  push(&self.free, static_cast<block*>(freed));
  --self.used;
  return LOCKSTEP_OK;
}

void Statistics(const void* state, lockstep_statistics* out) {
  Pool& self = *static_cast<Pool*>(const_cast<void*>(state));
  const std::lock_guard lock(self.mutex);
  report(self.region_bytes, self.used, out);
}

const char* Audit(const void* state) {
  const Pool& self = *static_cast<const Pool*>(state);
  return length_of(self.free) + self.used == self.blocks_made
             ? nullptr
             : "blocks are free or used";
}

constexpr lockstep_port Table() {
  lockstep_port table =
      animal_table("a pool whose clients wait for blocks to be made",
                   LOCKSTEP_THREAD_SAFE | LOCKSTEP_RESTORES, sizeof(Pool));
  table.create = Create;
  table.destroy = Destroy;
  table.init = Init;
  table.allocate = Allocate;
  table.deallocate = Deallocate;
  table.statistics = Statistics;
  table.audit = Audit;
  return table;
}

const lockstep_port ANIMAL = Table();

}  // namespace

LOCKSTEP_EXPORT(ANIMAL)
