#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/region.h"
#include "tools/cli/markup/markup.h"
#include "tools/cli/picture/scene.h"
#include "tools/cli/picture/strips.h"

namespace lockstep::suite {
namespace {

// Inside of the first <svg> of a figure: a page may have several figures.
constexpr std::string_view kFigureStyle =
    R"html(<svg width="0" height="0" class="ls-style"><style>
.ls {
  --ls-free: #e4e7eb; --ls-edge: #fff; --ls-text: #1c1c1c; --ls-quiet: #5d6570;
  --ls-bad: #c4001d; --ls-expected: #0b5cad; --ls-none: #aab2bd;
  --ls-0: #a8d5ba; --ls-1: #f6d186; --ls-2: #b5c7f2; --ls-3: #e8b8d4;
  --ls-4: #a6dbe3; --ls-5: #d9c9a8;
}
@media (prefers-color-scheme: dark) {
  .ls {
    --ls-free: #343a42; --ls-edge: #14171a; --ls-text: #eceff2;
    --ls-quiet: #a3adb8; --ls-bad: #ff6b7a; --ls-expected: #78b7ff;
    --ls-none: #59616b;
    --ls-0: #2f6b4a; --ls-1: #7a5d16; --ls-2: #3c528f; --ls-3: #7c3f64;
    --ls-4: #23666f; --ls-5: #62543a;
  }
}
.ls { color: var(--ls-text); margin: .5rem 0; }
.ls figure { margin: 0 0 .6rem; padding-left: .6rem;
  border-left: 4px solid transparent; }
.ls figure.ls-bad { border-left-color: var(--ls-bad); }
.ls figcaption, .ls p { font: 13px/1.5 "DejaVu Sans Mono", monospace;
  margin: 0; overflow-wrap: anywhere; }
.ls p { padding-left: calc(.6rem + 4px); color: var(--ls-quiet); }
.ls .ls-after { margin: .8rem 0 .3rem; }
.ls .ls-axis { display: flex; justify-content: space-between;
  margin-bottom: .6rem; }
.ls .ls-number { display: inline-block; min-width: 2.2em;
  color: var(--ls-quiet); }
.ls-bad .ls-came { color: var(--ls-bad); font-weight: bold; }
.ls .ls-style { position: absolute; width: 0; height: 0; }
.ls .ls-strip { display: block; width: 100%; overflow: visible;
  max-width: none; }
.ls-block rect { stroke: var(--ls-edge); stroke-width: 1px; }
.ls-colour0 { fill: var(--ls-0); } .ls-colour1 { fill: var(--ls-1); }
.ls-colour2 { fill: var(--ls-2); } .ls-colour3 { fill: var(--ls-3); }
.ls-colour4 { fill: var(--ls-4); } .ls-colour5 { fill: var(--ls-5); }
.ls-strip svg { width: auto; height: auto; max-width: none; }
.ls-strip text { font: 12px "DejaVu Sans", Verdana, sans-serif;
  fill: var(--ls-text); }
.ls-strip .ls-size, .ls-strip .ls-quiet { fill: var(--ls-quiet); }
.ls-block .ls-size { fill: var(--ls-text); opacity: .75; }
.ls-none { fill: none; stroke: var(--ls-none); stroke-dasharray: 2 4; }
.ls-free { fill: var(--ls-free); }
.ls-overlap { fill: var(--ls-bad); fill-opacity: .55; }
.ls-mark { fill: none; stroke: var(--ls-bad); stroke-width: 3px; }
.ls-expected { fill: none; stroke: var(--ls-expected); stroke-width: 2px;
  stroke-dasharray: 6 4; }
.ls-strip .ls-label-mark { fill: var(--ls-bad); font-weight: bold; }
.ls-strip .ls-label-expected { fill: var(--ls-expected); font-weight: bold; }
.ls-pin line { stroke: var(--ls-text); stroke-width: 2px; }
.ls-pin circle { fill: var(--ls-text); }
.ls .ls-legend { margin-top: .8rem; }
.ls-legend span { display: inline-block; margin-right: 1.2em; }
.ls-legend i { display: inline-block; width: 1.1em; height: .8em;
  margin-right: .4em; vertical-align: -1px; box-sizing: border-box; }
.ls-legend .ls-free { background: var(--ls-free); }
.ls-legend .ls-any { background: var(--ls-0); }
.ls-legend .ls-zero { width: .4em; border-left: 2px solid var(--ls-text); }
.ls-legend .ls-overlap { background: var(--ls-bad); opacity: .55; }
.ls-legend .ls-none { border: 1px dashed var(--ls-none); }
.ls-legend .ls-mark { border: 2px solid var(--ls-bad); }
.ls-legend .ls-expected { border: 2px dashed var(--ls-expected); }
</style></svg>)html";

constexpr std::string_view kLegend = R"html(<p class="ls-legend">
<span><i class="ls-free"></i>free</span>
<span><i class="ls-any"></i>a block, with its size</span>
<span><i class="ls-zero"></i>a block of zero bytes</span>
<span><i class="ls-overlap"></i>overlap</span>
<span><i class="ls-none"></i>no region</span>
<span><i class="ls-mark"></i>breaks the rule, or of the step</span>
<span><i class="ls-expected"></i>expected</span>
</p>
)html";

// Blocks that are less than so much of the window are shown enlarged as well.
constexpr std::uint64_t kSmallShare = 20;
constexpr std::uint64_t kLeastEnlarged = 4;

std::string Axis(Region window) {
  return Text("<p class=\"ls-axis\"><span>", window.start, "</span><span>",
              window.end, "</span></p>");
}

std::string DrawStep(const Judged& judged, const Scene& scene, Region window) {
  const std::size_t index = scene.position() - 1;
  const Frame& frame = judged.film.frames[index];
  const bool is_marked = judged.IsMarked(index);
  return Text("<figure", is_marked ? " class=\"ls-bad\"" : "",
              "><figcaption><span class=\"ls-number\">", frame.step + 1,
              "</span>", Escaped(FormatOp(frame.op)),
              " &rarr; <span class=\"ls-came\">",
              Escaped(judged.OutcomeOf(frame)), "</span></figcaption>",
              Strip(window).Draw(scene, is_marked ? &judged.mark : nullptr),
              "</figure>\n");
}

// What is marked, with as much on both sides of it; null: it is large enough.
std::optional<Region> Enlarged(Region window, const Mark& mark) {
  Region span;
  if (mark.block) {
    span = mark.block->Span();
  } else if (mark.offset) {
    span = {*mark.offset, *mark.offset + 1};
  }
  if (span.bytes() == 0 || window.bytes() / span.bytes() < kSmallShare) {
    return std::nullopt;
  }
  const std::uint64_t margin = 3 * std::max<std::uint64_t>(span.bytes(), 8);
  return Region{span.start - std::min(margin, span.start - window.start),
                span.end + std::min(margin, window.end - span.end)};
}

std::string DrawEnlarged(const Judged& judged, const Scene& scene,
                         Region window) {
  const auto part = Enlarged(window, judged.mark);
  if (!part || window.bytes() / part->bytes() < kLeastEnlarged) return "";
  return Text("<figure class=\"ls-bad\"><figcaption>the same step, enlarged ",
              window.bytes() / part->bytes(), " times</figcaption>",
              Strip(*part).Draw(scene, &judged.mark), "</figure>\n",
              Axis(*part));
}

}  // namespace

std::string DrawFigure(const Judged& judged, std::size_t most_steps) {
  const std::size_t count = judged.FrameCount();
  const std::size_t first = count - std::min(count, most_steps);
  const Region window = judged.WindowFrom(first);
  std::string text =
      Text("<div class=\"ls\" data-rule=\"",
           judged.violation ? Escaped(judged.violation->rule) : "", "\">",
           kFigureStyle, '\n');
  if (first > 0) text += Text("<p>", first, " steps before</p>\n");
  std::string enlarged;
  bool is_cleaning_up = false;
  Scene scene(judged.film);
  while (scene.position() < count) {
    scene.Advance();
    if (scene.position() <= first) continue;
    const std::uint64_t step = judged.film.frames[scene.position() - 1].step;
    if (step >= judged.trace.script.ops.size() && !is_cleaning_up) {
      is_cleaning_up = true;
      text += "<p class=\"ls-after\">after the script:</p>\n";
    }
    text += DrawStep(judged, scene, window);
    if (judged.IsMarked(scene.position() - 1)) {
      enlarged = DrawEnlarged(judged, scene, window);
    }
  }
  return Text(text, Axis(window), enlarged, kLegend, "</div>\n");
}

}  // namespace lockstep::suite
