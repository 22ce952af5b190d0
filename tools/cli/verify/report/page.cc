#include "tools/cli/verify/report/page.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/child_process.h"
#include "tools/cli/console.h"
#include "tools/cli/markup/markup.h"
#include "tools/cli/markup/rule_meaning.h"
#include "tools/cli/result/result.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/report/findings.h"
#include "tools/cli/verify/report/page_style.h"
#include "tools/cli/verify/report/page_tables.h"
#include "tools/cli/verify/report/table.h"

namespace lockstep::suite::verify {
namespace {

constexpr std::size_t kFindings = 40;  // The others are in verify.json.
constexpr std::size_t kFigures = 20;
constexpr double kFigureSeconds = 60;

// The drawing of its last steps, or of its threads; """" if there is none. For a law, `show` finds
// no rule to be broken, or another one.
std::string FigureOf(const Group& group, const std::string& program) {
  const Violation& violation = group.First();
  if (!violation.is_trace || violation.path.empty()) return "";
  std::vector<std::string> words = {program, "show", "--figure"};
  const auto& option = group.FirstJob().system.option;
  words.insert(words.end(), option.begin(), option.end());
  words.insert(words.end(), {"--", violation.path});
  ChildProcess show({.words = words, .allowed_seconds = kFigureSeconds});
  show.Wait();
  const std::string rule =
      Text("\" data-rule=\"", Escaped(violation.finding.rule), "\">");
  const std::string& drawn = show.stdout_text();
  const bool is_figure = drawn.starts_with("<div class=\"ls" + rule) ||
                         drawn.starts_with("<div class=\"ln" + rule);
  return show.exit_code() == kViolated && is_figure ? drawn : "";
}

std::string ToCopy(std::string_view id, std::string_view style,
                   std::string_view text, std::string_view what) {
  return Text("<pre", style, " id=\"", id, "\">", Escaped(text),
              "</pre>\n<button type=\"button\" data-copy=\"", id,
              "\">copy the ", what, "</button>\n");
}

std::string LinkTo(const Violation& violation) {
  const std::string name = Escaped(FileNameOf(violation.path));
  std::string text = Text("<a href=\"", name, "\">", name, "</a>");
  if (violation.artifact.empty()) return text;
  return Text(text, "; the input is ", Escaped(violation.artifact), "; ",
              violation.is_new ? "new" : "found before by an earlier campaign");
}

std::string OthersOf(const Group& group) {
  if (group.entries.size() == 1) return "";
  std::string text = Text("<details><summary>the same in ",
                          Counted(group.entries.size() - 1, "other file"),
                          "</summary>\n<ul>\n");
  for (const auto& [job, violation] : group.entries) {
    if (violation == &group.First()) continue;
    text += Text("<li>", LinkTo(*violation), "</li>\n");
  }
  return text + "</ul>\n</details>\n";
}

std::string SectionOf(const Group& group, std::size_t number,
                      const PageContents& contents) {
  const Violation& first = group.First();
  std::string text = Text(
      "<section>\n<h3 id=\"finding-", number, "\">", number, ". ",
      LinkToMeaning(first.finding.rule),
      group.claim.empty() ? "" : ": " + Escaped(group.claim),
      "</h3>\n<p class=\"quiet\">", Counted(group.entries.size(), "violation"),
      ", by ", JoinedWith(", ", group.Sources()), " on ",
      Escaped(JoinedWith(", ", group.Systems())), "</p>\n");
  if (number <= kFigures) text += FigureOf(group, contents.program);
  const std::string command = CommandFor(first, contents.shown_program);
  if (!command.empty()) {
    text += ToCopy(Text("command-", number), " class=\"command\"", command,
                   "command");
  }
  return Text(text,
              ToCopy(Text("trace-", number), "", first.finding.report,
                     first.is_trace ? "trace" : "report"),
              "<p class=\"quiet\">", LinkTo(first), "</p>\n", OthersOf(group),
              "</section>\n");
}

std::string Findings(const PageContents& contents) {
  const std::size_t count = contents.groups.size();
  if (count == 0) return "";
  std::string text = "<h2>Findings</h2>\n";
  for (std::size_t i = 0; i < std::min(count, kFindings); ++i) {
    text += SectionOf(contents.groups[i], i + 1, contents);
  }
  if (count <= kFindings) return text;
  return Text(text, "<p>and ", Counted(count - kFindings, "more finding"),
              ", in verify.json</p>\n");
}

std::string Meanings(const std::vector<Group>& groups) {
  std::vector<std::string_view> rules;
  for (const Group& group : groups) {
    rules.push_back(group.First().finding.rule);
  }
  return MeaningsOf(rules);
}

std::string Problems(const std::vector<const Job*>& jobs) {
  std::string text;
  for (const Job* job : jobs) {
    if (job->outcome.problems.empty()) continue;
    text += Text(text.empty() ? "<h2>Problems</h2>\n" : "", "<h3>",
                 job->source->name, ' ', Escaped(job->system.name), "</h3>\n");
    for (const std::string& problem : job->outcome.problems) {
      text += Text("<pre class=\"bad\">", Escaped(problem), "</pre>\n");
    }
  }
  return text;
}

std::string Summary(const nlohmann::ordered_json& fields,
                    std::string_view verdict) {
  const auto number = [&](const char* name) {
    return fields.at(name).get<std::size_t>();
  };
  const std::size_t findings = fields.at("findings").size();
  return Text("<p class=\"first", verdict == "held" ? "" : " bad", "\">",
              verdict, ":\n", Rounded(fields.at("operations").get<double>()),
              " operations checked,\n",
              findings == 0
                  ? "0 violations"
                  : Text(Counted(findings, "finding"), "\n(",
                         Counted(number("violations"), "violation"), ")"),
              "</p>\n");
}

std::string Circumstances(const nlohmann::ordered_json& fields) {
  const auto& machine = fields.at("machine");
  const auto& build = fields.at("build");
  const auto text = [](const nlohmann::ordered_json& field) {
    return Escaped(field.get<std::string>());
  };
  std::string commit;
  if (build.at("commit").is_string()) {
    commit = Text("; commit ",
                  Escaped(build.at("commit").get<std::string>().substr(0, 12)),
                  build.at("is_modified").get<bool>() ? ", modified" : "");
  }
  return Text("<p class=\"quiet\">", text(fields.at("started")), ", ",
              Rounded(fields.at("duration_seconds").get<double>()),
              " s;\nseed ", fields.at("seed"), ", ",
              fields.at("seconds_per_source_and_system").get<double>(),
              " s for\neach source and system, ",
              fields.at("seconds_on_threads").get<double>(),
              " s of threads and of schedules, ", fields.at("jobs"),
              " at a time on\n", text(machine.at("processor")), " (",
              machine.at("cores"), " cores,\n",
              text(machine.at("distribution")), "); ",
              text(build.at("compiler")), commit, "</p>\n");
}

}  // namespace

std::string MakeReportPage(const PageContents& contents) {
  const auto& fields = contents.fields;
  const std::string_view verdict =
      VerdictOf(static_cast<ExitCode>(fields.at("exit_code").get<int>()));
  return Text(kPageBegin, kPageStyle, "<title>Lockstep: ", verdict,
              "</title>\n</head>\n<body>\n", Summary(fields, verdict),
              Circumstances(fields), Findings(contents),
              Problems(contents.jobs), MatrixOf(contents.jobs),
              FuzzingOf(fields), Meanings(contents.groups), kCopyScript,
              "</body>\n</html>\n");
}

}  // namespace lockstep::suite::verify
