// The part of a system that goes back to an earlier point of a script.

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "models/system/system.h"

namespace lockstep::suite {

template <class Use>
void System::ForEachSpan(Use use) const {
  if (Pulls()) {
    use(Region{0, arena_->spec().bytes});
    return;
  }
  for (const Region region : given_) use(region);
}

void System::Save(Snapshot& into) const {
  into.state.assign(state_.data(), state_.data() + port_.state_bytes);
  into.memory.clear();
  ForEachSpan([&](Region span) {
    into.memory.insert(into.memory.end(), arena_->At(span.start),
                       arena_->At(span.end));
  });
  into.given = given_;
  into.regions = regions_;
  if (Pulls()) into.provider = provider_.books();
  into.handles = handles_;
  into.live_count = live_count_;
  into.slots = slots_;
  into.allocations = allocations_;
  into.just_freed = just_freed_;
}

bool System::Holds(const Snapshot& snapshot) const {
  const std::byte* then = snapshot.memory.data();
  bool is_same =
      std::memcmp(snapshot.state.data(), state_.data(), port_.state_bytes) == 0;
  ForEachSpan([&](Region span) {
    const auto bytes = static_cast<std::size_t>(span.bytes());
    is_same = is_same && std::memcmp(arena_->At(span.start), then, bytes) == 0;
    then += bytes;
  });
  return is_same;
}

void System::Restore(const Snapshot& snapshot) {
  std::ranges::copy(snapshot.state, state_.data());
  if (given_ != snapshot.given) {
    given_ = snapshot.given;
    regions_ = snapshot.regions;
  }
  const std::byte* from = snapshot.memory.data();
  ForEachSpan([&](Region span) {
    const auto bytes = static_cast<std::size_t>(span.bytes());
    std::memcpy(arena_->At(span.start), from, bytes);
    from += bytes;
  });
  if (Pulls()) provider_.Restore(snapshot.provider);
  handles_ = snapshot.handles;
  live_count_ = snapshot.live_count;
  slots_ = snapshot.slots;
  allocations_ = snapshot.allocations;
  just_freed_ = snapshot.just_freed;
}

}  // namespace lockstep::suite
