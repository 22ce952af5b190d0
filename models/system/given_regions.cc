// The regions of an arena that a script gives to a port, with init and add.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "models/system/junk.h"
#include "models/system/memory_source.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {
namespace {

class GivenRegions final : public MemorySource {
 public:
  GivenRegions(const System& system, void* state)
      : system_(system), state_(state) {}

  void Begin() override {
    given_.clear();
    regions_.Clear();
    is_fresh_ = true;
  }
  bool MayAllocate() const override {
    return !given_.empty() ||
           system_.Promises(LOCKSTEP_DETECTS_USE_BEFORE_INIT);
  }
  bool MayTry(const Op& op) const override;
  Status Perform(const Call& call) override;
  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return regions_.Contains(offset, bytes);
  }
  std::span<const Region> pieces() const override { return given_; }
  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

 private:
  struct Books final : Memory {
    std::vector<Region> given;
    RegionSet regions;
  };
  bool MayGive(const Op& op) const;
  void FillWithJunk(const Op& op);

  const System& system_;
  void* state_;
  std::vector<Region> given_;
  RegionSet regions_;     // As the port rounds them.
  bool is_fresh_ = true;  // No region was offered yet.
};

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

// The ends of the first region. In a later one there may be guards, even of a
// region that was refused.
void GivenRegions::FillWithJunk(const Op& op) {
  constexpr std::uint64_t kEndBytes = 1 << 10;
  const bool is_first = std::exchange(is_fresh_, false);
  if (!is_first || system_.junk() == 0 || system_.WrapsAround(op)) return;
  const Region inner = system_.Rounded({op.offset, op.offset + op.bytes});
  if (inner.start > inner.end) return;
  const std::uint64_t bytes = std::min(inner.bytes(), kEndBytes);
  const auto fill = [&](std::uint64_t start) {
    suite::FillWithJunk(
        {system_.arena().At(start), static_cast<std::size_t>(bytes)},
        system_.junk() + start);
  };
  fill(inner.start);
  fill(inner.end - bytes);
}

Status GivenRegions::Perform(const Call& call) {
  const lockstep_port& port = system_.port();
  const bool is_first = call.op.verb == Verb::kInit;
  const auto give = is_first ? port.init : port.add;
  FillWithJunk(call.op);
  Status status = Status::kUnknown;
  {
    const Witness::Call calling(system_.witness(),
                                is_first ? Function::kInit : Function::kAdd);
    status = StatusFrom(
        give(state_, call.pointer, static_cast<std::size_t>(call.bytes)));
  }
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

}  // namespace

std::unique_ptr<MemorySource> MakeGivenRegions(const System& system,
                                               void* state) {
  return std::make_unique<GivenRegions>(system, state);
}

}  // namespace lockstep::suite
