#ifndef LOCKSTEP_MODELS_SCRIPT_OP_H_
#define LOCKSTEP_MODELS_SCRIPT_OP_H_

// The alphabet that scripts are written in, and what comes of an op.
//
// Every op is legal in every state: one with nothing to act on is skipped. So
// every subsequence of a script is a script, and shrinking is deletion. Blocks
// are named by slots: deleting one op does not re-aim another.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace lockstep::suite {

enum class Verb : std::uint8_t {
  kInit,
  kAdd,
  kAllocate,
  kFree,
  kStatistics,
  kUsable,
  // Misuse: tried only on ports that promise to detect it.
  kFreeAgain,
  kFreeInside,
  kFreeForeign,
  kFreeNull,
  kFreeOtherLayout,
  // For systems that pull their memory.
  kAttach,
  kDetach,
  kTrim,
  // The provider misbehaves, the next so many times.
  kRefuse,
  kMisalign,
  kKeep,
  kCorrupt,
  // Of the whole interface: tried on ports that offer it.
  kReallocate,
  kReallocateZeroed,
  kResize,
  kAllocateZeroed,
  kUsableOf,
  kFootprint,
  kAllocateMany,
  kFreeMany,
  // Misuse of these: with a layout that the block does not have.
  kReallocateOtherLayout,
  kResizeOtherLayout,
};
inline constexpr std::size_t kVerbs = 28;

struct Op {
  Verb verb = Verb::kStatistics;
  std::uint8_t align_log2 = 0;
  // Who performs it, from 1; 0: it is alone. What stands before an op that is
  // alone has come to an end when it begins, and so have the threads.
  std::uint8_t thread = 0;
  std::uint32_t slot = 0;   // Or a handle; in kCorrupt, a slab by its address.
  std::uint64_t bytes = 0;  // Or how often; in kCorrupt, which bit of the byte.
  // From the arena's base; in kFreeInside and kCorrupt from the start of that.
  // How many, in kAllocateZeroed, kAllocateMany and kFreeMany. The new size, in
  // kReallocateOtherLayout and kResizeOtherLayout, where the rest is the layout
  // that the block does not have.
  std::uint64_t offset = 0;

  friend bool operator==(const Op&, const Op&) = default;
};

// What can come of an op: the values of port.h; kUnknown for any other that a
// port returns; kSkipped for an op with nothing to act on.
enum class Status : std::uint8_t {
  kOk,
  kNoMemory,
  kInvalidParam,
  kMemoryOverlap,
  kNotAllocated,
  kOutOfMemory,
  kInvalidPointer,
  kAlignmentMismatch,
  kFatalError,
  kUnknown,
  kSkipped,
};
inline constexpr std::size_t kStatuses = 11;

struct Statistics {
  std::uint64_t total = 0;
  std::uint64_t used = 0;
  std::uint64_t available = 0;
  std::optional<std::uint64_t> requested;  // Not every system counts it.

  friend bool operator==(const Statistics&, const Statistics&) = default;
};

struct Outcome {
  Status status = Status::kSkipped;
  std::uint64_t offset = 0;     // Of the block that a request was served with.
  std::uint64_t min_bytes = 0;  // kUsable
  std::uint64_t max_bytes = 0;
  // kUsableOf and kFootprint: bytes. kAllocateMany: how many blocks.
  std::uint64_t number = 0;
  // After the op, whatever its verb, where the system offers statistics.
  Statistics statistics;
};

// One for each op of a script; null where none was recorded.
using Outcomes = std::vector<std::optional<Outcome>>;

// The memory that a script runs in. `bytes` at a base that is a multiple of
// `align_bytes`, a power of two.
struct ArenaSpec {
  std::uint64_t bytes = 0;
  std::uint64_t align_bytes = 1;

  friend bool operator==(const ArenaSpec&, const ArenaSpec&) = default;
};

// Threads have numbers from 1 to this.
inline constexpr std::uint8_t kMostThreads = 8;

// A place in a schedule where another thread goes on: at one of the points of an
// op (models/schedule/scheduler.h).
struct Switch {
  std::uint32_t step = 0;   // Of the op.
  std::uint32_t point = 0;  // From 1, in the order in which they are met.
  std::uint8_t to = 0;      // The thread.

  friend bool operator==(const Switch&, const Switch&) = default;
};

struct Script {
  ArenaSpec arena;
  std::vector<Op> ops;
  // Of the schedule that it is to run in, rising; none: whichever.
  std::vector<Switch> switches{};
};

// Whether an op names its thread.
bool HasThreads(const Script& script);

// How a verb is written: its word, then the fields it has, in this order.
enum class Form : std::uint8_t {
  kStatus,
  kBlock,
  kStatistics,
  kUsable,
  kBytes,
  kCount,
};
struct VerbInfo {
  std::string_view word;
  bool has_slot;
  bool has_offset;
  bool has_size;
  bool has_align;
  Form form;  // of what comes after the arrow when all went well
  bool is_misuse;
  std::string_view summary;
  std::string_view slot_prefix = "b";
  std::string_view size_prefix = "size=";
  std::string_view offset_prefix = "offset=";
};

// Whether it gives a live block another layout.
constexpr bool ChangesLayout(Verb verb) {
  return verb == Verb::kReallocate || verb == Verb::kReallocateZeroed ||
         verb == Verb::kResize;
}
// Whether it asks for memory: for a block where there was none, or for another
// size of one.
constexpr bool IsRequest(Verb verb) {
  return verb == Verb::kAllocate || verb == Verb::kAllocateZeroed ||
         verb == Verb::kAllocateMany || ChangesLayout(verb);
}
// Whether an op has a new size besides a layout, which is a wrong one. The promises
// of a port about wrong layouts cover these from that version of its table on.
constexpr bool HasNewSize(Verb verb) {
  return verb == Verb::kReallocateOtherLayout ||
         verb == Verb::kResizeOtherLayout;
}
inline constexpr std::uint32_t kNewSizesSinceVersion = 3;
constexpr bool IsOfOtherLayout(Verb verb) {
  return verb == Verb::kFreeOtherLayout || HasNewSize(verb);
}
// Whether it is about as many blocks as it says.
constexpr bool IsBatch(Verb verb) {
  return verb == Verb::kAllocateMany || verb == Verb::kFreeMany;
}
// Whether its slot is that of a block: handles and slabs have numbers of their
// own.
bool NamesBlock(Verb verb);

// In the order of Verb.
extern const std::array<VerbInfo, kVerbs> kVerbTable;
inline const VerbInfo& InfoOf(Verb verb) {
  return kVerbTable[static_cast<std::size_t>(verb)];
}
// By its word.
std::optional<Verb> VerbOf(std::string_view word);
std::string_view NameOf(Status status);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_OP_H_
