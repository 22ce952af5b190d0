#include "tools/cli/lanes/text_lanes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <ios>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "models/system/model.h"
#include "tools/cli/lanes/course.h"
#include "tools/cli/picture/terminal.h"

namespace lockstep::suite {
namespace {

// For the numbers of steps.
constexpr std::size_t kMarginColumns = 6;
constexpr std::size_t kLeastColumns = 12;
constexpr std::size_t kMostColumns = 40;
// Of an arrow, on either side of its words.
constexpr std::size_t kLeastDashes = 4;

// What a lane shows in rows without a text.
constexpr char kIdle = ' ';
constexpr char kRuns = '|';
constexpr char kStopped = ':';

}  // namespace

TextLanes::TextLanes(const Course& course,
                     const std::optional<Violation>& violation,
                     std::size_t columns)
    : course_(course),
      violation_(violation),
      columns_(std::max(columns, kMarginColumns + kLeastColumns)),
      states_(course.threads.size(), kIdle) {
  const std::size_t lanes = std::max<std::size_t>(states_.size(), 1);
  lane_ = std::clamp((columns_ - kMarginColumns) / lanes, kLeastColumns,
                     kMostColumns);
}

std::size_t TextLanes::ColumnOf(std::size_t lane) const {
  return kMarginColumns + lane * lane_;
}

std::string TextLanes::Mark() const {
  return Text("^^^ violated: ", violation_->rule);
}

std::string TextLanes::Row() const {
  std::string row(ColumnOf(states_.size()), ' ');
  for (std::size_t lane = 0; lane < states_.size(); ++lane) {
    row[ColumnOf(lane)] = states_[lane];
  }
  return row;
}

void TextLanes::Emit(std::string row) {
  row.replace(0, std::min(number_.size(), row.size()), number_);
  number_.clear();
  row.erase(row.find_last_not_of(' ') + 1);
  text_ += row + '\n';
}

// Writes a text in place of what the lane shows. The lines after the first are
// indented.
void TextLanes::Say(std::size_t lane, std::string_view text,
                    std::string_view indent) {
  const std::string lines = Wrapped(text, lane_ - 1, indent);
  for (std::string_view rest = lines;;) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    std::string row = Row();
    row.replace(ColumnOf(lane), line.size(), line);
    Emit(std::move(row));
    if (end == rest.npos) return;
    rest.remove_prefix(end + 1);
  }
}

// Across all lanes.
void TextLanes::SayWide(std::string_view text) {
  const std::string indent(kMarginColumns, ' ');
  const std::string lines =
      Wrapped(Text(indent, text), columns_ - 1, Text(indent, "  "));
  text_ += number_.empty()
               ? lines
               : Text(std::left, std::setw(kMarginColumns), number_,
                      lines.substr(std::min(kMarginColumns, lines.size())));
  text_ += '\n';
  number_.clear();
}

void TextLanes::DrawAlone(const Stretch& stretch) {
  if (!was_alone_) {
    if (!text_.empty()) text_ += '\n';
    SayWide("alone, with no other thread");
    SayWide("---------------------------");
  }
  was_alone_ = true;
  number_ = Text(std::setw(4), stretch.step + 1);
  SayWide(
      Text(stretch.op, stretch.outcome.empty() ? "" : " -> ", stretch.outcome));
  if (stretch.is_violated) SayWide(Mark());
}

void TextLanes::DrawBlock() {
  was_alone_ = false;
  if (!text_.empty()) text_ += '\n';
  std::string names(ColumnOf(states_.size()), ' ');
  std::string lines = names;
  for (std::size_t lane = 0; lane < states_.size(); ++lane) {
    const std::string name = Text("thread ", +course_.threads[lane]);
    names.replace(ColumnOf(lane), name.size(), name);
    lines.replace(ColumnOf(lane), lane_ - 2, lane_ - 2, '-');
  }
  std::ranges::fill(states_, kIdle);
  Emit(std::move(names));
  Emit(std::move(lines));
}

// "|--- point 7 of 31 ------->" from lane to lane.
void TextLanes::DrawArrow(std::size_t from, std::size_t to,
                          std::string_view words, bool is_done) {
  std::string label = words.empty() ? "" : Text(' ', words, ' ');
  const std::size_t length = lane_ * (std::max(from, to) - std::min(from, to));
  if (label.size() + 2 * kLeastDashes > length) {
    Say(from, Text(is_done ? "  " : "| ", words), is_done ? "  " : "| ");
    label.clear();
  }
  std::string row = Row();
  const std::size_t left = ColumnOf(std::min(from, to));
  row.replace(left, length, length, '-');
  row[ColumnOf(from)] = is_done ? '\'' : kRuns;
  row[ColumnOf(to)] = from < to ? '>' : '<';
  const std::size_t at = from < to
                             ? left + kLeastDashes
                             : left + length - kLeastDashes + 1 - label.size();
  row.replace(at, label.size(), label);
  Emit(std::move(row));
}

void TextLanes::DrawLeaving(const Stretch& stretch) {
  const std::size_t lane = course_.LaneOf(stretch.thread);
  if (!stretch.place.empty())
    Say(lane, Text("| stopped at ", stretch.place), "|   ");

  states_[lane] = stretch.ends ? kIdle : kStopped;
  if (stretch.next != 0) {
    DrawArrow(lane, course_.LaneOf(stretch.next), stretch.left, stretch.ends);
  } else if (!stretch.left.empty() && !stretch.ends) {
    Say(lane, Text("| ", stretch.left), "| ");
  }
}

void TextLanes::DrawSlice(const Stretch& stretch) {
  const std::size_t lane = course_.LaneOf(stretch.thread);
  states_[lane] = kRuns;
  number_ =
      Text(std::setw(4), stretch.step + 1, stretch.is_violated ? "!" : "");
  if (stretch.begins) {
    Say(lane, stretch.op, "|   ");
  } else {
    Say(lane, course_.was_run ? "| goes on" : "|", "| ");
  }
  const bool is_told = course_.was_run || !stretch.outcome.empty();
  if (is_told || !stretch.ends) Emit(Row());
  if (stretch.ends && (is_told || !stretch.begins)) {
    states_[lane] = kIdle;
    const std::string came = stretch.outcome.empty() ? "ends" : stretch.outcome;
    Say(lane, Text("'-> ", came), "    ");
  }
  if (stretch.is_violated && stretch.ends) Say(lane, Mark(), "    ");
  DrawLeaving(stretch);
  if (stretch.is_violated && !stretch.ends) Say(lane, Mark(), "    ");
}

std::string TextLanes::Draw() {
  for (const Stretch& stretch : course_.stretches) {
    switch (stretch.kind) {
      case Stretch::Kind::kAlone:
        DrawAlone(stretch);
        break;
      case Stretch::Kind::kBlock:
        DrawBlock();
        break;
      case Stretch::Kind::kSlice:
        DrawSlice(stretch);
        break;
      case Stretch::Kind::kGap:
        text_ += '\n';
        SayWide(stretch.op);
        text_ += '\n';
        break;
    }
  }
  if (!course_.not_begun.empty()) text_ += '\n';
  for (const std::string& op : course_.not_begun) {
    SayWide(Text("not begun: ", op));
  }
  if (course_.is_violated_afterwards) {
    text_ += '\n';
    SayWide("after the script, when everything is freed");
    SayWide(Mark());
  }
  return std::move(text_);
}

}  // namespace lockstep::suite
