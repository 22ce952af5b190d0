#include "models/judge/fresh_instance.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace lockstep::suite {

void FreshInstance::Begin() {
  system_.Begin(arena_);
  Verb verb = Verb::kInit;
  for (const Region region : regions_) {
    const Op give{
        .verb = verb, .bytes = region.bytes(), .offset = region.start};
    if (const auto call = system_.Resolve(give, 0)) system_.Perform(*call);
    verb = Verb::kAdd;
  }
}

// Once it has served a request it is fresh no longer: the free may have merged
// regions that were apart.
bool FreshInstance::Serves(std::uint64_t bytes) {
  const Op request{.verb = Verb::kAllocate, .slot = 0, .bytes = bytes};
  const auto call = system_.Resolve(request, 0);
  if (!call || system_.Perform(*call).status != Status::kOk) return false;
  Begin();
  return true;
}

std::uint64_t FreshInstance::LargestRequest(ArenaSpec arena,
                                            std::span<const Region> regions) {
  if (regions.empty()) return 0;
  if (arena == arena_ && std::ranges::equal(regions, regions_)) {
    return largest_;
  }
  arena_ = arena;
  regions_.assign(regions.begin(), regions.end());
  Begin();
  largest_ = LargestServed(regions_,
                           [&](std::uint64_t bytes) { return Serves(bytes); });
  return largest_;
}

}  // namespace lockstep::suite
