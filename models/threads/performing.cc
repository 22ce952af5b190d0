#include "models/threads/performing.h"

#include <atomic>
#include <cstddef>

namespace lockstep::suite {

Function FunctionOf(Verb verb) {
  switch (verb) {
    case Verb::kInit:
      return Function::kInit;
    case Verb::kAdd:
      return Function::kAdd;
    case Verb::kAllocate:
      return Function::kAllocate;
    case Verb::kFree:
      return Function::kDeallocate;
    case Verb::kStatistics:
      return Function::kStatistics;
    case Verb::kUsable:
      return Function::kUsable;
    case Verb::kAttach:
      return Function::kAttach;
    case Verb::kDetach:
      return Function::kDetach;
    case Verb::kTrim:
      return Function::kTrim;
    case Verb::kReallocate:
      return Function::kReallocate;
    case Verb::kReallocateZeroed:
      return Function::kReallocateZeroed;
    case Verb::kResize:
      return Function::kResize;
    case Verb::kAllocateZeroed:
      return Function::kAllocateZeroed;
    case Verb::kUsableOf:
      return Function::kUsableOf;
    case Verb::kFootprint:
      return Function::kFootprint;
    case Verb::kAllocateMany:
      return Function::kAllocateMany;
    case Verb::kFreeMany:
      return Function::kDeallocateMany;
    default:
      return Function::kNone;
  }
}

Event Performed(Stage& stage, const Op& op, std::size_t step,
                Witness& witness) {
  witness.step.store(step, std::memory_order_relaxed);
  const Witness::Call call(witness, FunctionOf(op.verb));
  return stage.Perform(op, step);
}

}  // namespace lockstep::suite
