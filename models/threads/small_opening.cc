// The part of a maker that writes the beginning of small scripts.

#include <algorithm>
#include <cstdint>

#include "models/threads/thread_script_maker.h"

namespace lockstep::suite {

// Allocates about as many blocks as one region has room for, and frees one of
// them, if it was served.
void ThreadScriptMaker::FillNearly(std::uint64_t region_bytes) {
  const std::uint64_t count = From(3, 6);
  layouts.front().bytes = std::max<std::uint64_t>(region_bytes / count, 1);
  if (port.max_request_bytes != 0) {
    layouts.front().bytes =
        std::min<std::uint64_t>(layouts.front().bytes, port.max_request_bytes);
  }
  layouts.front().align_log2 = 0;
  if (Pulls()) {
    script.ops.push_back({.verb = Verb::kRefuse, .bytes = From(1, 100)});
  }
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    script.ops.push_back({.verb = Verb::kAllocate,
                          .slot = slot,
                          .bytes = layouts.front().bytes});
  }
  script.ops.push_back(
      {.verb = Verb::kFree,
       .slot = static_cast<std::uint32_t>(From(0, count - 1))});
}

void ThreadScriptMaker::OpenSmall() {
  const std::uint64_t grain = GrainBytes(port);
  const std::uint64_t least =
      port.min_region_bytes + port.region_head_bytes + port.region_tail_bytes;
  const std::uint64_t region_bytes =
      ((least + grain - 1) / grain + (std::uint64_t{1} << From(0, 3))) * grain;
  if (Pulls()) {
    script.ops.push_back({.verb = Verb::kAttach});
  } else if ((port.capabilities & LOCKSTEP_OWN_MEMORY) == 0) {
    script.ops.push_back({.verb = Verb::kInit, .bytes = region_bytes});
  }
  switch (From(0, 3)) {
    case 0:
      return;
    case 1:
      return FillNearly(region_bytes);
    case 2:
      if (Pulls()) return AttachMore();
      [[fallthrough]];
    default:
      FillALittle();
  }
}

void ThreadScriptMaker::FillALittle() {
  for (std::uint64_t i = From(1, 4); i != 0; --i) {
    Op op{.verb = Verb::kAllocate,
          .slot = static_cast<std::uint32_t>(From(0, is_held.size() - 1))};
    GiveLayout(op);
    is_held[op.slot] = true;
    script.ops.push_back(op);
  }
}

}  // namespace lockstep::suite
