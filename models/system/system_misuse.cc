// The part of a system that decides which misuse may be tried: what the port
// promises to detect, and nothing that might be no misuse. It also runs the deadly
// ones in a child process.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "models/system/deadly.h"
#include "models/system/system.h"

namespace lockstep::suite {
namespace {

// Each takes a process.
constexpr std::uint32_t kMostDeaths = 8;
// See LOCKSTEP_DETECTS_OTHER_LAYOUT.
constexpr std::uint64_t kSmallestClassBytes = 64;

}  // namespace

bool System::MayMisuse(lockstep_capabilities detects) const {
  return Promises(detects) ||
         (Promises(LOCKSTEP_DIES_OF(detects)) && deaths_ < kMostDeaths);
}

lockstep_capabilities System::DetectedBy(const Op& op) const {
  switch (op.verb) {
    case Verb::kFreeAgain:
      return just_freed_ == op.slot &&
                     MayMisuse(LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE)
                 ? LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE
                 : LOCKSTEP_DETECTS_FREE_AGAIN;
    case Verb::kFreeInside:
      return LOCKSTEP_DETECTS_INTERIOR;
    case Verb::kFreeForeign:
      return LOCKSTEP_DETECTS_FOREIGN;
    case Verb::kFreeNull:
      return LOCKSTEP_DETECTS_NULL;
    case Verb::kFreeOtherLayout:
      return LayoutDetectedBy(op);
    default:
      return 0;
  }
}

Status System::TryMisuse(lockstep_capabilities detects, Function function,
                         const std::function<Status()>& call) {
  // Here, and not in a copy that dies, which would not get to its end.
  const Witness::Call calling(*witness_, function);
  if (Promises(detects)) return call();
  ++deaths_;
  return StatusOfDeadly({port_.death_signals, port_.death_exit_code}, call);
}

bool System::MayFreeAgain(const Op& op) const {
  const auto detects = DetectedBy(op);
  return MayMisuse(detects) &&
         (detects == LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE ||
          slots_[op.slot].allocations_before == allocations_);
}

// Inside the arena, so that a port which looks at it reads our memory.
bool System::MayFreeForeign(const Op& op) const {
  return MayMisuse(LOCKSTEP_DETECTS_FOREIGN) && Fits(op) &&
         op.offset < arena_->spec().bytes && !memory_->Contains(op.offset, 1);
}

lockstep_capabilities System::LayoutDetectedBy(const Op& op) const {
  return IsImpossible(slots_[op.slot], op) ? LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT
                                           : LOCKSTEP_DETECTS_OTHER_LAYOUT;
}

bool System::MayFreeWith(const Slot& slot, const Op& op) const {
  return Fits(op) && MayMisuse(LayoutDetectedBy(op)) &&
         (IsImpossible(slot, op) || IsOfOtherClass(slot, op));
}

bool System::IsImpossible(const Slot& slot, const Op& op) const {
  const std::uint64_t align = std::uint64_t{1} << op.align_log2;
  return slot.offset % align != 0 || !memory_->Contains(slot.offset, op.bytes);
}

// As port.h says it of OTHER_LAYOUT.
bool System::IsOfOtherClass(const Slot& slot, const Op& op) const {
  const unsigned one = ClassOf(slot.bytes, slot.align_log2);
  const unsigned other = ClassOf(op.bytes, op.align_log2);
  return one > other ? one - other >= 2 : other - one >= 2;
}

// So many bits it takes to write the number of the last byte.
unsigned System::ClassOf(std::uint64_t bytes, unsigned align_log2) const {
  const std::uint64_t smallest =
      std::max<std::uint64_t>(kSmallestClassBytes, port_.unit_bytes);
  const std::uint64_t last = std::max<std::uint64_t>(bytes, 1) - 1;
  const std::uint64_t align = std::uint64_t{1} << align_log2;
  return static_cast<unsigned>(
      std::bit_width(last | (align - 1) | (smallest - 1)));
}

}  // namespace lockstep::suite
