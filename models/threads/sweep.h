#ifndef LOCKSTEP_MODELS_THREADS_SWEEP_H_
#define LOCKSTEP_MODELS_THREADS_SWEEP_H_

// The part of any_order.h that goes through a history in the order of the
// stamps, and knows at each time what is surely live and what may be live.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lockstep/port.h"
#include "models/script/memory_kind.h"
#include "models/system/model.h"
#include "models/threads/any_order.h"
#include "models/threads/counts.h"
#include "models/threads/grounds.h"
#include "models/threads/held_blocks.h"
#include "models/threads/history.h"
#include "models/threads/lent_pieces.h"
#include "models/threads/possible_blocks.h"
#include "models/threads/refusal.h"
#include "models/threads/request.h"
#include "models/threads/sure_blocks.h"

namespace lockstep::suite {

// An event that has begun and not yet ended.
struct Flight {
  const Event* event = nullptr;
  std::optional<HeldBlock> held;
  std::size_t other_requests = 0;
  bool was_other_refused = false;
  bool overlaps = false;
  // Of others that it overlapped: received and ended, and given up.
  std::uint64_t entered_bytes = 0;
  std::uint64_t left_bytes = 0;
};

class Sweep {
 public:
  // Both must outlive it.
  Sweep(const Scene& scene, const History& history);

  // To be called in the order of the stamps, for the beginning and the end of
  // each event.
  void Begin(const Event& event);
  Verdict End(const Event& event);

 private:
  Flight Land(const Event& event);
  Verdict Judge(const Flight& flight);
  Verdict JudgeReceived(const Flight& flight);
  Verdict JudgePlace(const Event& event, const HeldBlock& block) const;
  Verdict JudgeGivenBack(const Event& event) const;
  Verdict JudgeOutcome(const Flight& flight);
  Verdict JudgeCounts(const Flight& flight);
  void Free(const Event& event, bool was_alone);
  const HeldBlock* Successor(const Event& event, const HeldBlock& block) const;
  std::uint64_t Extent(const HeldBlock& block) const {
    return ExtentBytes(port_, block);
  }

  const Scene& scene_;
  const lockstep_port& port_;
  const MemoryKind kind_;
  // What the provider lent is known only if events record it.
  bool is_lending_known_ = true;
  Grounds grounds_;
  Counts counts_;
  HeldBlocks held_;
  SureBlocks sure_;
  PossibleBlocks possible_;
  LentPieces lent_;
  std::vector<Flight> flights_;  // One a thread at most.
  std::optional<Freed> just_freed_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_SWEEP_H_
