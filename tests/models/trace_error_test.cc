// What a broken file is told.

#include <cstddef>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

struct BrokenFile {
  std::string_view text;
  std::size_t line;
  std::string_view message;
};

class BrokenTrace : public testing::TestWithParam<BrokenFile> {};

TEST_P(BrokenTrace, IsToldLineAndWhatWasExpected) {
  const auto trace = Parse(GetParam().text);
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().line, GetParam().line);
  EXPECT_EQ(trace.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Header, BrokenTrace,
    testing::Values(
        BrokenFile{"", 1,
                   "expected 'lockstep-trace 1', found the end of the "
                   "file"},
        BrokenFile{"# only\n\n", 3,
                   "expected 'lockstep-trace 1', found the end of the file"},
        BrokenFile{"lockstep-trace 3\n", 1, "expected '1' or '2', found '3'"},
        BrokenFile{"lockstep-trace\n", 1,
                   "expected '1' or '2', found the end of the line"},
        BrokenFile{"component heap\n", 1,
                   "expected 'lockstep-trace', found 'component'"},
        BrokenFile{"lockstep-trace 1\n", 2,
                   "expected 'component', found the end of the file"},
        // Without the end of its line, which is the last there is.
        BrokenFile{"lockstep-trace 1", 1,
                   "expected 'component', found the end of the file"},
        BrokenFile{"lockstep-trace 1\ncomponent\n", 2,
                   "expected the name of a system, found the end of the line"},
        BrokenFile{"lockstep-trace 1\ncomponent a b\n", 2,
                   "expected the end of the line, found 'b'"},
        BrokenFile{"lockstep-trace 1\ncomponent a\n", 3,
                   "expected 'arena', found the end of the file"},
        BrokenFile{"lockstep-trace 1\ncomponent a\ninit offset=0\n", 3,
                   "expected 'arena', found 'init'"},
        BrokenFile{"lockstep-trace 1\ncomponent a\narena size=0 align=1", 3,
                   "expected a size that is not zero, found 'size=0'"},
        BrokenFile{"lockstep-trace 1\ncomponent a\narena size=8 align=3", 3,
                   "expected a power of two, found 'align=3'"},
        BrokenFile{
            "lockstep-trace 1\ncomponent a\narena size=2199023255552 align=1",
            3,
            "expected 'size=' and a number up to 1099511627776, found "
            "'size=2199023255552'"}));

// In line 4, behind a sound header of version 1.
struct BrokenStep {
  std::string_view step;
  std::string_view message;
};

class BrokenTraceStep : public testing::TestWithParam<BrokenStep> {};

TEST_P(BrokenTraceStep, IsToldWhatWasExpected) {
  const std::string text =
      std::string(kHeader) + std::string(GetParam().step) + "\nstats\n";
  const auto trace = Parse(text);
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().line, 4u);
  EXPECT_EQ(trace.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Steps, BrokenTraceStep,
    testing::Values(
        BrokenStep{"malloc b1",
                   "expected a verb (init add alloc free stats usable "
                   "free_again free_inside free_foreign free_null "
                   "free_other attach detach trim refuse misalign keep "
                   "corrupt realloc rezalloc resize zalloc usable_of "
                   "footprint alloc_many free_many realloc_other "
                   "resize_other), found 'malloc'"},
        BrokenStep{"free",
                   "expected 'b' and a number up to 1048575, found "
                   "the end of the line"},
        BrokenStep{"free 7",
                   "expected 'b' and a number up to 1048575, found '7'"},
        BrokenStep{"free b99999999999",
                   "expected 'b' and a number up to 1048575, found "
                   "'b99999999999'"},
        BrokenStep{"free b-1",
                   "expected 'b' and a number up to 1048575, found 'b-1'"},
        BrokenStep{"free b1x",
                   "expected 'b' and a number up to 1048575, found 'b1x'"},
        BrokenStep{"usable size= align=1",
                   "expected 'size=' and a number up to "
                   "18446744073709551615, found 'size='"},
        BrokenStep{"usable size=18446744073709551616 align=1",
                   "expected 'size=' and a number up to "
                   "18446744073709551615, found 'size=18446744073709551616'"},
        BrokenStep{"usable size=1 align=3",
                   "expected a power of two, found 'align=3'"},
        BrokenStep{"usable size=1 align=0",
                   "expected a power of two, found 'align=0'"},
        BrokenStep{"usable size=1",
                   "expected 'align=' and a number up to "
                   "18446744073709551615, found the end of the line"},
        BrokenStep{"stats now", "expected '->', found 'now'"},
        BrokenStep{"free b1 ->",
                   "expected ok or an error, found the end of the line"},
        BrokenStep{"free b1 -> fine", "expected ok or an error, found 'fine'"},
        BrokenStep{"free b1 -> ok ok",
                   "expected the end of the line, found 'ok'"},
        BrokenStep{"alloc b1 size=1 align=1 -> -8",
                   "expected '' and a number up to 18446744073709551615, "
                   "found '-8'"},
        BrokenStep{"stats -> total=1 used=1",
                   "expected 'available=' and a number up to "
                   "18446744073709551615, found the end of the line"},
        BrokenStep{"usable size=1 align=1 -> min=1 most=2",
                   "expected 'max=' and a number up to "
                   "18446744073709551615, found 'most=2'"},
        BrokenStep{"t1 stats",
                   "expected 'lockstep-trace 2' in the first line, which "
                   "threads need, found 't1'"},
        BrokenStep{"t9 stats",
                   "expected 'lockstep-trace 2' in the first line, which "
                   "threads need, found 't9'"},
        BrokenStep{"free b1 @7=t2",
                   "expected 'lockstep-trace 2' in the first line, which "
                   "threads need, found '@7=t2'"}));

class BrokenThreadStep : public testing::TestWithParam<BrokenStep> {};

TEST_P(BrokenThreadStep, IsToldWhatWasExpected) {
  const std::string text = std::string(kThreadsHeader) +
                           std::string(GetParam().step) + "\nt2 stats\n";
  const auto trace = Parse(text);
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().line, 4u);
  EXPECT_EQ(trace.error().message, GetParam().message);
}

constexpr std::string_view kNoSwitch =
    "expected a switch such as @7=t2 (points from 1, threads from t1 to t8), "
    "found ";

std::string NoSwitch(std::string_view word) {
  return std::string(kNoSwitch) + "'" + std::string(word) + "'";
}

INSTANTIATE_TEST_SUITE_P(
    Steps, BrokenThreadStep,
    testing::Values(
        BrokenStep{"t0 stats", "expected a thread from t1 to t8, found 't0'"},
        BrokenStep{"t9 stats", "expected a thread from t1 to t8, found 't9'"},
        BrokenStep{"t01 stats", "expected a thread from t1 to t8, found 't01'"},
        BrokenStep{"t1 t2 stats",
                   "expected a verb (init add alloc free stats usable "
                   "free_again free_inside free_foreign free_null "
                   "free_other attach detach trim refuse misalign keep "
                   "corrupt realloc rezalloc resize zalloc usable_of "
                   "footprint alloc_many free_many realloc_other "
                   "resize_other), found 't2'"},
        BrokenStep{"free b1 @7=t2",
                   "expected no switch, because the op names no thread, found "
                   "'@7=t2'"},
        BrokenStep{"t1 free b1 @7=t2 @7=t3",
                   "expected a point after 7, found '@7=t3'"},
        BrokenStep{"t1 free b1 @7=t2 @3=t3",
                   "expected a point after 7, found '@3=t3'"},
        BrokenStep{"t1 free b1 -> ok @7=t2",
                   "expected the end of the line, found '@7=t2'"}));

TEST(BrokenSwitch, IsToldWhatOneLooksLike) {
  for (const std::string_view word :
       {"@", "@7", "@7=", "@7=2", "@7=t0", "@7=t9", "@0=t2", "@-1=t2", "@=t2",
        "@x=t2", "@4294967296=t2", "@7=t2x"}) {
    const auto trace = Parse(std::string(kThreadsHeader) + "t1 free b1 " +
                             std::string(word) + "\n");
    ASSERT_FALSE(trace) << word;
    EXPECT_EQ(trace.error().line, 4u);
    EXPECT_EQ(trace.error().message, NoSwitch(word));
  }
}

}  // namespace
}  // namespace lockstep::suite
