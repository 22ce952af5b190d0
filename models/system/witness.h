#ifndef LOCKSTEP_MODELS_SYSTEM_WITNESS_H_
#define LOCKSTEP_MODELS_SYSTEM_WITNESS_H_

// What a run leaves behind when its process dies or no longer comes back: at
// which step it is, and inside of which function of the port. It can lie in
// memory that is shared with another process.
//   Complexity O(1). One thread writes, and any thread or process may read.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "models/system/tried.h"

namespace lockstep::suite {

// The functions of port.h that a system calls.
enum class Function : std::uint8_t {
  kNone,
  kCreate,
  kDestroy,
  kInit,
  kAdd,
  kAllocate,
  kDeallocate,
  kStatistics,
  kUsable,
  kAttach,
  kDetach,
  kTrim,
  kAudit,
  kReallocate,
  kReallocateZeroed,
  kResize,
  kAllocateZeroed,
  kUsableOf,
  kFootprint,
  kAllocateMany,
  kDeallocateMany,
  kNeeds,
  kSteps,
};

// As port.h has it, "allocate"; "" for kNone.
std::string_view NameOf(Function function);

struct alignas(64) Witness {
  std::atomic<std::uint64_t> step{0};   // From 0, as in Violation.
  std::atomic<std::uint64_t> calls{0};  // Begun and ended: odd inside of one.
  std::atomic<Function> function{Function::kNone};  // The last that was called.
  Tried tried{};                                    // Of the ops of scripts.

  bool IsInside() const {
    return calls.load(std::memory_order_relaxed) % 2 != 0;
  }

  // Begins a call, and ends it as it goes.
  class Call {
   public:
    Call(Witness& witness, Function function) : witness_(witness) {
      witness_.function.store(function, std::memory_order_relaxed);
      Count();
    }
    ~Call() { Count(); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    // No read-modify-write: there is one writer.
    void Count() {
      witness_.calls.store(witness_.calls.load(std::memory_order_relaxed) + 1,
                           std::memory_order_relaxed);
    }
    Witness& witness_;
  };
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_WITNESS_H_
