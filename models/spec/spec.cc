#include "models/spec/spec.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "models/spec/buddy_spec.h"
#include "models/spec/heap_spec.h"
#include "models/spec/two_phase_spec.h"

namespace lockstep::suite {

Outcome Spec::Usable(std::uint64_t /*bytes*/, std::uint64_t /*align*/) const {
  return OutcomeOf(Status::kSkipped);
}

Status Spec::Resize(std::uint64_t /*offset*/, Size /*old_size*/,
                    Size /*new_size*/) {
  return Status::kNoMemory;
}

Grant Spec::Reallocate(std::uint64_t offset, Size old_size, Size new_size) {
  if (!IsLayout(new_size.bytes, new_size.align)) {
    return {Status::kInvalidParam};
  }
  const Status resized = Resize(offset, old_size, new_size);
  if (resized == Status::kOk) return {Status::kOk, offset};
  if (resized != Status::kNoMemory) return {resized};
  const Grant moved = Allocate(new_size.bytes, new_size.align);
  if (moved.status != Status::kOk) return moved;
  const Status freed = Free(offset, old_size.bytes, old_size.align);
  return freed == Status::kOk ? moved : Grant{freed};
}

std::span<const std::string_view> PlacementNames() {
  static constexpr std::array<std::string_view, 8> kNames = {
      "buddy", "buddy_6",   "buddy_byte", "heap",
      "slab",  "slab_byte", "slab_cache", "slab_cache_locked"};
  return kNames;
}

std::string FaultOfPlacement(const lockstep_port& port) {
  if (port.placement == nullptr) return "";
  if (port.allocate_many != nullptr || port.deallocate_many != nullptr) {
    return "a placement does not say where the blocks of a batch go";
  }
  const auto known = PlacementNames();
  if (std::ranges::find(known, port.placement) != known.end()) return "";
  std::string names;
  for (const std::string_view name : known) names += Text(" ", name);
  return Text("placement '", port.placement, "' is none of", names);
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

}  // namespace lockstep::suite
