#include "fuzz/hang_watch.h"

#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace lockstep::suite {
namespace {

constexpr suseconds_t kTickMicroseconds = 500'000;
constexpr int kTicks = 4;

void Tick(suseconds_t microseconds) {
  const itimerval every{{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_VIRTUAL, &every, nullptr);
}

}  // namespace

std::atomic<std::uint64_t> HangWatch::steps_ = 0;

// Only what a signal handler may do.
void HangWatch::OnTick(int /*signal*/) {
  static std::uint64_t last = 0;
  static int ticks = 0;
  const std::uint64_t now = steps_.load(std::memory_order_relaxed);
  ticks = now == last ? ticks + 1 : 0;
  last = now;
  if (ticks < kTicks) return;
  static constexpr std::string_view kText =
      "lockstep: hang: this input has used two seconds of the processor\n";
  (void)!write(STDERR_FILENO, kText.data(), kText.size());
  std::abort();
}

void HangWatch::Begin() {
  struct sigaction action{};
  action.sa_handler = OnTick;
  action.sa_flags = SA_RESTART;
  sigaction(SIGVTALRM, &action, nullptr);
  Tick(kTickMicroseconds);
}

void HangWatch::End() { Tick(0); }

}  // namespace lockstep::suite
