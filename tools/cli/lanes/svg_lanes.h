#ifndef LOCKSTEP_TOOLS_CLI_LANES_SVG_LANES_H_
#define LOCKSTEP_TOOLS_CLI_LANES_SVG_LANES_H_

// Lanes as SVG: a box for each stretch, with a dashed edge where its thread was
// stopped in the middle of an op, and an arrow to the box of the thread that
// runs next.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/system/model.h"
#include "tools/cli/lanes/course.h"

namespace lockstep::suite {

class SvgLanes {
 public:
  // Both must outlive it.
  SvgLanes(const Course& course, const std::optional<Violation>& violation);

  // An <svg>. To be called once.
  std::string Draw();

 private:
  struct Words {
    std::string text;
    std::string_view style;
  };

  int LeftOf(std::size_t lane) const;
  int MiddleOf(std::size_t lane) const;
  int Width() const;
  void EndStopped();
  void DrawNames();
  void DrawStretch(const Stretch& stretch);
  void DrawAlone(const Stretch& stretch);
  void DrawSlice(const Stretch& stretch);
  void DrawArrow(const Stretch& stretch);
  void DrawAfterwards();
  std::vector<Words> WordsOf(const Stretch& stretch) const;
  void AddViolation(std::vector<Words>& words) const;
  // Draws a box, and moves down to its lower edge.
  void DrawBox(const Stretch& stretch, int left, int width,
               const std::vector<Words>& words);
  void Print(int x, int y, std::string_view style, std::string_view text,
             std::string_view anchor = "start");
  void PrintLine(int x1, int y1, int x2, int y2, std::string_view style);

  const Course& course_;
  const std::optional<Violation>& violation_;
  int lane_width_;
  int y_ = 0;
  // By lane: the lower edge of an op that is stopped.
  std::map<std::size_t, int> stopped_;
  std::string text_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_LANES_SVG_LANES_H_
