// The part of a system that goes back to an earlier point of a script, or is of no
// use before it does.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "models/system/system.h"

namespace lockstep::suite {

void System::Save(Snapshot& into) const {
  into.state.assign(state_.data(), state_.data() + port_.state_bytes);
  into.touched.clear();
  for (const Region span : memory_->touched()) {
    into.touched.insert(into.touched.end(), arena_->At(span.start),
                        arena_->At(span.end));
  }
  memory_->Save(into.memory);
  into.live_count = live_count_;
  into.slots = slots_;
  into.allocations = allocations_;
  into.just_freed = just_freed_;
  into.deaths = deaths_;
}

bool System::Holds(const Snapshot& snapshot) const {
  if (!memory_->IsPassive() || std::memcmp(snapshot.state.data(), state_.data(),
                                           port_.state_bytes) != 0) {
    return false;
  }
  const std::byte* then = snapshot.touched.data();
  for (const Region span : memory_->touched()) {
    const auto bytes = static_cast<std::size_t>(span.bytes());
    if (std::memcmp(arena_->At(span.start), then, bytes) != 0) return false;
    then += bytes;
  }
  return true;
}

void System::Drain(const Call& request, std::size_t most,
                   std::vector<std::uint64_t>& offsets) {
  offsets.clear();
  while (offsets.size() < most) {
    memory_->ForgetCalls();
    void* block = nullptr;
    if (Request(request, block) != Status::kOk) return;
    offsets.push_back(arena_->OffsetOf(block));
  }
}

void System::Restore(const Snapshot& snapshot) {
  std::copy_n(snapshot.state.data(), port_.state_bytes, state_.data());
  memory_->Restore(snapshot.memory.get());
  const std::byte* from = snapshot.touched.data();
  for (const Region span : memory_->touched()) {
    const auto bytes = static_cast<std::size_t>(span.bytes());
    std::memcpy(arena_->At(span.start), from, bytes);
    from += bytes;
  }
  live_count_ = snapshot.live_count;
  slots_ = snapshot.slots;
  allocations_ = snapshot.allocations;
  just_freed_ = snapshot.just_freed;
  deaths_ = snapshot.deaths;
}

}  // namespace lockstep::suite
