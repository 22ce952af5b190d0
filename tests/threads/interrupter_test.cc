// That threads are interrupted wherever they are, so that others run meanwhile.
// What is waited for comes with an interrupt only; how long it takes is not asked.

#include "models/threads/interrupter.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stop_token>
#include <thread>

#include "models/threads/pauses.h"

namespace {

// Of the calling thread; written by a handler of a signal.
thread_local volatile int yields = 0;
thread_local volatile int handed_over =
    0;  // Those in which another one worked.

// What the other thread has done.
std::atomic<std::uint64_t> work = 0;

}  // namespace

// Replaces libc's sched_yield in this program.
extern "C" int sched_yield() noexcept {
  const std::uint64_t before = work;
  const auto came = static_cast<int>(syscall(SYS_sched_yield));
  yields = yields + 1;
  if (work != before) handed_over = handed_over + 1;
  return came;
}

namespace lockstep::suite {
namespace {

// Calls nobody until it is interrupted. False: it was not, with thousands of times
// the work that fits between two interrupts.
bool IsInterrupted() {
  constexpr std::uint64_t kMostRounds = 1'000'000'000;
  const int before = yields;
  for (std::uint64_t round = 0; round < kMostRounds; ++round) {
    if (yields != before) return true;
  }
  return false;
}

// A wait with a time limit ends early at each interrupt.
bool IsWaitInterrupted() {
  constexpr int kMilliseconds = 20;
  return poll(nullptr, 0, kMilliseconds) != 0;
}

TEST(InterrupterTest, YieldsInTheMiddleOfWork) {
  const Interrupter interrupter(1);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(IsInterrupted());
}

TEST(InterrupterTest, ComesToRest) {
  constexpr int kMost = 200;
  int interrupts = 0;
  {
    const Interrupter interrupter(1);
    while (interrupts <= kMost && IsWaitInterrupted()) ++interrupts;
  }
  EXPECT_GT(interrupts, 50);
  EXPECT_LE(interrupts, kMost);
}

TEST(InterrupterTest, WithoutItNobodyIsInterrupted) {
  {
    const Interrupter interrupter(1);
  }
  EXPECT_FALSE(IsWaitInterrupted());
}

// The other thread never gives up the processor, and advances only when this one
// does.
TEST(InterrupterTest, OnOneProcessorTheOtherThreadRunsMeanwhile) {
  cpu_set_t all;
  cpu_set_t one;
  ASSERT_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
  CPU_ZERO(&one);
  for (std::size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i) {
    if (CPU_ISSET(i, &all)) CPU_SET(i, &one);
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  {
    const std::jthread other([](const std::stop_token& stop) {
      while (!stop.stop_requested()) ++work;
    });
    // As long as it takes: the system may resume the one that yielded, too.
    const int before = handed_over;
    bool is_interrupted = true;
    while (is_interrupted && handed_over - before < 10) {
      const Interrupter interrupter(1);
      for (int i = 0; i < 100 && is_interrupted; ++i) {
        is_interrupted = IsInterrupted();
      }
    }
    EXPECT_TRUE(is_interrupted);
  }
  EXPECT_EQ(sched_setaffinity(0, sizeof(all), &all), 0);
}

TEST(InterrupterTest, LeavesTheSignalToWhoUsesItAlready) {
  EXPECT_EXIT(
      {
        std::signal(SIGURG, [](int) { std::_Exit(3); });
        const Interrupter interrupter(1);
        std::_Exit(poll(nullptr, 0, 10));
      },
      testing::ExitedWithCode(0), "");
}

bool IsThreadInterrupted(std::uint64_t seed, std::uint8_t number) {
  bool is_interrupted = false;
  std::jthread([&] {
    Pauses(seed).BeginThread(number);
    is_interrupted = IsWaitInterrupted();
  }).join();
  return is_interrupted;
}

TEST(PausesTest, InterruptThreadsInSomeScripts) {
  constexpr int kScripts = 20;
  int interrupted = 0;
  for (std::uint64_t seed = 1; seed <= kScripts; ++seed) {
    interrupted += IsThreadInterrupted(seed, 1) ? 1 : 0;
    EXPECT_FALSE(IsThreadInterrupted(seed, 0)) << "runs alone";
  }
  EXPECT_GT(interrupted, 0);
  EXPECT_LT(interrupted, kScripts);
}

}  // namespace
}  // namespace lockstep::suite
