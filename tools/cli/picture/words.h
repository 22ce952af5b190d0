#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_WORDS_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_WORDS_H_

// A violation in words, for a terminal.

#include <cstddef>
#include <string>

#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

// "4 of 9: alloc b0 size=8 align=8"
std::string DescribeStep(const Script& script, const Violation& violation);

// "disjoint: live blocks do not overlap"
std::string RuleInWords(const Violation& violation);

struct WordsOptions {
  std::size_t columns = 0;  // Lines break before that.
  bool is_narrow = false;   // With little indentation.
  bool has_colour = false;
};

// Several lines: the rule and its claim, the step, what was expected and what
// came.
std::string ViolationInWords(const Script& script, const Violation& violation,
                             const WordsOptions& options);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_WORDS_H_
