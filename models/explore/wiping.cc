#include "models/explore/wiping.h"

#include <algorithm>
#include <cstddef>

namespace lockstep::suite {

void Wiping::Begin(const System& system) {
  system_ = &system;
  const Arena& arena = system.arena();
  std::fill_n(arena.base(), arena.spec().bytes, std::byte{0});
}

Verdict Wiping::Before(const Call& call) {
  if (call.op.verb == Verb::kFree) {
    std::fill_n(system_->arena().At(call.offset), call.bytes, std::byte{0});
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
