#include "tools/cli/picture/memory_map.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {
namespace {

constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr char kFree = '.';
constexpr char kZeroBytes = '0';
constexpr char kSeveral = '#';
constexpr char kOverlap = '!';

}  // namespace

std::string MemoryMap::Legend() {
  return ". free, a letter a block, 0 a block of zero bytes, # several blocks, "
         "! blocks that overlap, blank no region";
}

std::uint64_t MemoryMap::ColumnBytes() const {
  return std::max<std::uint64_t>(
      1, window_.bytes() / width_ + (window_.bytes() % width_ != 0 ? 1 : 0));
}

Region MemoryMap::ColumnsOf(Region span) const {
  const Region shown = window_.CommonWith(span);
  if (shown.start >= shown.end) return {0, 0};
  const std::uint64_t column = ColumnBytes();
  return {(shown.start - window_.start) / column,
          (shown.end - 1 - window_.start) / column + 1};
}

std::span<MemoryMap::Cell> MemoryMap::CellsOf(std::vector<Cell>& row,
                                              Region span) const {
  const Region columns = ColumnsOf(span);
  return std::span(row).subspan(static_cast<std::size_t>(columns.start),
                                static_cast<std::size_t>(columns.bytes()));
}

void MemoryMap::DrawBlocks(std::vector<Cell>& row,
                           std::span<const PlacedBlock> blocks) const {
  for (const PlacedBlock& block : blocks) {
    const char letter = kLetters[block.slot % kLetters.size()];
    for (Cell& cell : CellsOf(row, block.Span())) {
      const bool is_shared = cell.sign != kFree && cell.sign != ' ';
      cell = is_shared ? Cell{kSeveral, Style::kPlain}
                       : Cell{block.bytes == 0 ? kZeroBytes : letter,
                              BlockStyle(block.slot)};
    }
  }
}

void MemoryMap::DrawOverlaps(std::vector<Cell>& row,
                             std::span<const PlacedBlock> blocks) const {
  for (const Region overlap : OverlapsOf(blocks)) {
    std::ranges::fill(CellsOf(row, overlap), Cell{kOverlap, Style::kBad});
  }
}

std::string MemoryMap::Draw(const Scene& scene, const Mark* mark,
                            bool has_colour) const {
  std::vector<Cell> row(width_);
  for (const Region region : scene.regions()) {
    std::ranges::fill(CellsOf(row, region), Cell{kFree, Style::kQuiet});
  }
  DrawBlocks(row, scene.blocks());
  if (mark != nullptr && mark->block) {
    for (Cell& cell : CellsOf(row, mark->block->Span())) {
      cell.style = Style::kBad;
    }
  }
  DrawOverlaps(row, scene.blocks());
  // Each run of one style at once.
  std::string text;
  std::string run;
  for (std::size_t i = 0; i < row.size(); ++i) {
    run += row[i].sign;
    if (i + 1 < row.size() && row[i + 1].style == row[i].style) continue;
    text += Painted(run, row[i].style, has_colour);
    run.clear();
  }
  return text;
}

std::string MemoryMap::Underline(Region span, char sign) const {
  const Region columns = ColumnsOf(span);
  return std::string(static_cast<std::size_t>(columns.start), ' ') +
         std::string(static_cast<std::size_t>(columns.bytes()), sign);
}

}  // namespace lockstep::suite
