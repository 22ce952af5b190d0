#include "models/system/junk.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/script/op.h"

namespace lockstep::suite {
namespace {

// Those that come first are what most scripts differ in.
constexpr std::uint64_t kStride = 0x9E3779B97F4A7C15;

// After Steele, Lea and Flood, Fast splittable pseudorandom number generators,
// 2014.
std::uint64_t Mix(std::uint64_t number) {
  number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9;
  number = (number ^ number >> 27) * 0x94D049BB133111EB;
  return number ^ number >> 31;
}

}  // namespace

// Not of what comes later: a script that is made short keeps its junk.
std::uint64_t JunkFor(const Script& script) {
  std::uint64_t junk = 0;
  const auto add = [&](std::uint64_t number) {
    junk = Mix(junk + kStride + number);
  };
  add(script.arena.bytes);
  add(script.arena.align_bytes);
  if (!script.ops.empty()) {
    const Op& op = script.ops.front();
    add(static_cast<std::uint64_t>(op.verb) << 8 | op.align_log2);
    add(op.slot);
    add(op.bytes);
    add(op.offset);
  }
  return junk;
}

// A loop that is not volatile would become a memcpy, which AddressSanitizer
// watches: a port may have poisoned a region and not given it back.
[[gnu::no_sanitize_address]] void FillWithJunk(std::span<std::byte> bytes,
                                               std::uint64_t junk) {
  volatile std::byte* const start = bytes.data();
  std::uint64_t word = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (at % sizeof(word) == 0) word = Mix(junk += kStride);
    start[at] = static_cast<std::byte>(word >> 8 * (at % sizeof(word)));
  }
}

}  // namespace lockstep::suite
