#ifndef LOCKSTEP_MODELS_THREADS_STAGE_H_
#define LOCKSTEP_MODELS_THREADS_STAGE_H_

// A system that several threads call at once: the port with its states, an arena,
// a provider, and slots that all threads share.
//
//     slot:  empty --claim--> busy --have--> live --claim--> busy --let--> empty
//
// A thread claims a slot before it acts on it. So no two threads act on one
// block at once, and what one of them wrote into it is visible to the next, as
// with the clients of any allocator. Nothing else here orders what threads do.
// It judges nothing.
//   Complexity O(bytes) of a block an op; the provider O(pieces).

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
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
#include "models/threads/shared_provider.h"
#include "models/threads/stage_watch.h"

namespace lockstep::suite {

// Whether several threads may call the port.
bool IsForThreads(const lockstep_port& port);

class Stage {
 public:
  // The port and the witness must outlive it. The witness is told which
  // function is called, and when an op has ended.
  Stage(const lockstep_port& port, Witness& witness);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Creates a fresh instance, or one for each of the script's threads where
  // these are apart. `watch` may be null; it must outlive the script.
  void Begin(const Script& script, StageWatch* watch);
  void End();

  // Performs an op of the script, on the thread that it names. Several threads
  // may be in this function at once, except for an op that is alone.
  Event Perform(const Op& op, std::size_t step);

  // Only while no thread is running.
  const char* Audit();
  std::optional<Statistics> ReadStatistics();
  // The first byte of a live block that is not what its client wrote.
  std::optional<WrongByte> FirstSpoiled() const;
  std::vector<HeldBlock> Live() const;
  bool HasHandle() const;
  // The regions that the port accepted in this script.
  std::span<const Region> regions() const { return regions_; }
  // All calls of the provider, in order.
  std::span<const ProviderCall> provider_calls() const {
    return provider_.calls();
  }
  const SharedProvider& provider() const { return provider_; }

  const lockstep_port& port() const { return port_; }
  const Arena& arena() const { return *arena_; }
  bool Promises(lockstep_capabilities bits) const {
    return (port_.capabilities & bits) == bits;
  }
  // Whether each thread has an instance of its own.
  bool IsApart() const { return is_apart_; }
  Witness& witness() { return witness_; }
  // Of the first instance.
  const void* state() const { return states_.data(); }
  // Whether create() succeeded.
  bool IsRunning() const { return running_ != 0; }

 private:
  friend class Performance;
  enum class SlotState : std::uint8_t { kEmpty, kBusy, kLive };
  struct Slot {
    std::atomic<SlotState> state{SlotState::kEmpty};
    HeldBlock block{};
    std::uint64_t seed = 0;     // Of its contents.
    std::uint8_t instance = 0;  // From which it was allocated.
  };
  // A handle's number of running calls, or one of these: it is detached, or is
  // being attached or detached.
  static constexpr int kDetached = -1;
  static constexpr int kChanging = -2;
  static constexpr std::size_t kMostHandles = 64;

  void* StateOf(std::uint8_t instance) const {
    return states_.data() + instance * state_stride_;
  }
  std::uint8_t InstanceOf(const Op& op) const {
    return is_apart_ && op.thread != 0
               ? static_cast<std::uint8_t>(op.thread - 1)
               : std::uint8_t{0};
  }
  std::uint64_t Draw() {
    return stamp_.fetch_add(1, std::memory_order_relaxed) + 1;
  }
  void Touch(const void* address, std::size_t bytes, bool is_write) const {
    if (watch_ != nullptr) watch_->Touch(address, bytes, is_write);
  }
  void TakeArena(ArenaSpec spec);

  const lockstep_port& port_;
  Witness& witness_;
  const bool is_apart_;
  const std::size_t state_stride_;
  const GuardedBytes states_;
  const Arena addresses_ = Arena::OfAddresses();
  std::unique_ptr<Arena> own_arena_;
  const Arena* arena_ = &addresses_;
  ArenaSpec spec_{};  // Of one instance.
  std::uint8_t instances_ = 1;
  std::uint8_t running_ = 0;  // Instances that were created.
  std::size_t slot_count_ = 0;
  std::size_t slot_room_ = 0;
  std::unique_ptr<Slot[]> slots_;
  std::array<std::atomic<int>, kMostHandles> handles_{};
  std::atomic<std::uint64_t> stamp_{0};
  SharedProvider provider_;
  std::vector<Region> regions_;
  StageWatch* watch_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_STAGE_H_
