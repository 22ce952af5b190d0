#include "tools/cli/markup/rule_meaning.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "models/system/rules.h"
#include "tools/cli/markup/markup.h"

namespace lockstep::suite {
namespace {

struct Meaning {
  std::string_view rule;
  std::string_view text;        // In Markdown, with `code` and [links](to).
  std::string_view applies_to;  // The ports that it is for.
};

constexpr Meaning kMeanings[] = {
#include "tools/cli/markup/rule_meanings.inc"
};

constexpr const Meaning* Find(std::string_view rule) {
  const auto* const found = std::ranges::find(kMeanings, rule, &Meaning::rule);
  return found == std::end(kMeanings) ? nullptr : found;
}

static_assert(std::ranges::all_of(kRules,
                                  [](const Rule& rule) {
                                    return Find(rule.name);
                                  }),
              "a rule has no row in the tables of docs/models.md");

// The text up to `end`, which is taken off, and so is `end`. All of the text if
// there is no `end`.
std::string_view TakeUntil(std::string_view& text, char end) {
  const std::string_view part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

// Where a link leads is left out: a page may lie anywhere.
std::string AsHtml(std::string_view markdown) {
  std::string html;
  while (!markdown.empty()) {
    const std::size_t plain =
        std::min(markdown.find_first_of("`["), markdown.size());
    html += Escaped(markdown.substr(0, plain));
    markdown.remove_prefix(plain);
    if (markdown.empty()) break;
    const char kind = markdown.front();
    markdown.remove_prefix(1);
    if (kind == '`') {
      html += Text("<code>", Escaped(TakeUntil(markdown, '`')), "</code>");
    } else {
      html += Escaped(TakeUntil(markdown, ']'));
      TakeUntil(markdown, ')');
    }
  }
  return html;
}

}  // namespace

std::string LinkToMeaning(std::string_view rule) {
  const std::string name = Escaped(rule);
  return Find(rule) == nullptr
             ? name
             : Text("<a href=\"#rule-", name, "\">", name, "</a>");
}

std::string MeaningsOf(const std::vector<std::string_view>& rules) {
  std::string rows;
  for (const Meaning& meaning : kMeanings) {
    if (std::ranges::find(rules, meaning.rule) == rules.end()) continue;
    const bool is_for_all = meaning.applies_to.starts_with("all");
    rows +=
        Text("<h3 id=\"rule-", meaning.rule, "\">", meaning.rule, "</h3>\n<p>",
             AsHtml(meaning.text), "</p>\n<p class=\"quiet\">For ",
             is_for_all ? "all ports" : "ports that ",
             AsHtml(meaning.applies_to.substr(is_for_all ? 3 : 0)), ".</p>\n");
  }
  return rows.empty() ? "" : "<h2>What the rules mean</h2>\n" + rows;
}

}  // namespace lockstep::suite
