#ifndef LOCKSTEP_BENCH_WORKLOADS_H_
#define LOCKSTEP_BENCH_WORKLOADS_H_

// What is timed, the same for every contestant. A client writes to the first
// byte of each block. What is timed is allocating and freeing; to set the stage
// and to clear it is not.
//   Requires   a contestant that serves the layouts: see Serves.
//   Errors     a refusal ends a run with an error.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/contestant.h"
#include "bench/recordings.h"
#include "bench/work.h"
#include "benchmark/benchmark.h"

namespace lockstep::suite::bench {

struct Block {
  void* start = nullptr;
  std::size_t bytes = 0;
};

inline constexpr std::size_t kAlign = 8;

template <Contestant C>
bool Take(C& contestant, std::size_t bytes, std::size_t align, void*& start) {
  start = contestant.Allocate(bytes, align);
  if (start == nullptr) return false;
  *static_cast<volatile char*>(start) = 1;
  return true;
}

// Whether what is live may be left to the destructor.
template <Contestant C>
bool EndsWhole(const C& contestant) {
  if constexpr (requires { contestant.EndsWhole(); }) {
    return contestant.EndsWhole();
  } else {
    return false;
  }
}

template <Contestant C>
bool Serves(C& contestant, std::size_t bytes, std::size_t align) {
  if constexpr (requires { contestant.MayAsk(bytes, align); }) {
    if (!contestant.MayAsk(bytes, align)) return false;
  }
  void* const block = contestant.Allocate(bytes, align);
  if (block != nullptr) contestant.Deallocate(block, bytes, align);
  return block != nullptr;
}

// The blocks that are live before and after the loop.
template <Contestant C>
class Live {
 public:
  // So many, of sizes in turn. Not all of them, where one was refused.
  Live(C& contestant, std::size_t count, const std::vector<Choice>& choices)
      : contestant_(contestant), blocks_(count) {
    for (std::size_t i = 0; i < count && is_complete_; ++i) {
      Block& block = blocks_[i];
      block.bytes = choices[i % choices.size()].bytes;
      is_complete_ = Take(contestant_, block.bytes, kAlign, block.start);
    }
  }
  ~Live() {
    if (EndsWhole(contestant_)) return;
    for (const Block& block : blocks_) {
      if (block.start == nullptr) continue;
      contestant_.Deallocate(block.start, block.bytes, kAlign);
    }
  }
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  bool is_complete() const { return is_complete_; }
  Block& operator[](std::size_t i) { return blocks_[i]; }
  std::size_t count() const { return blocks_.size(); }

  void Free(Block& block) {
    contestant_.Deallocate(block.start, block.bytes, kAlign);
    block.start = nullptr;
  }

 private:
  C& contestant_;
  std::vector<Block> blocks_;
  bool is_complete_ = true;
};

// A block allocated and freed.
template <Contestant C>
void Pair(benchmark::State& state, C& contestant) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* block;
    if (!Take(contestant, bytes, kAlign, block)) {
      return state.SkipWithError("refused");
    }
    contestant.Deallocate(block, bytes, kAlign);
  }
}

// Of so many live blocks any is freed, and another allocated.
template <Contestant C>
void WorkingSet(benchmark::State& state, C& contestant,
                const std::vector<Choice>& choices) {
  Live live(contestant, static_cast<std::size_t>(state.range(0)), choices);
  if (!live.is_complete()) return state.SkipWithError("refused");
  std::size_t next = 0;
  for (auto _ : state) {
    const Choice choice = choices[next++ % choices.size()];
    Block& block = live[choice.OneOf(live.count())];
    live.Free(block);
    block.bytes = choice.bytes;
    if (!Take(contestant, block.bytes, kAlign, block.start)) {
      return state.SkipWithError("refused");
    }
  }
}

// So many blocks are free, none merged with another. One more is freed, which
// can be merged with none of them, and allocated again.
template <Contestant C>
void FreeAmong(benchmark::State& state, C& contestant) {
  const auto holes = static_cast<std::size_t>(state.range(0));
  constexpr bool kAddsHoles = requires { contestant.AddHoles(holes); };
  if constexpr (kAddsHoles) contestant.AddHoles(holes);
  Live live(contestant, kAddsHoles ? 1 : 2 * (holes + 1), ObjectChoices());
  if (!live.is_complete()) return state.SkipWithError("refused");
  for (std::size_t i = 0; !kAddsHoles && i < holes; ++i) live.Free(live[2 * i]);
  Block& block = live[live.count() - (kAddsHoles ? 1 : 2)];
  for (auto _ : state) {
    live.Free(block);
    if (!Take(contestant, block.bytes, kAlign, block.start)) {
      return state.SkipWithError("refused");
    }
  }
  state.SetComplexityN(state.range(0));
}

// A recording from its beginning to its end, when everything is free again.
template <Contestant C>
void Replay(benchmark::State& state, C& contestant,
            const Recording& recording) {
  std::vector<void*> slots(recording.slots);
  for (auto _ : state) {
    for (const Step& step : recording.steps) {
      void*& slot = slots[step.slot];
      if (step.is_free) {
        contestant.Deallocate(slot, step.bytes, step.align);
      } else if (!Take(contestant, step.bytes, step.align, slot)) {
        return state.SkipWithError("refused");
      }
    }
  }
}

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_WORKLOADS_H_
