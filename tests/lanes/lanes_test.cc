#include "tools/cli/lanes/lanes.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "tests/lanes/examples.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kColumns = 100;

std::string TextOf(const Drawn& drawn, std::size_t columns = kColumns) {
  return LanesAsText(drawn.trace, drawn.slices, drawn.violation, columns);
}

std::string HtmlOf(const Drawn& drawn) {
  return LanesAsHtml(drawn.trace, drawn.slices, drawn.violation);
}

std::size_t Count(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != text.npos;
       at = text.find(word, at + word.size())) {
    ++count;
  }
  return count;
}

std::size_t LongestLine(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) {
    longest = std::max(longest, line.size());
  }
  return longest;
}

// Two threads that take turns for ever.
Drawn Livelock() {
  Drawn drawn = WithoutLock();
  const Slice first = drawn.slices[1];
  Slice other = first;
  other.thread = 2;
  other.step = 2;
  drawn.slices.resize(1);
  for (int i = 0; i < 500; ++i) {
    drawn.slices.push_back(first);
    drawn.slices.push_back(other);
    drawn.slices.back().ends = drawn.slices[drawn.slices.size() - 2].ends =
        false;
  }
  return drawn;
}

TEST(LanesAsText, AreAFewScreensAtMost) {
  const std::string text = TextOf(Livelock());
  EXPECT_LT(Count(text, "\n"), 1'000U);
  EXPECT_EQ(Count(text, "... 921 switches are not shown here ..."), 1U);
  EXPECT_EQ(Count(text, "not begun"), 0U);
  EXPECT_EQ(Count(HtmlOf(Livelock()), "... 921 switches are not shown"), 2U);
}

TEST(LanesAsText, ShowOneThreadInTheMiddleOfAnother) {
  EXPECT_EQ(TextOf(WithoutLock(), 72), R"(      alone, with no other thread
      ---------------------------
   1  init offset=0 size=4096 -> ok

      thread 1                         thread 2
      -------------------------------  -------------------------------
   2  alloc b0 size=16 align=8
      |
      | stopped at no_lock.c:31
      |--- point 7 of 31 -------------->
   3  :                                alloc b1 size=16 align=8
      :                                |
      :                                '-> 64
      <----------- thread 2 is done ---'
   2! | goes on
      |
      '-> 64
      ^^^ violated: disjoint

violated: disjoint: live blocks do not overlap
  step       2 of 3: t1 alloc b0 size=16 align=8
  expected   memory that is not in use
  came       [64, 80), where b1 is live

| it runs  : it is stopped while another thread runs  ---> the thread
that runs next. A point is an access to shared memory, or a lock, where
another thread may go on.
)");
}

// Without its legend.
TEST(LanesAsText, AreInTheDocumentation) {
  std::ifstream file("docs/seeing.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  std::istringstream drawn(TextOf(WithoutLock(), 72));
  std::string quoted;
  for (std::string line; std::getline(drawn, line);) {
    if (line.starts_with("| it runs")) break;
    quoted += line.empty() ? "\n" : "    " + line + "\n";
  }
  EXPECT_NE(page.find(quoted), page.npos) << quoted;
}

TEST(LanesAsText, ShowWhoWaitsForALockAndWhatWasNotBegun) {
  const std::string text = TextOf(Deadlocked());
  EXPECT_EQ(text.substr(0, text.find("\n\nviolated")),
            R"(      alone, with no other thread
      ---------------------------
   1  attach h0

      thread 1                       thread 2                       thread 3
      -----------------------------  -----------------------------  -----------------------------
   4                                                                alloc b4 size=4096 align=4096
                                                                    |
                                                                    | stopped at take_a_slab
                                                                    |   (two_locks.c:90)
      <-------------------------------------------- point 2 of 9 ---|
   2  free b0                                                       :
      |                                                             :
      | stopped at two_locks.c:44                                   :
      |--- point 3 ------------------>                              :
   3  :                              trim                           :
      :                              |                              :
      :                              | stopped at two_locks.c:71    :
      :                              |--- waits for a lock --------->
   4  :                              :                              | goes on
      :                              :                              |
      :                              :                              '-> no_memory
      <---------------------------------------- thread 3 is done ---'
   2! | goes on                      :
      |                              :
      | stopped at two_locks.c:46    :
      | waits for a lock             :
      ^^^ violated: deadlock         :

      not begun: t1 stats)");
}

TEST(LanesAsText, SayThatNothingWasRun) {
  Drawn drawn = WithoutLock();
  drawn.slices.clear();
  drawn.violation.reset();
  EXPECT_EQ(TextOf(drawn, 72), R"(      alone, with no other thread
      ---------------------------
   1  init offset=0 size=4096

      thread 1                         thread 2
      -------------------------------  -------------------------------
   2  alloc b0 size=16 align=8
      |
      |--- point 7 -------------------->
   2  |
      '-> ends
   3                                   alloc b1 size=16 align=8

It was not run: the ops stand in the order of the script, with the
switches that it asks for.

| it runs  : it is stopped while another thread runs  ---> the thread
that runs next. A point is an access to shared memory, or a lock, where
another thread may go on.
)");
}

TEST(LanesAsText, ShowRecordedOutcomesOfWhatWasNotRun) {
  const auto trace = Parse(
      "lockstep-trace 2\ncomponent any\narena size=64 align=64\n"
      "t1 alloc b0 size=8 align=8 @2=t1 -> 24\nt3 free b1 -> skipped\n");
  ASSERT_TRUE(trace);
  const std::string text = LanesAsText(*trace, {}, std::nullopt, kColumns);
  EXPECT_NE(text.find("'-> 24\n"), text.npos) << text;
  EXPECT_NE(text.find("'-> skipped\n"), text.npos) << text;
  // A switch to itself is no arrow.
  EXPECT_NE(text.find("| point 2\n"), text.npos) << text;
  EXPECT_EQ(text.find("thread 2"), text.npos) << text;
}

TEST(LanesAsText, SayThatAllRulesHold) {
  Drawn drawn = WithoutLock();
  drawn.violation.reset();
  const std::string text = TextOf(drawn);
  EXPECT_NE(text.find("\nall rules hold\n"), text.npos) << text;
  EXPECT_EQ(text.find("^^^"), text.npos) << text;
}

TEST(LanesAsText, ShowAViolationAfterTheScript) {
  Drawn drawn = WithoutLock();
  drawn.violation->step = 3;
  const std::string text = TextOf(drawn);
  EXPECT_NE(text.find("      after the script, when everything is freed\n"
                      "      ^^^ violated: disjoint\n"),
            text.npos)
      << text;
  EXPECT_EQ(Count(text, "^^^"), 1u);
}

TEST(LanesAsText, AreNoWiderThanTheyMayBe) {
  for (const Drawn& drawn : {WithoutLock(), Deadlocked()}) {
    for (const std::size_t columns : {72u, 80u, 100u, 132u, 200u}) {
      EXPECT_LE(LongestLine(TextOf(drawn, columns)), columns)
          << TextOf(drawn, columns);
    }
  }
}

// Each thread has a lane of its own, so that no width is too small for eight.
TEST(LanesAsText, HaveRoomForEightThreads) {
  std::string text = "lockstep-trace 2\ncomponent any\narena size=8 align=8\n";
  for (int thread = 1; thread <= kMostThreads; ++thread) {
    text += "t" + std::to_string(thread) + " alloc b0 size=16 align=8\n";
  }
  const auto trace = Parse(text);
  ASSERT_TRUE(trace);
  const std::string drawn = LanesAsText(*trace, {}, std::nullopt, kColumns);
  EXPECT_EQ(Count(drawn, "alloc b0"), std::size_t{kMostThreads});
  EXPECT_LE(LongestLine(drawn), 6u + 12u * kMostThreads);
}

TEST(LanesAsHtml, MarkWhereTheRuleIsBroken) {
  const std::string html = HtmlOf(WithoutLock());
  EXPECT_EQ(Count(html, "ln-broken\""), 1u);
  EXPECT_EQ(Count(html, ">violated: disjoint</text>"), 1u);
  EXPECT_EQ(Count(html, "class=\"ln-arrow\""), 2u);
  EXPECT_EQ(Count(html, "class=\"ln-stopped\""), 1u);
  EXPECT_NE(html.find("points 1 to 7 of 31\nleft: point 7 of 31\n"
                      "stopped at no_lock.c:31</title>"),
            html.npos)
      << html;
}

TEST(LanesAsHtml, HaveADottedLineForWhatNeverGoesOn) {
  const std::string html = HtmlOf(Deadlocked());
  // Of threads 1 and 3, which go on, and of both that wait in the end.
  EXPECT_EQ(Count(html, "class=\"ln-stopped\""), 4u);
  EXPECT_NE(html.find("<p>not begun: t1 stats</p>"), html.npos);
}

TEST(LanesAsHtml, AreNoMarkupWhereTheyAreText) {
  Drawn drawn = WithoutLock();
  drawn.slices[1].place = "std::list<int>::pop (\"a & b\")";
  drawn.violation->came = "<script>";
  const std::string html = HtmlOf(drawn);
  EXPECT_EQ(html.find("<int>"), html.npos);
  EXPECT_EQ(html.find("<script>"), html.npos);
  EXPECT_NE(html.find("&lt;int&gt;"), html.npos);
}

TEST(LanesAsPage, SayWhatItIsAbout) {
  const Drawn drawn = WithoutLock();
  const std::string page =
      LanesAsPage(drawn.trace, drawn.slices, drawn.violation, "lockstep x");
  EXPECT_NE(page.find("<h1 class=\"bad\">violated: "), page.npos);
  EXPECT_NE(page.find("<dd>2 of 3: t1 alloc b0 size=16 align=8</dd>"),
            page.npos);
  EXPECT_NE(page.find(HtmlOf(drawn)), page.npos);
  EXPECT_NE(page.find(Format(drawn.trace)), page.npos);
}

}  // namespace
}  // namespace lockstep::suite
