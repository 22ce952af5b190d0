#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_STRIPS_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_STRIPS_H_

// Memory as a strip that is drawn to scale, as SVG inside of HTML. All
// positions are in percent, and text has a fixed size, so that it can be read at
// any width.

#include <cstddef>
#include <string>
#include <string_view>

#include "models/system/region.h"
#include "tools/cli/picture/scene.h"

namespace lockstep::suite {

class Strip {
 public:
  explicit Strip(Region window) : window_(window) {}

  // An <svg>; the mark may be null.
  std::string Draw(const Scene& scene, const Mark* mark) const;

 private:
  std::string At(std::uint64_t offset) const;    // "12.5%"
  std::string Width(std::uint64_t bytes) const;  // Likewise.
  std::string Rectangle(Region span, std::string_view style) const;
  std::string Block(const PlacedBlock& block) const;
  std::string Pins(const Scene& scene) const;
  std::string Marks(const Mark& mark, int first_line) const;
  // In that line below the strip, from 0.
  std::string Label(std::uint64_t offset, int line, std::string_view style,
                    std::string_view text) const;

  Region window_;
};

// The last steps up to the violation, or up to the end, with a legend.
std::string DrawFigure(const Judged& judged, std::size_t most_steps = 8);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_STRIPS_H_
