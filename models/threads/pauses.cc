#include "models/threads/pauses.h"

#include <sched.h>
#include <time.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/threads/interrupter.h"

namespace lockstep::suite {
namespace {

// Of the calling thread.
thread_local std::uint64_t random_state = 0;
thread_local std::optional<Interrupter> interrupter;

// After Steele, Lea and Flood, Fast splittable pseudorandom number generators,
// OOPSLA 2014.
std::uint64_t Mixed(std::uint64_t number) {
  number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9;
  number = (number ^ number >> 27) * 0x94D049BB133111EB;
  return number ^ number >> 31;
}

std::uint64_t Next() {
  random_state += 0x9E3779B97F4A7C15;
  return Mixed(random_state);
}

void Spin(std::uint64_t rounds) {
  while (rounds-- != 0) std::atomic_signal_fence(std::memory_order_seq_cst);
}

void Sleep(std::uint64_t nanoseconds) {
  const timespec time{.tv_sec = 0, .tv_nsec = static_cast<long>(nanoseconds)};
  nanosleep(&time, nullptr);
}

}  // namespace

Pauses::Pauses(std::uint64_t seed)
    : seed_(Mixed(seed)),
      kind_(static_cast<Kind>(seed_ & 3)),
      interrupts_((seed_ >> 2 & 1) != 0) {}

void Pauses::BeginThread(std::uint8_t thread) const {
  random_state = Mixed(seed_ + thread);
  if (interrupts_ && thread != 0) interrupter.emplace(random_state);
}

void Pauses::Begin(std::size_t /*step*/) {
  constexpr std::uint64_t kMostSpins = 512;
  constexpr std::uint64_t kMostNanoseconds = 20'000;
  const std::uint64_t number = Next();
  const bool is_long = (number & 63) == 0;
  switch (kind_) {
    case Kind::kNone:
      return;
    case Kind::kSpins:
      return Spin(number >> 32 & (kMostSpins - 1));
    case Kind::kYields:
      if ((number & 7) == 0) sched_yield();
      return;
    case Kind::kAll:
      if (is_long) return Sleep((number >> 32) % kMostNanoseconds);
      if ((number & 15) == 0) sched_yield();
      return Spin(number >> 32 & (kMostSpins - 1));
  }
}

void Pauses::Touch(const void* /*address*/, std::size_t /*bytes*/,
                   bool /*is_write*/) {
  if (kind_ == Kind::kNone) return;
  if ((Next() & 31) == 0) sched_yield();
}

}  // namespace lockstep::suite
