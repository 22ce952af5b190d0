#include "models/spec.h"

#include <memory>
#include <string_view>

#include "models/buddy_spec.h"
#include "models/heap_spec.h"
#include "models/two_phase_spec.h"

namespace lockstep {

Outcome Spec::Usable(std::uint64_t /*bytes*/, std::uint64_t /*align*/) const {
  return OutcomeOf(Status::kSkipped);
}

std::unique_ptr<Spec> MakeSpec(std::string_view placement) {
  if (placement == "buddy") return std::make_unique<BuddySpec>();
  if (placement == "buddy_6") return std::make_unique<BuddySpec>(6);
  if (placement == "slab") return std::make_unique<SlabSpec>();
  if (placement == "heap") return std::make_unique<HeapSpec>();
  if (placement == "buddy_byte") {
    return std::make_unique<TwoPhaseSpec<BuddySpec>>();
  }
  if (placement == "slab_byte") {
    return std::make_unique<TwoPhaseSpec<HeapSpec>>();
  }
  return nullptr;
}

}  // namespace lockstep
