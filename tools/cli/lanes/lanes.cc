#include "tools/cli/lanes/lanes.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "tools/cli/lanes/course.h"
#include "tools/cli/lanes/style.h"
#include "tools/cli/lanes/svg_lanes.h"
#include "tools/cli/lanes/text_lanes.h"
#include "tools/cli/markup/markup.h"
#include "tools/cli/picture/page.h"
#include "tools/cli/picture/terminal.h"
#include "tools/cli/picture/words.h"

namespace lockstep::suite {
namespace {

constexpr std::string_view kTextLegend =
    "| it runs  : it is stopped while another thread runs  ---> the thread "
    "that runs next. A point is an access to shared memory, or a lock, where "
    "another thread may go on.";
constexpr std::string_view kTextNotRun =
    "It was not run: the ops stand in the order of the script, with the "
    "switches that it asks for.";

constexpr std::string_view kLegend = R"html(<p>Time runs downwards. A box is an
operation while its thread runs. At a dashed edge, the thread was stopped in the
middle of it, and goes on where the dotted line leads. An arrow leads to the
thread that runs next. A point is an access to shared memory, or a lock, where
another thread may go on.</p>
)html";

constexpr std::string_view kNotRun =
    R"html(<p>It was not run: the operations stand
in the order of the script, with the switches that it asks for.</p>
)html";

std::string NotBegun(const Course& course) {
  std::string text;
  for (const std::string& op : course.not_begun) {
    text += Text("<p>not begun: ", Escaped(op), "</p>\n");
  }
  return text;
}

}  // namespace

std::string LanesAsText(const Trace& trace, std::span<const Slice> slices,
                        const std::optional<Violation>& violation,
                        std::size_t columns) {
  const Course course = CourseOf(trace, slices, violation);
  const std::string verdict =
      violation
          ? ViolationInWords(trace.script, *violation, {.columns = columns})
      : course.was_run ? "all rules hold\n"
                       : Wrapped(kTextNotRun, columns, "") + '\n';
  return Text(TextLanes(course, violation, columns).Draw(), '\n', verdict, '\n',
              Wrapped(kTextLegend, columns, ""), '\n');
}

std::string LanesAsHtml(const Trace& trace, std::span<const Slice> slices,
                        const std::optional<Violation>& violation) {
  const Course course = CourseOf(trace, slices, violation);
  return Text("<div class=\"ln\" data-rule=\"",
              violation ? Escaped(violation->rule) : "", "\">", kLaneStyle,
              "<div class=\"wide\">", SvgLanes(course, violation).Draw(),
              "</div>\n", NotBegun(course), course.was_run ? "" : kNotRun,
              kLegend, "</div>\n");
}

std::string LanesAsPage(const Trace& trace, std::span<const Slice> slices,
                        const std::optional<Violation>& violation,
                        std::string_view command) {
  return MakePage(
      trace, violation,
      {.verdict = slices.empty() ? "threads, not run" : "all rules hold",
       .heading = "The threads, and where they were switched",
       .drawing = LanesAsHtml(trace, slices, violation),
       .command = command});
}

}  // namespace lockstep::suite
