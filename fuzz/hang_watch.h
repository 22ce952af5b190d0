#ifndef LOCKSTEP_FUZZ_HANG_WATCH_H_
#define LOCKSTEP_FUZZ_HANG_WATCH_H_

// Ends a fuzzer that is caught in one input, long before its own clock would. It
// counts processor time, so a busy machine is no hang.

#include <atomic>
#include <cstdint>

namespace lockstep::suite {

class HangWatch {
 public:
  // From here on, an input that takes two seconds of the processor is told on
  // stderr, and SIGABRT is raised, so that the engine keeps the input. One in
  // each process.
  static void Begin();
  // Something else begins.
  static void Step() { steps_.fetch_add(1, std::memory_order_relaxed); }
  // What follows may take as long as it likes.
  static void End();

 private:
  static void OnTick(int signal);

  static std::atomic<std::uint64_t> steps_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_FUZZ_HANG_WATCH_H_
