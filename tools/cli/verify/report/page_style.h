#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_STYLE_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_STYLE_H_

// The parts of the page that are the same in every report.

#include <string_view>

namespace lockstep::suite::verify {

inline constexpr std::string_view kPageStyle = R"html(:root {
  --back: #fff; --text: #1c1c1c; --quiet: #5d6570; --bad: #c4001d;
  --good: #17653a; --panel: #f3f4f6; --edge: #d3d8de; --link: #0b4f8a;
  --bad-back: #fdecee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171a; --text: #eceff2; --quiet: #a3adb8; --bad: #ff6b7a;
    --good: #6fcf97; --panel: #20252a; --edge: #3a424b; --link: #78b7ff;
    --bad-back: #3a1c22;
  }
}
body {
  color: var(--text); background: var(--back); max-width: 72rem;
  font: 15px/1.45 "DejaVu Sans", Verdana, sans-serif;
  margin: 1.5rem auto; padding: 0 1rem;
}
body > *, section > * { overflow-wrap: anywhere; }
a { color: var(--link); }
.first { font-size: 1.25rem; font-weight: bold; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem 0; }
tr { border-bottom: 1px solid var(--edge); }
th { font-weight: normal; }
th, .quiet { color: var(--quiet); }
.bad { color: var(--bad); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.4 "DejaVu Sans Mono", monospace; }
pre {
  background: var(--panel); max-height: 24rem; overflow-x: auto;
  margin: .5rem 0 .3rem; padding: .6rem .8rem;
}
img, svg { max-width: 100%; height: auto; }
.command { white-space: pre-wrap; }
button {
  font: inherit; font-size: .9rem; color: inherit; background: var(--panel);
  border: 1px solid var(--edge); border-radius: 4px; padding: .1rem .7rem;
  cursor: pointer;
}
section { border-top: 1px solid var(--edge); margin-top: 1.5rem; }
section h3 { margin-top: .8rem; color: var(--bad); }
.wide { overflow-x: auto; }
.matrix { width: 100%; }
.matrix th, .matrix td {
  padding: .35rem .8rem .35rem .4rem; overflow-wrap: break-word;
  word-break: normal;
}
.matrix tbody th { color: var(--text); font-weight: bold; }
.matrix td span { display: block; font-size: .85rem; }
.matrix .held b { color: var(--good); }
.matrix .violated, .matrix .failed { background: var(--bad-back); }
.matrix .violated b, .matrix .failed b { color: var(--bad); }
.matrix .none { color: var(--quiet); }
@media (max-width: 48rem) {
  .matrix, .matrix tbody, .matrix tr, .matrix tbody th { display: block; }
  .matrix thead { display: none; }
  .matrix td { display: grid; grid-template-columns: 7rem minmax(0, 1fr); }
  .matrix td::before { content: attr(data-source); color: var(--quiet);
    grid-row: 1 / span 5; }
  .matrix td > * { grid-column: 2; }
  .matrix .none { display: none; }
}
</style>
)html";

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_STYLE_H_
