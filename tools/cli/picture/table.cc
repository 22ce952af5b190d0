#include "tools/cli/picture/table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <ios>
#include <ostream>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "tools/cli/picture/memory_map.h"
#include "tools/cli/picture/terminal.h"
#include "tools/cli/picture/words.h"

namespace lockstep::suite {
namespace {

// What stands beside the map, with a short outcome.
constexpr std::size_t kTextColumns = 57;
constexpr std::size_t kOpColumns = 37;
constexpr std::size_t kLeastWidth = 16;
constexpr std::size_t kMostWidth = 64;
// On a narrow terminal the map has a line of its own, with its borders.
constexpr std::size_t kIndent = 4;
constexpr std::size_t kFileColumns = 130;

class Table {
 public:
  Table(std::ostream& out, const Judged& judged, const TableOptions& options)
      : out_(out),
        judged_(judged),
        options_(options),
        is_narrow_(options.terminal_columns != 0 &&
                   options.terminal_columns < kTextColumns + kLeastWidth),
        map_(judged.WindowFrom(0), Width()) {}

  void Print();

 private:
  std::size_t Width() const;
  std::size_t LineColumns() const {
    return options_.terminal_columns == 0 ? kFileColumns
                                          : options_.terminal_columns;
  }
  std::string Paint(std::string_view text, Style style) const {
    return Painted(text, style, options_.has_colour);
  }
  void PrintHeader() const;
  void PrintRow(const Scene& scene, std::size_t index) const;
  void PrintMark(Region span, char sign, std::string_view meaning) const;
  void PrintMarks() const;
  void PrintVerdict() const;

  std::ostream& out_;
  const Judged& judged_;
  const TableOptions& options_;
  bool is_narrow_;
  MemoryMap map_;
};

std::size_t Table::Width() const {
  if (options_.map_columns != 0) return options_.map_columns;
  const std::size_t columns = options_.terminal_columns;
  if (columns == 0) return kMostWidth;
  if (is_narrow_) return std::max(columns, kIndent + 10) - kIndent - 2;
  return std::min(columns - kTextColumns, kMostWidth);
}

// Over the columns of the map: which part of the arena it shows.
void Table::PrintHeader() const {
  const std::string from = Text(map_.window().start);
  const std::string to = Text(map_.window().end);
  const std::size_t digits = from.size() + to.size();
  const std::string gap(map_.width() > digits ? map_.width() - digits : 1, ' ');
  const std::string legend =
      Text(map_.ColumnBytes(), map_.ColumnBytes() == 1 ? " byte" : " bytes",
           " a column; ", MemoryMap::Legend());
  out_ << Paint(Wrapped(legend, LineColumns(), ""), Style::kQuiet) << '\n';
  if (is_narrow_) {
    out_ << std::string(kIndent + 1, ' ') << from << gap << to << '\n';
  } else {
    out_ << std::left << std::setw(6) << "step" << std::setw(kOpColumns) << "op"
         << "  " << from << gap << to << "  outcome\n";
  }
}

void Table::PrintRow(const Scene& scene, std::size_t index) const {
  const Frame& frame = judged_.film.frames[index];
  const bool is_marked = judged_.IsMarked(index);
  const Style style = is_marked ? Style::kBad : Style::kPlain;
  const std::string number = Text(frame.step + 1, is_marked ? " <" : "");
  const std::string outcome = judged_.OutcomeOf(frame);
  const std::string map =
      Text('|',
           map_.Draw(scene, is_marked ? &judged_.mark : nullptr,
                     options_.has_colour),
           '|');
  if (is_narrow_) {
    const std::string line = Text(frame.step + 1, is_marked ? "< " : "  ",
                                  FormatOp(frame.op), " -> ", outcome);
    out_ << Paint(Wrapped(line, LineColumns(), std::string(kIndent, ' ')),
                  style)
         << '\n'
         << std::string(kIndent, ' ') << map << '\n';
    return;
  }
  const std::string text = Text(std::left, std::setw(6), number,
                                std::setw(kOpColumns), FormatOp(frame.op), ' ');
  out_ << Paint(text, style) << map << ' ' << Paint(outcome, style) << '\n';
}

void Table::PrintMark(Region span, char sign, std::string_view meaning) const {
  const std::string line = map_.Underline(span, sign);
  if (line.empty()) return;
  const std::size_t before = is_narrow_ ? kIndent + 1 : 6 + kOpColumns + 2;
  const std::string indent(before, ' ');
  out_ << indent << Paint(line, Style::kBad);
  if (is_narrow_) {
    out_ << '\n' << std::string(kIndent + 1, ' ');
  } else {
    out_ << std::string(map_.width() + 2 - line.size(), ' ');
  }
  out_ << Paint(meaning, Style::kBad) << '\n';
}

void Table::PrintMarks() const {
  const Mark& mark = judged_.mark;
  if (mark.block) {
    PrintMark(mark.block->Span(), '^', mark.Label());
  }
  if (mark.expected) PrintMark(mark.expected->Span(), '-', "expected here");
  if (mark.offset) {
    PrintMark({*mark.offset, *mark.offset + 1}, '^',
              Text("offset ", *mark.offset));
  }
}

void Table::PrintVerdict() const {
  if (!judged_.violation) {
    out_ << "all rules hold\n";
    return;
  }
  out_ << ViolationInWords(judged_.trace.script, *judged_.violation,
                           {.columns = LineColumns(),
                            .is_narrow = is_narrow_,
                            .has_colour = options_.has_colour});
}

void Table::Print() {
  PrintHeader();
  const std::size_t ops = judged_.trace.script.ops.size();
  Scene scene(judged_.film);
  bool is_cleaning_up = false;
  for (std::size_t i = 0; i < judged_.FrameCount(); ++i) {
    scene.Advance();
    const std::uint64_t number = judged_.film.frames[i].step + 1;
    const bool is_chosen = options_.from <= number && number <= options_.to;
    if (!is_chosen && !judged_.IsMarked(i)) continue;
    if (number > ops && !is_cleaning_up) {
      out_ << "after the script:\n";
      is_cleaning_up = true;
    }
    PrintRow(scene, i);
    if (judged_.IsMarked(i)) PrintMarks();
  }
  PrintVerdict();
}

}  // namespace

void PrintTable(std::ostream& out, const Judged& judged,
                const TableOptions& options) {
  Table(out, judged, options).Print();
}

}  // namespace lockstep::suite
