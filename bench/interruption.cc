#include "bench/interruption.h"

#include <csignal>

namespace lockstep::suite::bench {
namespace {

volatile std::sig_atomic_t is_interrupted = 0;

void Interrupt(int signal) {
  is_interrupted = 1;
  std::signal(signal, SIG_DFL);  // The second time, at once.
}

}  // namespace

void ListenForInterruption() {
  std::signal(SIGINT, Interrupt);
  std::signal(SIGTERM, Interrupt);
}

bool IsInterrupted() { return is_interrupted != 0; }

}  // namespace lockstep::suite::bench
