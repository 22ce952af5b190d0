#ifndef LOCKSTEP_TOOLS_CLI_LANES_STYLE_H_
#define LOCKSTEP_TOOLS_CLI_LANES_STYLE_H_

// The style of the drawing of lanes, on light and on dark pages.

#include <string_view>

namespace lockstep::suite {

// It is inside an <svg>, because it stands in the body of a page.
inline constexpr std::string_view kLaneStyle =
    R"html(<svg width="0" height="0" class="ln-style"><style>
.ln { --ln-text: #1c1c1c; --ln-quiet: #5d6570; --ln-bad: #c4001d;
  --ln-edge: #6b7480; --ln-alone: #e4e7eb; --ln-lane: #d6dbe1;
  --ln-0: #cfe0fb; --ln-1: #f9e2ae; --ln-2: #c8e9d3; --ln-3: #eed0e3; }
@media (prefers-color-scheme: dark) {
  .ln { --ln-text: #eceff2; --ln-quiet: #a3adb8; --ln-bad: #ff6b7a;
    --ln-edge: #8a949f; --ln-alone: #343a42; --ln-lane: #3a4149;
    --ln-0: #2c4373; --ln-1: #64501a; --ln-2: #285b3f; --ln-3: #663753; }
}
.ln { color: var(--ln-text); margin: .5rem 0; }
.ln .ln-style { position: absolute; width: 0; height: 0; }
.ln .wide { overflow-x: auto; }
.ln .ln-lanes { display: block; max-width: none; }
.ln p { font: 13px/1.5 "DejaVu Sans", Verdana, sans-serif; margin: .4rem 0;
  color: var(--ln-quiet); }
.ln-lanes text { font: 12px "DejaVu Sans Mono", monospace;
  fill: var(--ln-text); }
.ln-lanes text.ln-name { font: bold 13px "DejaVu Sans", Verdana, sans-serif; }
.ln-lanes text.ln-quiet { fill: var(--ln-quiet); }
.ln-lanes text.ln-bad { fill: var(--ln-bad); font-weight: bold; }
.ln-lanes text.ln-came { font-weight: bold; }
.ln-lanes rect { stroke: none; }
.ln-alone rect { fill: var(--ln-alone); }
.ln-colour0 rect { fill: var(--ln-0); } .ln-colour1 rect { fill: var(--ln-1); }
.ln-colour2 rect { fill: var(--ln-2); } .ln-colour3 rect { fill: var(--ln-3); }
.ln-lanes line { stroke: var(--ln-edge); stroke-width: 1.5px; }
.ln-lanes line.ln-torn { stroke-dasharray: 5 4; }
.ln-lanes line.ln-stopped { stroke-dasharray: 2 4; stroke-width: 2px; }
.ln-lanes line.ln-lane { stroke: var(--ln-lane); stroke-width: 1px; }
.ln-broken line { stroke: var(--ln-bad); stroke-width: 3px; }
.ln-arrow path { fill: none; stroke: var(--ln-text); stroke-width: 1.5px; }
.ln-arrow polygon { fill: var(--ln-text); }
</style></svg>
)html";

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_LANES_STYLE_H_
