#include "tools/cli/lanes/svg_lanes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "models/system/model.h"
#include "tools/cli/markup/markup.h"
#include "tools/cli/picture/terminal.h"
#include "tools/cli/picture/words.h"

namespace lockstep::suite {
namespace {

// In pixels.
constexpr int kMargin = 40;  // For the numbers of steps.
constexpr int kMostLane = 290;
constexpr int kMostWidth = 1000;
constexpr int kLeastLane = 170;
constexpr int kGap = 14;       // Between boxes of two lanes.
constexpr int kPadding = 8;    // Within a box.
constexpr int kLine = 16;      // Of text.
constexpr int kBaseline = 12;  // Below the upper end of a line.
constexpr int kSpace = 10;     // Between boxes of one lane.
constexpr int kArrow = 40;     // From box to box.
constexpr int kTurn = 24;      // Where an arrow turns sideways.
constexpr double kLetter = 7.3;
constexpr std::array<std::string_view, 4> kColours = {
    "ln-colour0", "ln-colour1", "ln-colour2", "ln-colour3"};

std::string HoverText(const Stretch& stretch) {
  std::string text = Text("step ", stretch.step + 1, ", ");
  text += stretch.thread == 0 ? "alone" : Text("thread ", +stretch.thread);
  text += Text(": ", stretch.op);
  if (!stretch.points.empty()) text += Text("\n", stretch.points);
  if (!stretch.left.empty()) text += Text("\nleft: ", stretch.left);
  if (!stretch.place.empty()) text += Text("\nstopped at ", stretch.place);
  if (!stretch.outcome.empty()) text += Text("\noutcome: ", stretch.outcome);
  return text;
}

}  // namespace

SvgLanes::SvgLanes(const Course& course,
                   const std::optional<Violation>& violation)
    : course_(course), violation_(violation) {
  const int lanes = std::max(static_cast<int>(course.threads.size()), 1);
  lane_width_ = std::clamp(kMostWidth / lanes, kLeastLane, kMostLane);
}

int SvgLanes::LeftOf(std::size_t lane) const {
  return kMargin + static_cast<int>(lane) * lane_width_;
}

int SvgLanes::MiddleOf(std::size_t lane) const {
  return LeftOf(lane) + (lane_width_ - kGap) / 2;
}

int SvgLanes::Width() const {
  return LeftOf(std::max<std::size_t>(course_.threads.size(), 1));
}

void SvgLanes::Print(int x, int y, std::string_view style,
                     std::string_view text, std::string_view anchor) {
  text_ += Text("<text class=\"", style, "\" x=\"", x, "\" y=\"", y,
                "\" text-anchor=\"", anchor, "\">", Escaped(text), "</text>");
}

void SvgLanes::PrintLine(int x1, int y1, int x2, int y2,
                         std::string_view style) {
  text_ += Text("<line class=\"", style, "\" x1=\"", x1, "\" y1=\"", y1,
                "\" x2=\"", x2, "\" y2=\"", y2, "\"/>");
}

// Ends the lines of stopped ops, which do not go on below.
void SvgLanes::EndStopped() {
  for (const auto& [lane, bottom] : stopped_) {
    const int x = LeftOf(lane) + 2 * kPadding;
    PrintLine(x, bottom, x, y_, "ln-stopped");
  }
  stopped_.clear();
}

void SvgLanes::DrawNames() {
  y_ += kSpace + kLine;
  for (std::size_t lane = 0; lane < course_.threads.size(); ++lane) {
    Print(LeftOf(lane), y_, "ln-name", Text("thread ", +course_.threads[lane]));
    PrintLine(LeftOf(lane), y_ + 5, LeftOf(lane) + lane_width_ - kGap, y_ + 5,
              "ln-lane");
  }
  y_ += kSpace + 4;
}

void SvgLanes::AddViolation(std::vector<Words>& words) const {
  words.push_back({Text("violated: ", violation_->rule), "ln-bad"});
  words.push_back({Text("expected: ", violation_->expected), "ln-bad"});
  words.push_back({Text("came: ", violation_->came), "ln-bad"});
}

std::vector<SvgLanes::Words> SvgLanes::WordsOf(const Stretch& stretch) const {
  std::vector<Words> words;
  if (stretch.begins) {
    words.push_back({stretch.op, "ln-op"});
  } else {
    words.push_back({Text("goes on: ", stretch.op), "ln-quiet"});
  }
  if (!stretch.place.empty()) {
    words.push_back({Text("stopped at ", stretch.place), "ln-quiet"});
  }
  if (stretch.next == 0 && !stretch.ends && !stretch.left.empty()) {
    words.push_back({stretch.left, "ln-op"});
  }
  if (!stretch.outcome.empty()) {
    words.push_back({Text("\u2192 ", stretch.outcome), "ln-came"});
  }
  if (stretch.is_violated && violation_) AddViolation(words);
  return words;
}

void SvgLanes::DrawBox(const Stretch& stretch, int left, int width,
                       const std::vector<Words>& words) {
  const auto letters =
      static_cast<std::size_t>((width - 2 * kPadding) / kLetter);
  std::vector<Words> lines;
  for (const Words& part : words) {
    const std::string wrapped = Wrapped(part.text, letters, "  ");
    for (std::string_view rest = wrapped;;) {
      const std::size_t end = rest.find('\n');
      lines.push_back({std::string(rest.substr(0, end)), part.style});
      if (end == rest.npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  const int height = kPadding + kLine * static_cast<int>(lines.size());
  text_ += Text("<rect x=\"", left, "\" y=\"", y_, "\" width=\"", width,
                "\" height=\"", height, "\"/>");
  const int right = left + width;
  const int bottom = y_ + height;
  PrintLine(left, y_, left, bottom, "ln-whole");
  PrintLine(right, y_, right, bottom, "ln-whole");
  PrintLine(left, y_, right, y_, stretch.begins ? "ln-whole" : "ln-torn");
  PrintLine(left, bottom, right, bottom, stretch.ends ? "ln-whole" : "ln-torn");
  int line_y = y_ + kPadding / 2 + kBaseline;
  Print(kMargin - kPadding, line_y, "ln-quiet", Text(stretch.step + 1), "end");
  for (const Words& line : lines) {
    Print(left + kPadding, line_y, line.style, line.text);
    line_y += kLine;
  }
  y_ = bottom;
}

void SvgLanes::DrawAlone(const Stretch& stretch) {
  EndStopped();
  text_ += Text("<g class=\"ln-alone", stretch.is_violated ? " ln-broken" : "",
                "\"><title>", Escaped(HoverText(stretch)), "</title>");
  DrawBox(stretch, kMargin, Width() - kMargin - kGap, WordsOf(stretch));
  text_ += "</g>\n";
  y_ += kSpace;
}

void SvgLanes::DrawSlice(const Stretch& stretch) {
  const std::size_t lane = course_.LaneOf(stretch.thread);
  const auto stopped = stopped_.find(lane);
  if (stopped != stopped_.end()) {
    const int x = LeftOf(lane) + 2 * kPadding;
    PrintLine(x, stopped->second, x, y_, "ln-stopped");
    stopped_.erase(stopped);
  }
  text_ += Text("<g class=\"", kColours[lane % kColours.size()],
                stretch.is_violated ? " ln-broken" : "", "\"><title>",
                Escaped(HoverText(stretch)), "</title>");
  DrawBox(stretch, LeftOf(lane), lane_width_ - kGap, WordsOf(stretch));
  text_ += "</g>\n";
  if (!stretch.ends) stopped_[lane] = y_;
  if (stretch.next != 0) {
    DrawArrow(stretch);
  } else {
    y_ += kSpace;
  }
}

void SvgLanes::DrawArrow(const Stretch& stretch) {
  const int from = MiddleOf(course_.LaneOf(stretch.thread));
  const int to = MiddleOf(course_.LaneOf(stretch.next));
  const bool is_to_the_right = from < to;
  text_ +=
      Text("<g class=\"ln-arrow\"><path d=\"M", from, ' ', y_, " V", y_ + kTurn,
           " H", to, " V", y_ + kArrow - 6, "\"/><polygon points=\"", to - 5,
           ',', y_ + kArrow - 8, ' ', to + 5, ',', y_ + kArrow - 8, ' ', to,
           ',', y_ + kArrow - 1, "\"/>");
  Print(is_to_the_right ? from + kPadding : from - kPadding, y_ + kTurn - 6,
        "ln-why", stretch.left, is_to_the_right ? "start" : "end");
  text_ += "</g>\n";
  y_ += kArrow;
}

// A box for what happens after the script.
void SvgLanes::DrawAfterwards() {
  std::vector<Words> words = {
      {"after the script: everything is freed", "ln-op"}};
  AddViolation(words);
  text_ += "<g class=\"ln-alone ln-broken\">";
  DrawBox({.step = static_cast<std::uint32_t>(violation_->step)}, kMargin,
          Width() - kMargin - kGap, words);
  text_ += "</g>\n";
  y_ += kSpace;
}

void SvgLanes::DrawStretch(const Stretch& stretch) {
  switch (stretch.kind) {
    case Stretch::Kind::kAlone:
    case Stretch::Kind::kGap:
      DrawAlone(stretch);
      break;
    case Stretch::Kind::kBlock:
      DrawNames();
      break;
    case Stretch::Kind::kSlice:
      DrawSlice(stretch);
      break;
  }
}

std::string SvgLanes::Draw() {
  y_ = 4;
  for (const Stretch& stretch : course_.stretches) DrawStretch(stretch);
  EndStopped();
  if (course_.is_violated_afterwards && violation_) DrawAfterwards();
  return Text("<svg class=\"ln-lanes\" width=\"", Width(), "\" height=\"",
              y_ + 4, "\" role=\"img\" aria-label=\"", course_.threads.size(),
              " threads, from top to bottom\">\n", text_, "</svg>\n");
}

}  // namespace lockstep::suite
