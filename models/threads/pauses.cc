#include "models/threads/pauses.h"

#include <sched.h>
#include <time.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/script/split_mix.h"
#include "models/threads/interrupter.h"

namespace lockstep::suite {
namespace {

// Of the calling thread.
thread_local SplitMix numbers(0);
thread_local std::optional<Interrupter> interrupter;

void Spin(std::uint64_t rounds) {
  while (rounds-- != 0) std::atomic_signal_fence(std::memory_order_seq_cst);
}

void Sleep(std::uint64_t nanoseconds) {
  const timespec time{.tv_sec = 0, .tv_nsec = static_cast<long>(nanoseconds)};
  nanosleep(&time, nullptr);
}

}  // namespace

Pauses::Pauses(std::uint64_t seed)
    : seed_(SplitMix::Mixed(seed)),
      kind_(static_cast<Kind>(seed_ & 3)),
      interrupts_((seed_ >> 2 & 1) != 0) {}

void Pauses::BeginThread(std::uint8_t thread) const {
  numbers = SplitMix(SplitMix::Mixed(seed_ + thread));
  if (interrupts_ && thread != 0) interrupter.emplace(numbers());
}

void Pauses::Begin(std::size_t /*step*/) {
  constexpr std::uint64_t kMostSpins = 512;
  constexpr std::uint64_t kMostNanoseconds = 20'000;
  const std::uint64_t number = numbers();
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
  if ((numbers() & 31) == 0) sched_yield();
}

}  // namespace lockstep::suite
