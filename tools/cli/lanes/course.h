#ifndef LOCKSTEP_TOOLS_CLI_LANES_COURSE_H_
#define LOCKSTEP_TOOLS_CLI_LANES_COURSE_H_

// What to draw for a script with threads, from top to bottom. It is the same
// for a terminal and for a page.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/schedule/slice.h"
#include "models/script/trace.h"
#include "models/system/model.h"

namespace lockstep::suite {

// One thing that is drawn.
struct Stretch {
  enum class Kind : std::uint8_t {
    kAlone,  // An op outside a parallel block.
    kBlock,  // Where the threads of a block begin.
    kSlice,  // An op of a thread, or a part of it.
    kGap,    // Slices that are left out, because there are too many.
  };

  Kind kind = Kind::kSlice;
  std::uint8_t thread = 0;
  std::uint32_t step = 0;
  bool begins = true;
  bool ends = true;
  std::string op{};       // Without its thread; of a gap, what is left out.
  std::string outcome{};  // If it ends, and the outcome is known.
  std::string points{};   // "points 1 to 7 of 31"
  std::string left{};     // Why the thread stopped: "point 7 of 31".
  std::string place{};    // Where it stopped.
  std::uint8_t next = 0;  // Which thread an arrow leads to; 0: there is none.
  bool is_violated = false;
};

struct Course {
  bool was_run = false;
  std::vector<std::uint8_t> threads{};  // Each has a lane, from left to right.
  std::vector<Stretch> stretches{};
  std::vector<std::string> not_begun{};  // Ops that the run did not reach.
  bool is_violated_afterwards = false;   // When everything was freed.

  std::size_t LaneOf(std::uint8_t thread) const;
};

// Of more slices than fit on a few screens, the first and the last are drawn.
inline constexpr std::size_t kFirstSlices = 60;
inline constexpr std::size_t kLastSlices = 20;

// Without slices, it is the script in its order, with the switches that it asks
// for.
Course CourseOf(const Trace& trace, std::span<const Slice> slices,
                const std::optional<Violation>& violation);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_LANES_COURSE_H_
