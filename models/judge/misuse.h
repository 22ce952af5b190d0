#ifndef LOCKSTEP_MODELS_JUDGE_MISUSE_H_
#define LOCKSTEP_MODELS_JUDGE_MISUSE_H_

// What an allocator makes of misuse, whether it promised anything or not. Each
// attempt is made in a process of its own, on a fresh instance.
//   Complexity a process an attempt.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lockstep/port.h"
#include "models/system/witness.h"

namespace lockstep::suite {

enum class Misuse : std::uint8_t {
  kFreeAgain,            // Frees a block twice, with other frees in between.
  kFreeInside,           // Frees an address in the middle of a block.
  kFreeForeign,          // Frees memory that the allocator never had.
  kFreeNull,             // Frees the null pointer.
  kFreeOtherSize,        // Frees a block as one of half its bytes.
  kReallocateOtherSize,  // To its own size, as one of half that.
  kResizeOtherSize,      // The same, in place.
  kWriteBehind,          // Writes a word behind a block, and frees it.
  kWriteAfterFree,       // Writes to a block that was freed.
};
inline constexpr std::size_t kMisuses = 9;
std::string_view NameOf(Misuse misuse);

struct Attempt {
  Misuse misuse = Misuse::kFreeAgain;
  std::uint64_t bytes = 16;
  std::uint32_t frees_between = 0;  // Of kFreeAgain and kWriteAfterFree.
  std::uint32_t variant = 0;        // Which of several blocks it is.
};

// From the best to the worst that a client can hope for.
enum class Response : std::uint8_t {
  kRefused,    // The call returned an error.
  kDied,       // The process ended inside of the call, or while it wrote.
  kDiedLater,  // It ended in one of the calls that came after.
  kUnseen,     // Nothing was said, and nothing was seen to go wrong.
  kHarmed,     // Nothing was said, and a block was handed out twice.
};
inline constexpr std::size_t kResponses = 5;
std::string_view NameOf(Response response);

// Nothing where it cannot be tried: the port serves no such block, or there is
// no memory of that kind.
// The witness lies in memory that processes share: see Board.
std::optional<Response> TryMisuse(const lockstep_port& port, Attempt attempt,
                                  Witness& witness);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_MISUSE_H_
