#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_MEMORY_MAP_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_MEMORY_MAP_H_

// Memory as a line of letters, for a terminal.
//   Complexity O(blocks x columns) a line.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/system/region.h"
#include "tools/cli/picture/scene.h"
#include "tools/cli/picture/terminal.h"

namespace lockstep::suite {

class MemoryMap {
 public:
  // Shows that part of the arena in so many columns.
  MemoryMap(Region window, std::size_t width)
      : window_(window), width_(width) {}

  Region window() const { return window_; }
  std::size_t width() const { return width_; }
  std::uint64_t ColumnBytes() const;
  // What the signs of Draw mean, in one line without its end.
  static std::string Legend();
  // A block at fault is drawn in its own style.
  std::string Draw(const Scene& scene, const Mark* mark, bool has_colour) const;
  // A sign below each of the columns of a span, up to the last of them; "" if
  // it is outside of the window.
  std::string Underline(Region span, char sign) const;

 private:
  struct Cell {
    char sign = ' ';
    Style style = Style::kPlain;
  };
  // The columns that a span touches, [first, last).
  Region ColumnsOf(Region span) const;
  std::span<Cell> CellsOf(std::vector<Cell>& row, Region span) const;
  void DrawBlocks(std::vector<Cell>& row,
                  std::span<const PlacedBlock> blocks) const;
  void DrawOverlaps(std::vector<Cell>& row,
                    std::span<const PlacedBlock> blocks) const;

  Region window_;
  std::size_t width_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_MEMORY_MAP_H_
