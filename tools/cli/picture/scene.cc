#include "tools/cli/picture/scene.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

// What begins with a digit, up to the last digit.
std::optional<std::uint64_t> NumberAt(std::string_view text) {
  std::uint64_t number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> WholeNumber(std::string_view text) {
  const bool is_number =
      !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  return is_number ? NumberAt(text) : std::nullopt;
}

// The number behind a word, such as 7 in "offset 7 was written to", or in
// "where b7 is live".
std::optional<std::uint64_t> NumberBehind(std::string_view text,
                                          std::string_view word) {
  for (std::size_t at = text.find(word); at != text.npos;
       at = text.find(word, at + 1)) {
    const bool is_inside =
        at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
    if (is_inside) continue;
    if (const auto number = NumberAt(text.substr(at + word.size()))) {
      return number;
    }
  }
  return std::nullopt;
}

// Those that say something of one block. Others say it of a step.
constexpr std::array kRulesOfBlocks = {
    kInsideRule.name,   kAlignedRule.name,   kDisjointRule.name,
    kContentsRule.name, kPlacementRule.name, kRecordingRule.name,
    kTwinRule.name,     kUsableRule.name,
};

// The block that a frame is about, before the frame or behind it.
std::optional<PlacedBlock> BlockOf(const Scene& scene, const Frame* frame,
                                   const Violation& violation) {
  const auto named = NumberBehind(violation.expected, "b");
  const PlacedBlock* block = nullptr;
  if (violation.rule == kContentsRule.name && named) {
    block = scene.Find(static_cast<std::uint32_t>(*named));
  } else if (frame != nullptr && NamesBlock(frame->op.verb)) {
    block = scene.Find(frame->op.slot);
  }
  if (block == nullptr) return std::nullopt;
  return *block;
}

}  // namespace

Region PlacedBlock::Span() const {
  const std::uint64_t size = std::max<std::uint64_t>(bytes, 1);
  return {offset, size > kLast - offset ? kLast : offset + size};
}

void Scene::Advance() {
  const Frame& frame = film_.frames[position_++];
  const auto place =
      std::ranges::lower_bound(blocks_, frame.op.slot, {}, &PlacedBlock::slot);
  const bool is_there = place != blocks_.end() && place->slot == frame.op.slot;
  if (frame.state != Frame::State::kDone) return;
  if (frame.MakesBlock()) {
    const PlacedBlock made{frame.op.slot, frame.outcome.offset, frame.bytes};
    if (is_there) {
      *place = made;
    } else {
      blocks_.insert(place, made);
    }
  } else if (frame.frees && is_there) {
    blocks_.erase(place);
  }
}

std::span<const Region> Scene::regions() const {
  if (position_ == 0) return {};
  const Frame& frame = film_.frames[position_ - 1];
  return std::span(film_.regions)
      .subspan(static_cast<std::size_t>(frame.first_region),
               static_cast<std::size_t>(frame.region_count));
}

const PlacedBlock* Scene::Find(std::uint32_t slot) const {
  const auto place =
      std::ranges::lower_bound(blocks_, slot, {}, &PlacedBlock::slot);
  return place != blocks_.end() && place->slot == slot ? &*place : nullptr;
}

std::vector<Region> OverlapsOf(std::span<const PlacedBlock> blocks) {
  // Each can only overlap what reaches furthest of those that begin before it.
  std::vector<PlacedBlock> sorted(blocks.begin(), blocks.end());
  std::ranges::sort(sorted, {}, &PlacedBlock::offset);
  std::vector<Region> overlaps;
  Region furthest;
  for (const PlacedBlock& block : sorted) {
    const Region span = block.Span();
    if (span.Overlaps(furthest)) overlaps.push_back(span.CommonWith(furthest));
    if (span.end > furthest.end) furthest = span;
  }
  return overlaps;
}

std::string Mark::Label() const {
  return Text('b', block->slot,
              is_culprit ? " breaks the rule" : ", of this step");
}

Mark MarkOf(const Film& film, const Violation& violation) {
  Mark mark;
  const auto found =
      std::ranges::find(film.frames, violation.step, &Frame::step);
  mark.frame = static_cast<std::size_t>(found - film.frames.begin());
  const Frame* frame = found == film.frames.end() ? nullptr : &*found;
  Scene scene(film);
  while (scene.position() < mark.frame) scene.Advance();
  if (frame == nullptr || frame->op.verb != Verb::kAllocate) {
    mark.block = BlockOf(scene, frame, violation);
  } else {
    scene.Advance();
    const bool is_about_it =
        frame->MakesBlock() || violation.rule == kContentsRule.name;
    if (is_about_it) mark.block = BlockOf(scene, frame, violation);
    if (const auto offset = WholeNumber(violation.expected)) {
      mark.expected = PlacedBlock{frame->op.slot, *offset, frame->bytes};
    }
  }
  mark.is_culprit =
      std::ranges::find(kRulesOfBlocks, violation.rule) != kRulesOfBlocks.end();
  // A byte that was written to says more than the block of the step.
  if (!mark.is_culprit) mark.offset = NumberBehind(violation.came, "offset ");
  if (mark.offset) mark.block.reset();
  return mark;
}

}  // namespace lockstep::suite
