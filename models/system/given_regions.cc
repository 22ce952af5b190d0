#include "models/system/given_regions.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace lockstep::suite {

struct GivenRegions::Books final : Memory {
  std::vector<Region> given;
  RegionSet regions;
};

void GivenRegions::Begin() {
  given_.clear();
  regions_.Clear();
}

bool GivenRegions::MayAllocate() const {
  return !given_.empty() || system_.Promises(LOCKSTEP_DETECTS_USE_BEFORE_INIT);
}

bool GivenRegions::MayTry(const Op& op) const {
  const lockstep_port& port = system_.port();
  if (op.verb == Verb::kInit) {
    return port.init != nullptr && MayGive(op) &&
           (given_.empty() || system_.Promises(LOCKSTEP_DETECTS_SECOND_INIT));
  }
  return op.verb == Verb::kAdd && port.add != nullptr && MayAllocate() &&
         MayGive(op);
}

// Within the arena, or past the end of the address space; the rest would be
// other people's memory, should the port accept it.
bool GivenRegions::MayGive(const Op& op) const {
  const std::uint64_t arena_bytes = system_.arena().spec().bytes;
  if (op.offset > arena_bytes || op.bytes > SIZE_MAX) return false;
  if (op.bytes > arena_bytes - op.offset) {
    return system_.WrapsAround(op) &&
           system_.Promises(LOCKSTEP_DETECTS_BAD_REGION);
  }
  if (!system_.HasSoundBounds(op)) {
    return system_.Promises(LOCKSTEP_DETECTS_BAD_REGION);
  }
  const Region inner = system_.Rounded({op.offset, op.offset + op.bytes});
  return system_.Promises(LOCKSTEP_DETECTS_OVERLAP) ||
         !regions_.Overlaps(inner);
}

Status GivenRegions::Perform(const Call& call) {
  const lockstep_port& port = system_.port();
  const auto give = call.op.verb == Verb::kInit ? port.init : port.add;
  const Status status = StatusFrom(
      give(state_, call.pointer, static_cast<std::size_t>(call.bytes)));
  if (status == Status::kOk) {
    const Region region{call.offset, call.offset + call.bytes};
    given_.push_back(region);
    regions_.Add(system_.Rounded(region));
  }
  return status;
}

void GivenRegions::Save(std::unique_ptr<Memory>& into) const {
  if (into == nullptr) into = std::make_unique<Books>();
  auto& books = static_cast<Books&>(*into);
  books.given = given_;
  books.regions = regions_;
}

void GivenRegions::Restore(const Memory* memory) {
  const auto& books = static_cast<const Books&>(*memory);
  if (given_ == books.given) return;
  given_ = books.given;
  regions_ = books.regions;
}

}  // namespace lockstep::suite
