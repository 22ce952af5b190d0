#ifndef LOCKSTEP_MODELS_THREADS_PERFORMANCE_H_
#define LOCKSTEP_MODELS_THREADS_PERFORMANCE_H_

// Performs one op on a stage, on the calling thread. It first claims the slots
// and the handle that it needs; if another thread has one of them, the op is
// skipped.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/threads/history.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

class Performance {
 public:
  Performance(Stage& stage, const Op& op, std::size_t step);
  // Releases what it has claimed.
  ~Performance();
  Performance(const Performance&) = delete;
  Performance& operator=(const Performance&) = delete;

  Event Run();

 private:
  using Slot = Stage::Slot;
  using SlotState = Stage::SlotState;
  struct Claim {
    Slot* slot;
    SlotState then;  // The state that the slot will get.
  };

  bool HasMemory() const;
  bool IsOffered() const;
  void Act();
  void Allocate();
  void AllocateMany();
  void Free();
  void FreeMany();
  void Reallocate();
  void Resize();
  void UsableOf();
  void Ask();
  void Give();
  void Attach();
  void Detach();
  void Trim();

  // Null if another thread has claimed it, or it is not in that state.
  Slot* ClaimSlot(std::uint64_t number, SlotState from);
  // Claims a handle, which then stays attached until the op has ended.
  bool ClaimHandle();
  bool MayUse(const Slot& slot) const;

  // Calls the port; whoever watches is told when the thread is in it.
  lockstep_status Inside(Function function,
                         const std::function<lockstep_status()>& call);
  // The same, with a stamp before and after.
  void Call(Function function, const std::function<lockstep_status()>& call);
  bool HasSoundBounds() const;
  // Whether the call has taken effect: also a free or a detach that failed only
  // because the provider did.
  bool IsDone() const;
  // The client checks its block, receives and fills one, or gives one up.
  void Look(const Slot& slot);
  void Have(Claim& claim, void* block, std::uint64_t bytes,
            std::uint64_t align_bytes);
  void Lose(Claim& claim);
  void CheckKept(const Slot& slot, void* block);
  lockstep_status AskUsable(const HeldBlock& held, std::size_t& usable) const;
  std::uint64_t ZeroedFrom(const HeldBlock& held);
  void CheckZero(const HeldBlock& block, std::uint64_t from);

  Stage& stage_;
  const Op& op_;
  const lockstep_port& port_;
  Event event_;
  const std::uint8_t instance_;
  void* const state_;
  const std::size_t bytes_;
  const std::size_t align_;
  std::vector<Claim> claims_;
  std::optional<std::uint32_t> handle_;
  void* block_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_PERFORMANCE_H_
