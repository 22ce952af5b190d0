#ifndef LOCKSTEP_MODELS_SYSTEM_JUNK_H_
#define LOCKSTEP_MODELS_SYSTEM_JUNK_H_

// What memory is full of before it is used for the first time, as it comes in
// life: an allocator that reads it before it writes to it shall not be lucky.

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/script/op.h"

namespace lockstep::suite {

// Of another kind for nearly every script, and for the same script always the
// same.
//   Complexity O(1).
std::uint64_t JunkFor(const Script& script);

// The same number gives the same bytes. Also where a port has poisoned memory.
void FillWithJunk(std::span<std::byte> bytes, std::uint64_t junk);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_JUNK_H_
