#ifndef LOCKSTEP_MODELS_JUDGE_REPORT_H_
#define LOCKSTEP_MODELS_JUDGE_REPORT_H_

// What is said of a violation, as the comments that a trace begins with.

#include <cstddef>
#include <string>
#include <string_view>

#include "models/judge/minimise.h"

namespace lockstep::suite {

struct Report {
  const Minimised& reduced;  // In 0 runs: cut off after the step, no more.
  std::size_t steps_before;
  std::string_view claim;       // That was broken.
  std::string_view afterwards;  // What is done after the script.
  std::string_view command;     // Shows it again, once a file is named.
};

std::string FormatReport(const Report& report);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_REPORT_H_
