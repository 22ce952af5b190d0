// A port finds its state full of junk, and the same script finds the same.

#include "models/system/junk.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <set>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/judge/lockstep.h"
#include "models/script/op.h"
#include "models/shadow/shadow.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

using State = std::array<std::byte, 60>;

State g_found;

// Looks at its state, and serves nothing.
lockstep_port Curious() {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "curious";
  port.state_bytes = sizeof(State);
  port.state_align = alignof(State);
  port.create = [](void* state) {
    g_found = *static_cast<const State*>(state);
    return lockstep_status{LOCKSTEP_OK};
  };
  port.destroy = [](void* /*state*/) {};
  port.init = [](void* /*state*/, void* /*start*/, std::size_t /*bytes*/) {
    return lockstep_status{LOCKSTEP_OK};
  };
  port.allocate = [](void* /*state*/, std::size_t /*bytes*/,
                     std::size_t /*align*/, void** /*block*/) {
    return lockstep_status{LOCKSTEP_NO_MEMORY};
  };
  return port;
}

State FoundBy(Lockstep& lockstep, const Script& script) {
  g_found = {};
  EXPECT_FALSE(lockstep.Run(script));
  return g_found;
}

TEST(Junk, IsWhatAPortFindsInItsState) {
  const lockstep_port port = Curious();
  Lockstep lockstep(port, {});
  const State found = FoundBy(lockstep, Written("init offset=0 size=64\n"));
  // Of random bytes hardly any is zero, and hardly any occurs often.
  EXPECT_LT(std::ranges::count(found, std::byte{0}), 8);
  EXPECT_GT(std::set(found.begin(), found.end()).size(), 30u);
}

// Or it would hold, now and then, when it is made short.
TEST(Junk, StaysWhenAScriptIsCutOff) {
  EXPECT_EQ(
      JunkFor(Written("init offset=0 size=64\n")),
      JunkFor(Written("init offset=0 size=64\nalloc b0 size=1 align=1\n")));
}

// Or a report would not show again what it tells.
TEST(Junk, DoesNotDependOnWhatATraceDoesNotSay) {
  Script script = Written("init offset=0 size=64\n");
  const std::uint64_t junk = JunkFor(script);
  script.ops.front().slot = 24;
  script.ops.front().align_log2 = 3;
  EXPECT_EQ(JunkFor(script), junk);
  script.ops.front().bytes = 65;
  EXPECT_NE(JunkFor(script), junk);
}

TEST(Junk, IsTheSameForTheSameScriptAndAnotherForAnother) {
  const lockstep_port port = Curious();
  std::set<State> all;
  static constexpr std::array<std::string_view, 5> kTexts = {
      "", "init offset=0 size=64\n", "init offset=0 size=65\n",
      "alloc b0 size=1 align=1\n",
      "init offset=8 size=64\nalloc b0 size=1 align=1\n"};
  for (const std::string_view text : kTexts) {
    Lockstep one(port, {});
    Lockstep other(port, {});
    const Script script = Written(text);
    const State found = FoundBy(one, script);
    EXPECT_EQ(FoundBy(other, script), found);
    EXPECT_EQ(FoundBy(one, script), found);
    all.insert(found);
  }
  EXPECT_EQ(all.size(), kTexts.size());
}

TEST(Junk, IsTheSameWhereThereIsNoScriptYet) {
  const lockstep_port port = Curious();
  Lockstep lockstep(port, {});
  lockstep.Begin({4096, 4096});
  const State found = g_found;
  EXPECT_FALSE(lockstep.Step({.verb = Verb::kInit, .bytes = 64}));
  lockstep.Begin({8192, 8192});
  EXPECT_EQ(g_found, found);
}

// What a region begins and ends with, when the port is given it.
std::vector<State> g_ends;

lockstep_status LookAtEnds(void* /*state*/, void* start, std::size_t bytes) {
  const auto* const end = static_cast<const std::byte*>(start) + bytes;
  for (const void* const from :
       {static_cast<const void*>(start),
        static_cast<const void*>(end - sizeof(State))}) {
    std::memcpy(&g_ends.emplace_back(), from, sizeof(State));
  }
  return LOCKSTEP_OK;
}

TEST(Junk, IsWhatAPortFindsAtTheEndsOfItsFirstRegion) {
  lockstep_port port = Curious();
  port.init = LookAtEnds;
  port.add = LookAtEnds;
  Lockstep lockstep(port, {});
  const Script script =
      Written("init offset=0 size=4096\nadd offset=4160 size=4096\n");
  EXPECT_FALSE(lockstep.Run(script));
  const std::vector<State> found = g_ends;
  ASSERT_EQ(found.size(), 4u);
  for (const std::size_t first : {0u, 1u}) {
    EXPECT_GT(std::set(found[first].begin(), found[first].end()).size(), 30u);
  }
  EXPECT_EQ(std::set(found.begin(), found.begin() + 2).size(), 2u);
  EXPECT_EQ(found[2], State());
  g_ends.clear();
  EXPECT_FALSE(lockstep.Run(script));
  EXPECT_EQ(g_ends, found);
}

// Of which an end may lie in the middle of the next region.
TEST(Junk, KeepsTheGuardsOfARegionThatWasRefused) {
  lockstep_port port = Curious();
  port.add = [](void* /*state*/, void* /*start*/, std::size_t /*bytes*/) {
    return lockstep_status{LOCKSTEP_NO_MEMORY};
  };
  Shadow shadow;
  Lockstep lockstep(port, {&shadow});
  EXPECT_FALSE(
      lockstep.Run(Written("init offset=0 size=1\nadd offset=3000 size=1\n"
                           "add offset=2872 size=129\n")));
}

TEST(Junk, FillsUpToTheLastByte) {
  for (const std::size_t bytes : {0u, 1u, 7u, 8u, 9u}) {
    std::vector<std::byte> filled(bytes + 1);
    FillWithJunk({filled.data(), bytes}, 1);
    EXPECT_EQ(filled.back(), std::byte{0});
    EXPECT_EQ(std::ranges::count(filled, std::byte{0}), 1) << bytes;
  }
}

}  // namespace
}  // namespace lockstep::suite
