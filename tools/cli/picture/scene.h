#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_SCENE_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_SCENE_H_

// What is to be drawn of a film: the blocks after each step, and what a
// violation is about.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "tools/cli/picture/film.h"

namespace lockstep::suite {

struct PlacedBlock {
  std::uint32_t slot = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;

  // Zero bytes count as one, as they do for the rule `disjoint`.
  Region Span() const;
  bool Overlaps(const PlacedBlock& other) const {
    return Span().Overlaps(other.Span());
  }
};

// Memory after a step. The film must outlive it.
class Scene {
 public:
  explicit Scene(const Film& film) : film_(film) {}

  // Goes on by one frame. Requires a frame that is left.
  void Advance();
  // The number of frames that it is behind.
  std::size_t position() const { return position_; }
  const std::vector<PlacedBlock>& blocks() const { return blocks_; }
  std::span<const Region> regions() const;
  const PlacedBlock* Find(std::uint32_t slot) const;

 private:
  const Film& film_;
  std::size_t position_ = 0;
  std::vector<PlacedBlock> blocks_;  // By slot.
};

// What lies in two blocks or more, where a block begins in another.
std::vector<Region> OverlapsOf(std::span<const PlacedBlock> blocks);

// What to mark in the drawing of a violation.
struct Mark {
  // "b3 breaks the rule"; requires a block.
  std::string Label() const;

  std::size_t frame = 0;  // The number of frames, if it was found behind them.
  std::optional<PlacedBlock> block;     // Of the step, or that the rule names.
  bool is_culprit = false;              // The rule is about that block.
  std::optional<PlacedBlock> expected;  // Where it should have been.
  std::optional<std::uint64_t> offset;  // Of a byte that the rule is about.
};
Mark MarkOf(const Film& film, const Violation& violation);

// A trace with what is shown of it.
struct Judged {
  Trace trace;
  Film film;
  std::optional<Violation> violation;  // Null: all rules hold.
  Mark mark;

  // The number of frames to show: those behind the script only if the violation
  // is there.
  std::size_t FrameCount() const;
  bool IsMarked(std::size_t frame) const {
    return violation && frame == mark.frame;
  }
  // What came of a frame, in words.
  std::string OutcomeOf(const Frame& frame) const;
  // What blocks span from that frame on, and all that is marked, with a margin;
  // the regions whole, if they are not much larger. All of the arena, if there
  // is no block.
  Region WindowFrom(std::size_t first_frame) const;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_SCENE_H_
