#include "models/system/junk.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/script/op.h"
#include "models/script/split_mix.h"

namespace lockstep::suite {

// Not of what comes later: a script that is made short keeps its junk. Nor of
// fields that the verb does not have: a trace does not say them.
std::uint64_t JunkFor(const Script& script) {
  std::uint64_t junk = 0;
  const auto add = [&](std::uint64_t number) {
    junk = SplitMix(junk + number)();
  };
  add(script.arena.bytes);
  add(script.arena.align_bytes);
  if (!script.ops.empty()) {
    const Op& op = script.ops.front();
    const VerbInfo& info = InfoOf(op.verb);
    add(static_cast<std::uint64_t>(op.verb) << 8 |
        (info.has_align ? op.align_log2 : 0));
    add(info.has_slot ? op.slot : 0);
    add(info.has_size ? op.bytes : 0);
    add(info.has_offset ? op.offset : 0);
  }
  return junk;
}

// A port may have poisoned a region and not given it back. What a function that is
// not instrumented copies in one instruction, AddressSanitizer does not see.
[[gnu::no_sanitize_address]] void FillWithJunk(std::span<std::byte> bytes,
                                               std::uint64_t junk) {
  SplitMix random(junk);
  std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof(junk); left -= sizeof(junk), at += sizeof(junk)) {
    const std::uint64_t word = random();
    __builtin_memcpy(at, &word, sizeof(word));
  }
  std::uint64_t word = random();
  volatile std::byte* const tail = at;  // Or the loop becomes a call of memcpy.
  for (std::size_t i = 0; i < left; ++i, word >>= 8) {
    tail[i] = static_cast<std::byte>(word & 0xFF);
  }
}

}  // namespace lockstep::suite
