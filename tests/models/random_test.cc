// Random scripts on every port that is linked in, before all models.

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "models/jury.h"
#include "models/model.h"
#include "models/port.h"
#include "models/random_scripts.h"
#include "ports/registry.h"
#include "tests/models/written.h"

namespace lockstep {
namespace {

constexpr std::size_t kOpsPerScript = 1000;
constexpr std::uint64_t kScripts = 200;

struct Case {
  const lockstep_port* port;

  friend void PrintTo(const Case& one, std::ostream* out) {
    *out << one.port->name;
  }
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const lockstep_port* port : AllPorts()) cases.push_back({port});
  return cases;
}

class Random : public testing::TestWithParam<Case> {
 protected:
  static void Hold(bool is_swarm) {
    const lockstep_port& port = *GetParam().port;
    Jury jury(port, {.check_every = 8});
    RandomScripts scripts(port, kOpsPerScript, is_swarm);
    for (std::uint64_t seed = 1; seed <= kScripts; ++seed) {
      const Script& script = scripts.Make(seed);
      const Verdict verdict = jury.Try(script);
      ASSERT_FALSE(verdict) << "seed " << seed << "\n"
                            << jury.Report(script, *verdict);
    }
    // Most of what is made up can be performed.
    EXPECT_GT(jury.operations(), kScripts * kOpsPerScript / 2);
  }
};

TEST_P(Random, ScriptsHold) { Hold(false); }

TEST_P(Random, SwarmsHold) { Hold(true); }

INSTANTIATE_TEST_SUITE_P(All, Random, testing::ValuesIn(Cases()),
                         [](const auto& test) -> std::string {
                           return test.param.port->name;
                         });

}  // namespace
}  // namespace lockstep
