// Whether another process works, waits or has ended.

#include "models/cell/process.h"

#include <pthread.h>
#include <sched.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "gtest/gtest.h"
#include "tests/cells/spin.h"

namespace lockstep::suite {
namespace {

[[noreturn]] void SleepForEver() {
  for (;;) pause();
}

// Asks again and again whether it may go on.
[[noreturn]] void Poll() {
  for (;;) {
    const timespec millisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
    nanosleep(&millisecond, nullptr);
  }
}

// A child of so many threads, of which the last does what it is told, and the
// others sleep.
class ThreadsThat {
 public:
  ThreadsThat(int threads, void (*deed)()) : process_(fork()) {
    if (process_ < 0) throw std::runtime_error("no process");
    if (process_ != 0) return;
    for (; threads > 2; --threads) std::thread(SleepForEver).detach();
    if (threads == 2) std::thread(deed).detach();
    if (threads == 1) deed();
    SleepForEver();
  }
  ~ThreadsThat() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  ThreadsThat(const ThreadsThat&) = delete;
  ThreadsThat& operator=(const ThreadsThat&) = delete;

  pid_t process() const { return process_; }

 private:
  pid_t process_;
};

// The longest time that a process is idle without a break, of half a second.
double IdleSeconds(pid_t process) {
  constexpr double kLookSeconds = 0.02;
  IdleWatch watch;
  double idle_seconds = 0;
  double longest_seconds = 0;
  for (int looks = 0; looks < 25; ++looks) {
    const timespec time{.tv_sec = 0,
                        .tv_nsec = static_cast<long>(kLookSeconds * 1e9)};
    nanosleep(&time, nullptr);
    const bool is_idle = watch.Look(process, kLookSeconds);
    idle_seconds = is_idle ? idle_seconds + kLookSeconds : 0;
    longest_seconds = std::max(longest_seconds, idle_seconds);
  }
  return longest_seconds;
}

TEST(ProcessTest, SleepsOnceAllOfItsThreadsDo) {
  const ThreadsThat asleep(3, SleepForEver);
  while (!IsSleeping(asleep.process())) sched_yield();
  EXPECT_TRUE(IsSleeping(asleep.process()));
}

TEST(ProcessTest, DoesNotSleepWhileOneOfItsThreadsWorks) {
  const ThreadsThat working(3, Spin);
  while (ProcessorSeconds(working.process()) < 0.02) sched_yield();
  for (int looks = 0; looks < 100; ++looks) {
    EXPECT_FALSE(IsSleeping(working.process()));
  }
  EXPECT_EQ(IdleSeconds(working.process()), 0);
}

TEST(ProcessTest, SleepsIfItStopsItself) {
  const ThreadsThat stopped(1, [] { (void)std::raise(SIGSTOP); });
  int status = 0;
  ASSERT_EQ(waitpid(stopped.process(), &status, WUNTRACED), stopped.process());
  EXPECT_TRUE(IsSleeping(stopped.process()));
}

TEST(ProcessTest, SleepsIfItsFirstThreadHasEnded) {
  const ThreadsThat headless(1, [] {
    std::thread(SleepForEver).detach();
    pthread_exit(nullptr);
  });
  while (!IsSleeping(headless.process())) sched_yield();
  EXPECT_GT(IdleSeconds(headless.process()), 0.2);
}

TEST(ProcessTest, IsIdleIfItOnlyPolls) {
  const ThreadsThat polling(2, Poll);
  EXPECT_GT(IdleSeconds(polling.process()), 0);
}

TEST(ProcessTest, DoesNotSleepOnceItHasEnded) {
  const pid_t gone = ThreadsThat(2, SleepForEver).process();
  EXPECT_FALSE(IsSleeping(gone));
  EXPECT_EQ(ProcessorSeconds(gone), 0);
}

}  // namespace
}  // namespace lockstep::suite
