#ifndef LOCKSTEP_TESTS_MODELS_WRITTEN_H_
#define LOCKSTEP_TESTS_MODELS_WRITTEN_H_

// Scripts as people write them, and verdicts as they read them.

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "models/system/model.h"

namespace lockstep::suite {

inline constexpr std::string_view kHeader =
    "lockstep-trace 1\ncomponent any\narena size=65536 align=65536\n";

// For threads.
inline constexpr std::string_view kThreadsHeader =
    "lockstep-trace 2\ncomponent any\narena size=65536 align=65536\n";

inline Script Written(std::string_view steps) {
  auto trace = Parse(std::string(kHeader) + std::string(steps));
  EXPECT_TRUE(trace) << trace.error().line << ": " << trace.error().message;
  return trace ? trace->script : Script{};
}

// Empty if none was broken.
inline std::string RuleOf(const Verdict& verdict) {
  return verdict ? std::string(verdict->rule) : "";
}

inline std::string Describe(const Verdict& verdict) {
  return verdict ? std::string(verdict->rule) + ": expected " +
                       verdict->expected + ", came " + verdict->came
                 : "holds";
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_MODELS_WRITTEN_H_
