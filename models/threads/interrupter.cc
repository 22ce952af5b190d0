#include "models/threads/interrupter.h"

#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <random>

namespace lockstep::suite {
namespace {

// Few programs use it, and debuggers pass it on without stopping.
constexpr int kSignal = SIGURG;

// Of the calling thread; null while it has none.
thread_local Interrupter* current = nullptr;

// Whether it is the one that handles the signal. The program may have another.
bool Handle(void (*handler)(int)) {
  struct sigaction action = {};
  if (sigaction(kSignal, nullptr, &action) != 0) return false;
  if ((action.sa_flags & SA_SIGINFO) != 0) return false;
  if (action.sa_handler == handler) return true;
  if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
    return false;
  }
  action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  return sigaction(kSignal, &action, nullptr) == 0;
}

}  // namespace

Interrupter::Interrupter(std::uint64_t seed)
    : random_(static_cast<std::minstd_rand::result_type>(seed)) {
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = kSignal;
  event._sigev_un._tid = gettid();  // glibc 2.36 has no other name for it.
  has_timer_ =
      Handle(Yield) && timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
  if (!has_timer_) return;
  current = this;
  Next();
}

Interrupter::~Interrupter() {
  current = nullptr;
  if (has_timer_) timer_delete(timer_);
}

// All that it calls may be called in a handler of a signal. A late one finds that
// the thread has no interrupter any more.
void Interrupter::Yield(int /*signal*/) {
  if (current == nullptr) return;
  const int error = errno;
  sched_yield();
  current->Next();
  errno = error;
}

// Much more often than this, threads would do little else: an interrupt takes
// microseconds.
void Interrupter::Next() {
  if (left_ == 0) return;
  --left_;
  constexpr unsigned kLeastNanoseconds = 20'000;
  constexpr unsigned kRangeNanoseconds = 80'000;
  itimerspec when = {};
  when.it_value.tv_nsec =
      static_cast<long>(kLeastNanoseconds + random_() % kRangeNanoseconds);
  timer_settime(timer_, 0, &when, nullptr);
}

}  // namespace lockstep::suite
