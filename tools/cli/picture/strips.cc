#include "tools/cli/picture/strips.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <ios>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/markup/markup.h"

namespace lockstep::suite {
namespace {

constexpr int kBarPixels = 34;
constexpr int kLinePixels = 15;  // Of a label below.
constexpr std::size_t kColours = 6;
// Pins closer than that, in percent, share one label.
constexpr double kLabelPercent = 6;

std::string Percent(double share) {
  return Text(std::fixed, std::setprecision(4), 100 * share, '%');
}

double ShareOf(std::uint64_t bytes, std::uint64_t whole) {
  return whole == 0 ? 0
                    : static_cast<double>(bytes) / static_cast<double>(whole);
}

std::string Describe(const PlacedBlock& block) {
  return Text('b', block.slot, ": ", block.bytes, " bytes at ", block.offset);
}

}  // namespace

std::string Strip::At(std::uint64_t offset) const {
  return Percent(ShareOf(offset - window_.start, window_.bytes()));
}

std::string Strip::Width(std::uint64_t bytes) const {
  return Percent(ShareOf(bytes, window_.bytes()));
}

std::string Strip::Rectangle(Region span, std::string_view style) const {
  const Region shown = window_.CommonWith(span);
  if (shown.start >= shown.end) return "";
  return Text("<rect class=\"ls-", style, "\" x=\"", At(shown.start),
              "\" y=\"2\" height=\"28\" style=\"width:max(4px,",
              Width(shown.bytes()), ")\"/>");
}

// An <svg> of its own cuts the label off where the block ends.
std::string Strip::Block(const PlacedBlock& block) const {
  const Region shown = window_.CommonWith(block.Span());
  if (shown.start >= shown.end || block.bytes == 0) return "";
  const std::string style = Text("colour", block.slot % kColours);
  return Text("<g class=\"ls-block\"><title>", Describe(block), "</title>",
              Rectangle(shown, style), "<svg x=\"", At(shown.start),
              "\" y=\"2\" width=\"", Width(shown.bytes()),
              "\" height=\"28\"><text x=\"5\" y=\"19\">b", block.slot,
              "<tspan class=\"ls-size\" dx=\"5\">", block.bytes,
              "</tspan></text></svg></g>");
}

std::string Strip::Label(std::uint64_t offset, int line, std::string_view style,
                         std::string_view text) const {
  const double share = ShareOf(offset - window_.start, window_.bytes());
  // So that a label near an edge does not pass it.
  const std::string_view anchor = share < 1.0 / 3   ? "start"
                                  : share < 2.0 / 3 ? "middle"
                                                    : "end";
  return Text("<text class=\"ls-", style, "\" x=\"", Percent(share), "\" y=\"",
              kBarPixels + 10 + kLinePixels * line, "\" text-anchor=\"", anchor,
              "\">", Escaped(text), "</text>");
}

// Blocks of zero bytes have no width: each is a line with a head.
std::string Strip::Pins(const Scene& scene) const {
  std::vector<PlacedBlock> pins;
  std::ranges::copy_if(scene.blocks(), std::back_inserter(pins),
                       [this](const PlacedBlock& block) {
                         return block.bytes == 0 &&
                                window_.Contains(block.offset, 0);
                       });
  std::ranges::sort(pins, {}, &PlacedBlock::offset);
  std::string text;
  for (std::size_t i = 0; i < pins.size();) {
    const std::uint64_t offset = pins[i].offset;
    std::string names;
    const auto distance = [&](const PlacedBlock& pin) {
      return 100 * ShareOf(pin.offset - offset, window_.bytes());
    };
    for (; i < pins.size() && distance(pins[i]) < kLabelPercent; ++i) {
      const std::string at = At(pins[i].offset);
      text += Text("<g class=\"ls-pin\"><title>", Describe(pins[i]),
                   "</title><line x1=\"", at, "\" x2=\"", at,
                   "\" y1=\"4\" y2=\"33\"/><circle cx=\"", at,
                   "\" cy=\"4\" r=\"3.5\"/></g>");
      names += Text(names.empty() ? "b" : ", b", pins[i].slot);
    }
    text += Label(offset, 0, "quiet", Text(names, ": 0 bytes"));
  }
  return text;
}

std::string Strip::Marks(const Mark& mark, int first_line) const {
  int line = first_line;
  std::string text;
  if (mark.block) {
    text += Rectangle(mark.block->Span(), "mark");
    text += Label(mark.block->offset, line++, "label-mark", mark.Label());
  }
  if (mark.expected) {
    text += Rectangle(mark.expected->Span(), "expected");
    text += Label(
        mark.expected->offset, line++, "label-expected",
        Text("expected b", mark.expected->slot, " at ", mark.expected->offset));
  }
  if (mark.offset && window_.Contains(*mark.offset, 1)) {
    text += Rectangle({*mark.offset, *mark.offset + 1}, "mark");
    text +=
        Label(*mark.offset, line, "label-mark", Text("offset ", *mark.offset));
  }
  return text;
}

std::string Strip::Draw(const Scene& scene, const Mark* mark) const {
  // So that a small block is not hidden by a large one beside it.
  std::vector<PlacedBlock> blocks(scene.blocks());
  std::ranges::sort(blocks, [](const PlacedBlock& one, const PlacedBlock& two) {
    return one.bytes != two.bytes ? one.bytes > two.bytes : one.slot < two.slot;
  });
  const int pin_lines = !blocks.empty() && blocks.back().bytes == 0 ? 1 : 0;
  int lines = pin_lines;
  if (mark != nullptr) {
    lines += (mark->block || mark->offset) + mark->expected.has_value();
  }
  std::string text =
      Text("<svg class=\"ls-strip\" style=\"height:",
           kBarPixels + kLinePixels * lines,
           "px\" role=\"img\" aria-label=\"memory with ", blocks.size(),
           " blocks\"><rect class=\"ls-none\" y=\"2\" width=\"100%\" "
           "height=\"28\"/>");
  for (const Region region : scene.regions()) text += Rectangle(region, "free");
  for (const PlacedBlock& block : blocks) text += Block(block);
  for (const Region overlap : OverlapsOf(blocks)) {
    text += Rectangle(overlap, "overlap");
  }
  text += Pins(scene);
  if (mark != nullptr) text += Marks(*mark, pin_lines);
  return text + "</svg>";
}

}  // namespace lockstep::suite
