#ifndef LOCKSTEP_MODELS_THREADS_STAGE_H_
#define LOCKSTEP_MODELS_THREADS_STAGE_H_

// A system that several threads call at once: the port with its states, an arena,
// a provider, and slots that all threads share.
//
//     slot:  empty --claim--> busy --have--> live --claim--> busy --let--> empty
//
// A thread claims a slot before it acts on it, so no two do at once, and what one
// wrote into a block is seen by who has it next: as among the clients of any
// allocator. Nothing else here orders what threads do. It judges nothing.
//   Complexity O(bytes) of a block an op; the provider O(pieces).

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/arena.h"
#include "models/system/harness_provider.h"
#include "models/system/region.h"
#include "models/system/witness.h"
#include "models/threads/history.h"

namespace lockstep::suite {

// Told of what the harness itself does between calls that other threads may see:
// where schedules are chosen, each is a point.
class StageWatch {
 public:
  virtual ~StageWatch() = default;
  virtual void Touch(const void* address, std::size_t bytes, bool is_write) = 0;
  // The calling thread goes into the port, and comes out of it.
  virtual void Enter() = 0;
  virtual void Leave() = 0;
};

// Whether a port may be called by several threads.
bool IsForThreads(const lockstep_port& port);

class Stage {
 public:
  // The port must outlive it. Slots have numbers below `slots`.
  Stage(const lockstep_port& port, std::size_t slots);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // A fresh instance for each of so many threads where they are apart, or one.
  // `watch` may be null; it must outlive the script.
  void Begin(ArenaSpec arena, std::uint8_t threads, StageWatch* watch);
  void End();

  // By the calling thread, which is the op's. Several threads may be in it at
  // once; an op that is alone must be.
  Event Perform(const Op& op, std::size_t step);

  // While no thread is at work.
  const char* Audit();
  std::optional<Statistics> ReadStatistics();
  // The first byte that a live block has lost.
  std::optional<WrongByte> FirstSpoiled() const;
  std::vector<HeldBlock> Live() const;
  bool HasHandle() const;
  // As they were accepted, in this script.
  std::span<const Region> regions() const { return regions_; }
  const HarnessProvider& provider() const { return provider_; }
  // Every call of it, in order.
  std::span<const ProviderCall> provider_calls() const {
    return provider_.calls();
  }

  const lockstep_port& port() const { return port_; }
  const Arena& arena() const { return *arena_; }
  bool Promises(lockstep_capabilities bits) const {
    return (port_.capabilities & bits) == bits;
  }
  // Whether each thread has an instance of its own.
  bool IsApart() const { return is_apart_; }
  Witness& witness() { return witness_; }

 private:
  enum class SlotState : std::uint8_t { kEmpty, kBusy, kLive };
  struct Slot {
    std::atomic<SlotState> state{SlotState::kEmpty};
    HeldBlock block;
    std::uint64_t seed = 0;   // Of its contents.
    std::uint8_t owner = 0;   // Whose instance it is of.
  };
  static constexpr int kDetached = -1;
  static constexpr int kChanging = -2;
  struct Handle {
    std::atomic<int> users{kDetached};
  };
  class Calling;
  struct Doing;

  const lockstep_port& port_;
  const bool is_apart_;
  std::unique_ptr<GuardedBytes> states_;
  std::size_t state_stride_ = 0;
  std::uint8_t instances_ = 0;
  std::unique_ptr<Arena> arena_;
  std::vector<Slot> slots_;
  std::array<Handle, 64> handles_;
  std::atomic<std::uint64_t> stamp_{0};
  std::mutex provider_mutex_;
  HarnessProvider provider_;
  lockstep_provider table_{};
  std::vector<Region> regions_;
  StageWatch* watch_ = nullptr;
  Witness witness_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_STAGE_H_
