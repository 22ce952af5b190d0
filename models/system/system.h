#ifndef LOCKSTEP_MODELS_SYSTEM_SYSTEM_H_
#define LOCKSTEP_MODELS_SYSTEM_SYSTEM_H_

// A port, its state, and the arena and slots that a script uses: turns ops into
// calls, and calls into outcomes. It judges nothing.
//   Complexity Resolve and Perform O(1), but for init and add: O(regions).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/arena.h"
#include "models/system/memory.h"
#include "models/system/memory_source.h"
#include "models/system/region.h"
#include "models/system/witness.h"

namespace lockstep::suite {

// An op with what it acts on filled in.
struct Call {
  Op op;
  std::size_t step = 0;
  void* pointer = nullptr;   // The region's start, or the block acted on.
  std::uint64_t offset = 0;  // Of the pointer, from the arena's base.
  std::uint64_t bytes = 0;   // The region's size, or the layout's.
  std::uint64_t align_bytes = 1;
  // Where a block is given another layout, which is the above: the one it has,
  // or in a misuse the one that is claimed.
  std::uint64_t held_bytes = 0;
  std::uint64_t held_align_bytes = 1;
};

// Whether the product that a kAllocateZeroed asks for is above SIZE_MAX.
bool Overflows(const Op& op);

// The values of port.h; anything else is kUnknown.
Status StatusFrom(lockstep_status status);

class System {
 public:
  // The port must outlive it, and so must the witness, which is told of every
  // call; null: one of its own.
  explicit System(const lockstep_port& port, Witness* witness = nullptr);
  ~System();
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  // A fresh instance with empty slots, made in a state full of junk: the same
  // number gives the same. Unless it is 0, the ends of the first region are full
  // of it as well.
  void Begin(ArenaSpec arena, std::uint64_t junk = 0);
  // Destroys the instance, if there is one.
  void End();

  // Null when the op has nothing to act on, or is a misuse that the port does
  // not promise to detect.
  std::optional<Call> Resolve(const Op& op, std::size_t step) const;
  // The same, made where it is to be: false for null.
  bool Resolve(const Op& op, std::size_t step, Call& call) const;

  Outcome Perform(const Call& call);
  void Perform(const Call& call, Outcome& outcome);
  // Makes the same request again and again, at most `most` times, until it is
  // refused: where the blocks are, in their order. No slot has them, so that only
  // Restore or Begin may follow.
  void Drain(const Call& request, std::size_t most,
             std::vector<std::uint64_t>& offsets);
  // The slots that a kAllocateMany would fill, or whose blocks a kFreeMany would
  // free: of so many from the op's own on, those that are empty, or those whose
  // blocks have the layout of the first.
  void BatchOf(const Op& op, std::vector<std::uint32_t>& slots) const;

  // The name of the first broken invariant, or null.
  const char* Audit() const;
  // Nodes visited since create(); 0 if the port does not count.
  std::uint64_t StepsOfPort() const;
  // So many contiguous bytes suffice for a request; nothing if the port does not
  // say, or if no number does.
  std::optional<std::uint64_t> Needs(std::uint64_t bytes,
                                     std::uint64_t align_bytes) const;

  // Zeros where the port offers none.
  Statistics ReadStatistics() const;

  // Whether the port must accept a region with such bounds, all else being
  // right.
  bool HasSoundBounds(const Op& op) const;
  bool WrapsAround(const Op& op) const;
  // As the port rounds it: inward, to its unit.
  Region Rounded(Region region) const;

  // What Begin was given.
  std::uint64_t junk() const { return junk_; }

  // Whether the port's create() made an instance. Nothing is tried without one.
  bool IsRunning() const { return is_running_; }

  const lockstep_port& port() const { return port_; }
  Witness& witness() const { return *witness_; }
  bool Promises(lockstep_capabilities bits) const {
    return (port_.capabilities & bits) == bits;
  }
  // Empty, and offsets are addresses, where the port has memory of its own.
  const Arena& arena() const { return *arena_; }

  const MemorySource& memory() const { return *memory_; }
  std::size_t slot_count() const { return slots_.size(); }
  bool IsAttached(std::uint32_t handle) const {
    return handle < 64 && (memory_->handles() >> handle & 1) != 0;
  }
  bool HasHandle() const { return memory_->handles() != 0; }
  // Whether a free or a detach with this status has happened: also if only the
  // provider did not take back what then was not needed.
  bool IsDone(Status status) const {
    return status == Status::kOk ||
           (status == Status::kFatalError && HasKeptMemory());
  }

  enum class SlotState : std::uint8_t { kEmpty, kLive, kFreed };
  struct Slot {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t allocations_before = 0;  // Since when it may be reused.
    std::uint8_t align_log2 = 0;
    SlotState state = SlotState::kEmpty;
  };
  std::span<const Slot> slots() const { return slots_; }
  bool IsLive(std::uint32_t slot) const {
    return slot < slots_.size() && slots_[slot].state == SlotState::kLive;
  }
  std::size_t live_count() const { return live_count_; }
  // Whether no allocation has succeeded since it was freed.
  bool IsFreedSinceAllocation(const Slot& slot) const {
    return slot.state == SlotState::kFreed &&
           slot.allocations_before == allocations_;
  }

  // All of a system at a point of a script: of the port the bytes, for one that
  // promises LOCKSTEP_SNAPSHOTS. Of use to the same system until Begin.
  //   Complexity O(state + what its source of memory says was touched).
  struct Snapshot;
  void Save(Snapshot& into) const;
  void Restore(const Snapshot& snapshot);
  // Whether nothing has changed since. Nothing is said of a system whose source
  // of memory keeps books: then it is false.
  bool Holds(const Snapshot& snapshot) const;
  // Those that the harness allocated for create().
  std::span<const std::byte> state() const {
    return {state_.data(), port_.state_bytes};
  }

 private:
  const Slot* Held(std::uint32_t slot, SlotState state) const {
    if (slot >= slots_.size() || slots_[slot].state != state) return nullptr;
    return &slots_[slot];
  }
  bool MayFree() const { return is_running_ && memory_->MayFree(); }
  // Whether a misuse may be tried: here, or in a process that is to die of it.
  bool MayMisuse(lockstep_capabilities detects) const;
  // Which of the port's promises a free is about; 0: it is no misuse.
  lockstep_capabilities DetectedBy(const Op& op) const;
  // The same of a misuse with a layout that the block in the slot does not have.
  lockstep_capabilities LayoutDetectedBy(const Op& op) const;
  bool MayFreeAgain(const Op& op) const;
  bool MayFreeForeign(const Op& op) const;
  bool MayFreeWith(const Slot& slot, const Op& op) const;
  // Whether a block cannot have the layout of an op, or has one of a size class
  // that is surely another.
  bool IsImpossible(const Slot& slot, const Op& op) const;
  bool IsOfOtherClass(const Slot& slot, const Op& op) const;
  unsigned ClassOf(std::uint64_t bytes, unsigned align_log2) const;
  bool Fits(const Op& op) const;
  bool IsInLimits(const Op& op) const;
  // Fills in what the op acts on; false: nothing.
  bool Aim(Call& call) const;
  bool AimAtOther(Call& call) const;
  void AimAt(const Slot& slot, std::uint64_t offset, Call& call) const;
  bool AimAtSlot(Call& call) const;
  // Whether blocks of such an align may be given another size, or be cleared.
  bool MayChange(std::uint64_t align_bytes) const;
  bool AimAtLayout(Call& call) const;
  bool AimAtOtherLayout(Call& call) const;
  bool AimAtOtherChange(Call& call) const;
  bool AimAtProduct(Call& call) const;
  bool AimAtBatch(Call& call) const;

  // Whether in the last op the provider did not take back what it was given.
  bool HasKeptMemory() const;
  // Into what is zeros.
  void ReadStatistics(Statistics& statistics) const;
  const Arena& ArenaOf(ArenaSpec spec);
  void BeTheOne();
  // Performs it, and leaves the statistics alone.
  Outcome AnswerOther(const Call& call);
  // Statistics, and the verbs that not every source of memory has.
  Outcome AskMemory(const Call& call);
  Outcome Usable(const Call& call) const;
  // The block is what the port says, if it is served.
  Status Request(const Call& call, void*& block);
  void Allocate(const Call& call, Outcome& outcome);
  Outcome AllocateZeroed(const Call& call);
  Outcome Reallocate(const Call& call);
  Outcome Resize(const Call& call);
  // A misuse. Whatever comes of it, the slot stays as it is.
  Outcome ChangeOtherLayout(const Call& call);
  Status CallResize(const Call& call);
  Status CallReallocate(const Call& call, void*& block);
  Outcome UsableOf(const Call& call) const;
  Outcome Footprint() const;
  Outcome AllocateMany(const Call& call);
  Outcome FreeMany(const Call& call);
  Outcome Misuse(const Call& call);
  Status Free(const Call& call);
  // In a process of its own where the port promises to die of it.
  Status TryMisuse(lockstep_capabilities detects, Function function,
                   const std::function<Status()>& call);
  void AddSlots(std::uint32_t slot);
  void Had(std::uint32_t slot, std::uint64_t offset, const Call& call);
  void Freed(std::uint32_t slot);

  const lockstep_port& port_;
  const std::unique_ptr<Witness> own_witness_;
  Witness* const witness_;
  GuardedBytes state_;
  // One of each kind that was asked for: scripts vary between a few.
  std::vector<std::unique_ptr<Arena>> arenas_;
  const Arena addresses_ = Arena::OfAddresses();
  const Arena* arena_ = nullptr;
  bool is_running_ = false;
  std::uint64_t junk_ = 0;
  const std::unique_ptr<MemorySource> memory_;
  const bool has_provider_;
  std::size_t live_count_ = 0;
  std::vector<Slot> slots_;
  std::uint64_t allocations_ = 0;
  std::optional<std::uint32_t> just_freed_;
  std::uint32_t deaths_ = 0;  // Of processes for misuse, in this script.
  // Of the batch that is being performed.
  std::vector<std::uint32_t> batch_;
  std::vector<void*> blocks_;
};

struct System::Snapshot {
  std::vector<std::byte> state;
  std::vector<std::byte> touched;
  std::unique_ptr<Memory> memory;  // Of the source of memory.
  std::size_t live_count = 0;
  std::vector<Slot> slots;
  std::uint64_t allocations = 0;
  std::optional<std::uint32_t> just_freed;
  std::uint32_t deaths = 0;
};

}  // namespace lockstep::suite

#include "models/system/system_inline.h"  // IWYU pragma: export

#endif  // LOCKSTEP_MODELS_SYSTEM_SYSTEM_H_
