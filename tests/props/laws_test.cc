// Every law holds for every port that promises what it needs, and says something
// there; a port that breaks it is convicted, by a small script that an honest
// port survives.

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "models/judge/jury.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "ports/registry.h"
#include "props/law.h"
#include "props/property.h"
#include "props/search.h"
#include "tests/lying/law_liar.h"

namespace lockstep::suite {
namespace {

std::unique_ptr<Property> PropertyOf(const lockstep_port& port,
                                     std::string_view name) {
  auto properties = PropertiesOf(port);
  const auto found = std::ranges::find(
      properties, name, [](const auto& one) { return one->name(); });
  return found == properties.end() ? nullptr : std::move(*found);
}

std::optional<Found> SearchFor(const lockstep_port& port, Property& property) {
  return Search(port,
                [&](const Script& script) { return property.Try(script); },
                {.seed = 1, .cases = 200, .size = property.size()});
}

struct LawOfPort {
  const Law* law;
  const lockstep_port* port;

  friend void PrintTo(const LawOfPort& pair, std::ostream* out) {
    *out << pair.law->name << " for " << pair.port->name;
  }
};

std::vector<LawOfPort> AllPairs() {
  std::vector<LawOfPort> pairs;
  for (const Law& law : Laws()) {
    for (const lockstep_port* port : AllPorts()) pairs.push_back({&law, port});
  }
  return pairs;
}

class LawfulPort : public testing::TestWithParam<LawOfPort> {};

TEST_P(LawfulPort, KeepsTheLawThatItPromises) {
  const auto [law, port] = GetParam();
  const auto property = PropertyOf(*port, law->name);
  ASSERT_NE(property, nullptr);
  if (!property->lacking().empty()) {
    GTEST_SKIP() << port->name << " does not " << property->lacking();
  }
  const auto found = SearchFor(*port, *property);
  EXPECT_FALSE(found) << property->Report(found->script, found->violation);
  EXPECT_GT(property->applied(), 10u) << "of 200 scripts";
}

INSTANTIATE_TEST_SUITE_P(All, LawfulPort, testing::ValuesIn(AllPairs()),
                         [](const auto& test) {
                           return std::string(test.param.law->name) + "_" +
                                  test.param.port->name;
                         });

class UnlawfulPort : public testing::TestWithParam<LawLiar> {};

TEST_P(UnlawfulPort, IsConvictedByItsLawWithASmallTrace) {
  const LawLiar& liar = GetParam();
  const auto property = PropertyOf(liar.port, liar.law);
  ASSERT_NE(property, nullptr);
  ASSERT_EQ(property->lacking(), "");
  const auto found = SearchFor(liar.port, *property);
  ASSERT_TRUE(found);
  const std::string report = property->Report(found->script, found->violation);
  SCOPED_TRACE(report);

  const auto read = Parse(report);
  ASSERT_TRUE(read) << read.error().line << ": " << read.error().message;
  std::cout << liar.law << ": " << found->first.ops.size()
            << " steps, shrunk to " << found->script.ops.size()
            << ", minimised to " << read->script.ops.size() << '\n';
  EXPECT_EQ(read->component, liar.port.name);
  EXPECT_LE(read->script.ops.size(), 3u);
  const Verdict again = property->Try(read->script);
  EXPECT_TRUE(again && again->rule == liar.law);
  EXPECT_FALSE(PropertyOf(liar.honest, liar.law)->Try(read->script));
}

TEST_P(UnlawfulPort, HasAnHonestTwin) {
  const LawLiar& liar = GetParam();
  const auto property = PropertyOf(liar.honest, liar.law);
  ASSERT_EQ(property->lacking(), "");
  const auto found = SearchFor(liar.honest, *property);
  EXPECT_FALSE(found) << property->Report(found->script, found->violation);
  EXPECT_GT(property->applied(), 10u);
}

INSTANTIATE_TEST_SUITE_P(All, UnlawfulPort, testing::ValuesIn(LawLiars()),
                         [](const auto& test) -> std::string {
                           return test.param.port.name;
                         });

// Where a port claims no placement, laws are what is left to see that by.
TEST(Laws, SeeWhatTheShadowDoesNot) {
  std::size_t unseen = 0;
  for (const LawLiar& liar : LawLiars()) {
    Jury jury(liar.port, {.placement = false, .recording = false});
    const auto found = Search(
        liar.port, [&](const Script& script) { return jury.Try(script); },
        {.seed = 1, .cases = 200, .size = 64});
    if (!found) ++unseen;
    std::cout << liar.law << ": "
              << (found ? found->violation.rule : "the law alone") << '\n';
  }
  EXPECT_GE(unseen, LawLiars().size() / 2);
}

TEST(Laws, EachHasALiarThatBreaksIt) {
  for (const Law& law : Laws()) {
    EXPECT_NE(std::ranges::count(LawLiars(), law.name, &LawLiar::law), 0)
        << law.name;
  }
}

}  // namespace
}  // namespace lockstep::suite
