#ifndef LOCKSTEP_TOOLS_CLI_MARKUP_RULE_MEANING_H_
#define LOCKSTEP_TOOLS_CLI_MARKUP_RULE_MEANING_H_

// What the rules mean, at length, for pages that tell of violations: the tables of
// docs/models.md, which are compiled in.

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {

// The rule's name as HTML. It leads to what MeaningsOf writes about it.
std::string LinkToMeaning(std::string_view rule);

// A section that explains each of these rules once, in the order in which
// docs/models.md does. "" if it explains none of them.
std::string MeaningsOf(const std::vector<std::string_view>& rules);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_MARKUP_RULE_MEANING_H_
