#include "tools/cli/picture/page.h"

#include <optional>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/system/rules.h"
#include "tools/cli/markup/markup.h"
#include "tools/cli/markup/rule_meaning.h"
#include "tools/cli/picture/scene.h"
#include "tools/cli/picture/strips.h"
#include "tools/cli/picture/words.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kPageStyle =
    R"html(:root { --text: #1c1c1c; --back: #fff; --quiet: #5d6570; --bad: #c4001d;
  --panel: #f3f4f6; --edge: #c8ced6; }
@media (prefers-color-scheme: dark) {
  :root { --text: #eceff2; --back: #14171a; --quiet: #a3adb8; --bad: #ff6b7a;
    --panel: #20252a; --edge: #4a525c; }
}
body { color: var(--text); background: var(--back);
  font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; max-width: 72rem;
  margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; }
h1.bad { color: var(--bad); }
h1 a { color: inherit; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
.quiet { color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr);
  gap: .15rem 1rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { font: 13px/1.45 "DejaVu Sans Mono", monospace; background: var(--panel);
  padding: .6rem .8rem; margin: .3rem 0; overflow-x: auto; max-height: 30rem;
  }
#command, .words { white-space: pre-wrap; overflow-wrap: anywhere; }
button { font: inherit; color: inherit; background: var(--panel);
  border: 1px solid var(--edge); border-radius: 4px; padding: .15rem .8rem;
  cursor: pointer; }
</style>
)html";

std::string Field(std::string_view name, std::string_view text) {
  return Text("<dt>", name, "</dt><dd>", Escaped(text), "</dd>\n");
}

std::string ToCopy(std::string_view id, std::string_view text) {
  return Text("<pre id=\"", id, "\">", Escaped(text),
              "</pre>\n<button type=\"button\" data-copy=\"", id,
              "\">copy</button>\n");
}

std::string DescribeVerdict(const Trace& trace,
                            const std::optional<Violation>& violation,
                            std::string_view verdict) {
  if (!violation) {
    return Text("<h1>", Escaped(verdict), "</h1>\n<dl>\n",
                Field("system", trace.component), "</dl>\n");
  }
  std::string text =
      Text("<h1 class=\"bad\">violated: ", LinkToMeaning(violation->rule),
           "</h1>\n<p>", Escaped(ClaimOf(violation->rule)), "</p>\n<dl>\n",
           Field("system", trace.component),
           Field("step", DescribeStep(trace.script, *violation)),
           Field("expected", violation->expected),
           Field("came", violation->came), "</dl>\n");
  if (!violation->last_words.empty()) {
    text += Text(
        "<h2>Last words of the process</h2>\n<pre "
        "class=\"words\">",
        Escaped(violation->last_words), "</pre>\n");
  }
  return text;
}

}  // namespace

std::string MakePage(const Trace& trace,
                     const std::optional<Violation>& violation,
                     const PageParts& parts) {
  const std::string_view title = violation ? violation->rule : parts.verdict;
  return Text(kPageBegin, kPageStyle, "<title>", Escaped(trace.component), ": ",
              Escaped(title), "</title>\n</head>\n<body>\n",
              DescribeVerdict(trace, violation, parts.verdict), "<h2>",
              parts.heading, "</h2>\n", parts.drawing,
              "<h2>To see it again</h2>\n", ToCopy("command", parts.command),
              "<h2>The trace</h2>\n", ToCopy("trace", Format(trace)),
              violation ? MeaningsOf({violation->rule}) : "", kCopyScript,
              "</body>\n</html>\n");
}

std::string MakePage(const Judged& judged, std::string_view command) {
  return MakePage(judged.trace, judged.violation,
                  {.verdict = "all rules hold",
                   .heading = "The last steps",
                   .drawing = DrawFigure(judged),
                   .command = command});
}

}  // namespace lockstep::suite
