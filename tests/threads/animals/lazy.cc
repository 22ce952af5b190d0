// A pool that is made when it is first used, whoever comes first.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <new>

#include "tests/threads/animals/animal.h"

namespace {

enum Fault {
  kHonest,
  kChecksPlainly,    // Two threads may both make it.
  kSaysSoTooEarly,   // It is ready, and not yet made.
  kLocksAfterwards,  // Who has waited for the lock makes it again.
  kNoOrder           // Schedules cannot show the order of memory.
};
constexpr Fault kFault = FAULT;

struct Pool {
  std::once_flag once;
  std::atomic<bool> is_ready{false};
  std::mutex making;
  std::mutex mutex;
  block* free = nullptr;  // Behind the mutex, like `used`.
  std::size_t used = 0;
  void* start = nullptr;
  std::size_t blocks = 0;  // Known when it is made.
  std::size_t region_bytes = 0;
};

void Make(Pool& self) {
  if (kFault == kSaysSoTooEarly) self.is_ready = true;
  self.blocks = blocks_in(self.region_bytes);
  for (std::size_t i = self.blocks; i != 0;) {
    push(&self.free, block_at(self.start, --i));
  }
  self.is_ready.store(true, kFault == kNoOrder ? std::memory_order_relaxed
                                               : std::memory_order_release);
}

void MakeOnce(Pool& self) {
  if (kFault == kHonest) {
    std::call_once(self.once, Make, self);
    return;
  }
  if (self.is_ready.load(kFault == kNoOrder ? std::memory_order_relaxed
                                            : std::memory_order_acquire)) {
    return;
  }
  if (kFault == kChecksPlainly) return Make(self);
  const std::lock_guard guard(self.making);
  if (kFault == kLocksAfterwards || !self.is_ready) Make(self);
}

lockstep_status Create(void* state) {
  new (state) Pool;
  return LOCKSTEP_OK;
}

void Destroy(void* state) { static_cast<Pool*>(state)->~Pool(); }

lockstep_status Init(void* state, void* start, std::size_t bytes) {
  Pool& self = *static_cast<Pool*>(state);
  self.start = start;
  self.region_bytes = bytes;
  return LOCKSTEP_OK;
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** out) {
  Pool& self = *static_cast<Pool*>(state);
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  MakeOnce(self);
  if (self.blocks == 0) return LOCKSTEP_NO_MEMORY;
  const std::lock_guard guard(self.mutex);
  block* const one = pop(&self.free);
  if (one == nullptr) return LOCKSTEP_NO_MEMORY;
  ++self.used;
  *out = one;
  return LOCKSTEP_OK;
}

lockstep_status Deallocate(void* state, void* freed, std::size_t, std::size_t) {
  Pool& self = *static_cast<Pool*>(state);
  const std::lock_guard guard(self.mutex);
  push(&self.free, static_cast<block*>(freed));
  --self.used;
  return LOCKSTEP_OK;
}

void Statistics(const void* state, lockstep_statistics* out) {
  Pool& self = *static_cast<Pool*>(const_cast<void*>(state));
  const std::lock_guard guard(self.mutex);
  report(self.region_bytes, self.used, out);
}

const char* Audit(const void* state) {
  const Pool& self = *static_cast<const Pool*>(state);
  return length_of(self.free) + self.used == self.blocks
             ? nullptr
             : "blocks are free or used";
}

constexpr lockstep_port Table() {
  lockstep_port table =
      animal_table("a pool that is made when it is first used",
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
