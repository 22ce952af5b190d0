#include "fuzz/hang_watch.h"

#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace lockstep::suite::hang_watch {
namespace {

constexpr suseconds_t kTickMicroseconds = 500'000;
constexpr int kTicks = 4;

std::atomic<std::uint64_t> g_inputs = 0;

void Tick(suseconds_t microseconds) {
  const itimerval every{{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_VIRTUAL, &every, nullptr);
}

// Only what a signal handler may do.
void OnTick(int /*signal*/) {
  static std::uint64_t last = 0;
  static int ticks = 0;
  const std::uint64_t now = g_inputs.load(std::memory_order_relaxed);
  ticks = now == last ? ticks + 1 : 0;
  last = now;
  if (ticks < kTicks) return;
  static constexpr std::string_view kText =
      "lockstep: hang: this input has used two seconds of the processor\n";
  (void)!write(STDERR_FILENO, kText.data(), kText.size());
  std::abort();
}

}  // namespace

void Begin() {
  struct sigaction action{};
  action.sa_handler = OnTick;
  action.sa_flags = SA_RESTART;
  sigaction(SIGVTALRM, &action, nullptr);
  Tick(kTickMicroseconds);
}

void Step() { g_inputs.fetch_add(1, std::memory_order_relaxed); }

void End() { Tick(0); }

}  // namespace lockstep::suite::hang_watch
