// What is kept of what a process said, and where it says that it was.

#include "models/cell/last_words.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "gtest/gtest.h"

namespace lockstep::suite {
namespace {

TEST(LastWords, AreKeptAsTheyAreIfTheyAreFew) {
  LastWords words;
  words.Add("one\n");
  words.Add("");
  words.Add("two");
  EXPECT_EQ(words.Text(), "one\ntwo");
  EXPECT_EQ(words.bytes(), 7u);
}

TEST(LastWords, AreTheFirstAndTheLastOfMany) {
  std::string all;
  LastWords words;
  for (int i = 0; i < 100'000; ++i) {
    const std::string line = std::to_string(i) + "\n";
    all += line;
    words.Add(line);
  }
  const std::string text = words.Text();
  EXPECT_EQ(words.bytes(), all.size());
  EXPECT_LT(text.size(), 64u << 10);
  const std::size_t cut = text.find("\n... ");
  ASSERT_NE(cut, std::string::npos);
  EXPECT_EQ(text.substr(0, cut), all.substr(0, cut));
  const std::size_t rest = text.find(" bytes left out ...\n") + 20;
  EXPECT_TRUE(all.ends_with(text.substr(rest)));
  const std::size_t left_out = std::stoul(text.substr(cut + 5));
  EXPECT_EQ(cut + left_out + text.size() - rest, all.size());
}

TEST(LastWords, AreTheSameHoweverTheyCome) {
  LastWords whole;
  LastWords pieces;
  const std::string text(100'000, 'x');
  whole.Add(text);
  for (std::size_t at = 0; at < text.size(); at += 1000) {
    pieces.Add(text.substr(at, 1000));
  }
  EXPECT_EQ(whole.Text(), pieces.Text());
}

TEST(Shortened, HasSoManyLines) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += std::to_string(i) + "\n";
  EXPECT_EQ(Shortened(words, 8),
            "0\n1\n2\n3\n4\n5\n... 92 lines ...\n98\n99\n");
  EXPECT_EQ(Shortened("0\n1\n", 2), "0\n1\n");
  EXPECT_EQ(Shortened("no end", 2), "no end\n");
  EXPECT_EQ(Shortened("", 2), "");
}

TEST(Shortened, HasNothingThatATerminalWouldObey) {
  const std::string text =
      Shortened("\x1b[31mred\a\r\n" + std::string(9999, 'x'));
  EXPECT_TRUE(text.starts_with("?[31mred??\n"));
  EXPECT_LT(text.size(), 300u);
  EXPECT_TRUE(std::ranges::none_of(
      text, [](char c) { return c == '\x1b' || c == '\a' || c == '\r'; }));
}

TEST(Shortened, KeepsBothEndsOfALongLine) {
  const std::string text =
      Shortened("heap.c:12: " + std::string(9999, 'x') + " Assertion failed");
  EXPECT_TRUE(text.starts_with("heap.c:12: xxx")) << text;
  EXPECT_TRUE(text.ends_with("xxx Assertion failed\n")) << text;
}

TEST(Shortened, LeavesOutWhatASanitizerSaysOfItsOwnMemory) {
  EXPECT_EQ(Shortened("=====\nERROR: x\nShadow bytes around y\n  0x1\n"),
            "ERROR: x\n");
}

TEST(Shortened, LeavesOutWhatCalledThePortInAReportOfThreadSanitizer) {
  constexpr std::string_view kReport =
      "WARNING: ThreadSanitizer: data race (pid=7)\n"
      "  Write of size 8 at 0x1 by thread T4:\n"
      "    #0 take my_alloc.c:27:3 (a+0x1)\n"
      "    #1 lockstep::suite::Performance::Run() models/x.cc:1:2 (a+0x2)\n"
      "    #2 main main.c:3:4 (a+0x3)\n"
      "  Previous read of size 8 at 0x1 by thread T3:\n"
      "    #0 give my_alloc.c:41:5 (a+0x4)\n";
  const std::string text = Shortened(kReport);
  EXPECT_TRUE(text.contains("take")) << text;
  EXPECT_TRUE(text.contains("give")) << text;
  EXPECT_FALSE(text.contains("Performance")) << text;
  EXPECT_FALSE(text.contains("main")) << text;
  EXPECT_EQ(PlaceIn(text), "data race at my_alloc.c:27");
}

TEST(PlaceIn, IsWhereAnAssertionFailed) {
  EXPECT_EQ(
      PlaceIn("program: path/to/heap.c:12: take: Assertion `a' failed.\n"),
      "heap.c:12");
  EXPECT_EQ(PlaceIn("Assertion failed: a (src/heap.cc: take: 12)\n"), "");
}

TEST(PlaceIn, IsWhereRustPanicked) {
  EXPECT_EQ(
      PlaceIn("thread 'main' panicked at 'index out of bounds: the len is "
              "8 but the index is 8', src/lib.rs:40:9\nnote: run with "
              "`RUST_BACKTRACE=1`\n"),
      "lib.rs:40");
  EXPECT_EQ(PlaceIn("\nthread 'main' panicked at src/lib.rs:40:9:\n"
                    "index out of bounds: the len is 8 but the index is 8\n"),
            "lib.rs:40");
  // Of an unwrap, the place is the caller's.
  EXPECT_EQ(PlaceIn("thread 'main' panicked at /rustc/90b3/library/core/src/"
                    "option.rs:7:5:\nat src/lib.rs:3:1\n"),
            "lib.rs:3");
}

TEST(PlaceIn, IsTheFirstFrameOfTheAllocatorInAReport) {
  EXPECT_EQ(
      PlaceIn("==7==ERROR: AddressSanitizer: heap-buffer-overflow on address "
              "0x602000000018 at pc 0x1 bp 0x2 sp 0x3\n"
              "READ of size 8 at 0x602000000018 thread T0\n"
              "    #0 0x1 in memcpy ../compiler-rt/lib/asan/memcpy.cpp:1:2\n"
              "    #1 0x2 in take /home/me/heap.c:12:3\n"
              "    #2 0x3 in lockstep::suite::System::Allocate(x) "
              "models/system/system.cc:9:1\n"),
      "heap-buffer-overflow at heap.c:12");
  EXPECT_EQ(PlaceIn("==7==ERROR: AddressSanitizer: SEGV on unknown address\n"),
            "SEGV");
}

TEST(PlaceIn, IsWhereBehaviourWasUndefined) {
  EXPECT_EQ(PlaceIn("path/heap.c:31:9: runtime error: shift exponent 40 is too "
                    "large for 32-bit type 'unsigned int'\n"),
            "heap.c:31");
}

TEST(PlaceIn, IsNowhereIfNoSourceIsNamed) {
  for (const char* const words :
       {"", "no source here", "12:30:01 a time", "heap.c: no line",
        "malloc(): corrupted top size", "models/cell/child.cc:1 is ours"}) {
    EXPECT_EQ(PlaceIn(words), "") << words;
  }
}

}  // namespace
}  // namespace lockstep::suite
