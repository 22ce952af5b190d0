// A stack of free blocks without a lock (Treiber's). Links are outside of the
// blocks, and the head has a tag that changes each time, so that a head that has
// come back is not taken for one that never changed.
//
//     head: | tag, 32 bits | index of the first free block, from 1; 0: none |

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include "tests/threads/animals/animal.h"

namespace {

enum Fault {
  kHonest,
  kNoTag,           // ABA.
  kIgnoresFailure,  // Of the compare-exchange that takes a block.
  kPushesByStore,   // What others pushed or took meanwhile is lost.
  kCountsByStore,   // A count of blocks in use that is not atomic.
  kRelaxedPush,     // Schedules cannot show the order of memory.
  kRelaxedPop
};
constexpr Fault kFault = FAULT;

constexpr std::uint64_t kOneTag = std::uint64_t{1} << 32;

struct Stack {
  std::atomic<std::uint64_t> head{0};
  std::atomic<std::uint32_t> next[kMostBlocks + 1]{};
  std::atomic<std::size_t> used{0};
  std::size_t asked[kMostBlocks + 1]{};  // Of whoever has the block.
  char* start = nullptr;
  std::size_t blocks = 0;
  std::size_t region_bytes = 0;
};

std::uint32_t IndexOf(std::uint64_t head) {
  return static_cast<std::uint32_t>(head);
}

std::uint64_t WithIndex(std::uint64_t head, std::uint32_t index) {
  return (kFault == kNoTag ? 0 : (head & ~(kOneTag - 1)) + kOneTag) | index;
}

void Push(Stack& self, std::uint32_t index) {
  constexpr auto kOrder = kFault == kRelaxedPush ? std::memory_order_relaxed
                                                 : std::memory_order_release;
  std::uint64_t head = self.head.load(std::memory_order_relaxed);
  do {
    self.next[index].store(IndexOf(head), std::memory_order_relaxed);
    if (kFault == kPushesByStore) {
      return self.head.store(WithIndex(head, index), kOrder);
    }
  } while (!self.head.compare_exchange_weak(head, WithIndex(head, index),
                                            kOrder, std::memory_order_relaxed));
}

// 0: there is none.
std::uint32_t Pop(Stack& self) {
  constexpr auto kOrder = kFault == kRelaxedPop ? std::memory_order_relaxed
                                                : std::memory_order_acquire;
  std::uint64_t head = self.head.load(kOrder);
  while (IndexOf(head) != 0) {
    const std::uint32_t taken = IndexOf(head);
    const auto next = self.next[taken].load(std::memory_order_relaxed);
    const bool is_done = self.head.compare_exchange_weak(
        head, WithIndex(head, next), kOrder, kOrder);
    if (is_done || kFault == kIgnoresFailure) return taken;
  }
  return 0;
}

void Count(Stack& self, std::size_t more) {
  if (kFault == kCountsByStore) {
    const std::size_t used = self.used.load(std::memory_order_relaxed);
    self.used.store(used + more, std::memory_order_relaxed);
  } else {
    self.used.fetch_add(more, std::memory_order_relaxed);
  }
}

lockstep_status Create(void* state) {
  new (state) Stack;
  return LOCKSTEP_OK;
}

void Destroy(void*) {}

lockstep_status Init(void* state, void* start, std::size_t bytes) {
  Stack& self = *static_cast<Stack*>(state);
  self.start = static_cast<char*>(start);
  self.blocks = blocks_in(bytes);
  self.region_bytes = bytes;
  for (std::size_t i = self.blocks; i != 0; --i) {
    Push(self, static_cast<std::uint32_t>(i));
  }
  return LOCKSTEP_OK;
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** out) {
  Stack& self = *static_cast<Stack*>(state);
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  const std::uint32_t index = Pop(self);
  if (index == 0) return LOCKSTEP_NO_MEMORY;
  self.asked[index] = bytes + 1;
  Count(self, 1);
  *out = block_at(self.start, index - 1);
  return LOCKSTEP_OK;
}

// The count falls first: it is never larger than the number of blocks.
lockstep_status Deallocate(void* state, void* freed, std::size_t, std::size_t) {
  Stack& self = *static_cast<Stack*>(state);
  const auto offset = static_cast<char*>(freed) - self.start;
  const auto index = static_cast<std::uint32_t>(offset / kBlockBytes + 1);
  self.asked[index] = 0;
  Count(self, std::size_t{0} - 1);
  Push(self, index);
  return LOCKSTEP_OK;
}

void Statistics(const void* state, lockstep_statistics* out) {
  const Stack& self = *static_cast<const Stack*>(state);
  report(self.region_bytes, self.used.load(std::memory_order_relaxed), out);
}

const char* Audit(const void* state) {
  const Stack& self = *static_cast<const Stack*>(state);
  std::size_t length = 0;
  std::uint32_t index = IndexOf(self.head.load(std::memory_order_relaxed));
  for (; index != 0 && length <= kMostBlocks; ++length) {
    if (self.asked[index] != 0) return "what is free has no client";
    index = self.next[index].load(std::memory_order_relaxed);
  }
  return length + self.used.load(std::memory_order_relaxed) == self.blocks
             ? nullptr
             : "blocks are free or used";
}

constexpr lockstep_port Table() {
  lockstep_port table =
      animal_table("a stack of free blocks without a lock",
                   LOCKSTEP_THREAD_SAFE | LOCKSTEP_RESTORES, sizeof(Stack));
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
