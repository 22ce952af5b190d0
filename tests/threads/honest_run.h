#ifndef LOCKSTEP_TESTS_THREADS_HONEST_RUN_H_
#define LOCKSTEP_TESTS_THREADS_HONEST_RUN_H_

// A random run of a buddy allocator, one op after the other, told as if threads had
// overlapped: each op begins somewhat earlier than it happened, and ends somewhat
// later.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>

#include "gtest/gtest.h"
#include "models/script/op.h"
#include "models/spec/buddy_spec.h"
#include "tests/threads/told.h"

namespace lockstep::suite {

class HonestRun {
 public:
  static constexpr std::uint64_t kBytes = 512;

  // Of so many ops. Every `alone_every`-th, nothing overlaps.
  HonestRun(std::uint64_t seed, std::size_t ops, std::size_t alone_every)
      : random_(seed) {
    told_.Init(0, kBytes, {1, 2});
    EXPECT_EQ(buddy_.Init({0, kBytes}), Status::kOk);
    for (std::size_t i = 1; i <= ops; ++i) Do(i % alone_every == 0);
  }

  const Told& told() const { return told_; }
  Statistics at_rest() const { return buddy_.ReadStatistics(); }

 private:
  struct Block {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  static constexpr std::uint64_t kPace = 100;
  static constexpr std::uint32_t kSlots = 12;
  static constexpr std::uint8_t kThreads = 4;

  std::uint64_t UpTo(std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(0, most)(random_);
  }
  // No two are the same.
  std::uint64_t Stamp(std::uint64_t time) { return (time << 20) + ++stamps_; }

  // Before and behind the time that it is now, beside no op of the same thread or
  // slot.
  Span Around(std::uint64_t from, bool is_alone, std::uint64_t& end) {
    const std::uint64_t longest = is_alone ? 0 : 2 * kPace + kPace / 2;
    const std::uint64_t earliest =
        std::max(from + 1, now_ - std::min(now_, longest));
    end = now_ + UpTo(longest);
    last_end_ = std::max(last_end_, end);
    const std::uint64_t start = earliest + UpTo(now_ - earliest);
    return {Stamp(start), Stamp(end)};
  }

  void Do(bool is_alone) {
    now_ = is_alone ? std::max(now_, last_end_) + 3 * kPace : now_ + kPace;
    if (was_alone_) now_ += 3 * kPace;
    was_alone_ = is_alone;
    const auto thread = static_cast<std::uint8_t>(UpTo(kThreads - 1));
    const auto slot = static_cast<std::uint32_t>(UpTo(kSlots - 1));
    const std::uint64_t from = std::max(thread_ends_[thread], slot_ends_[slot]);
    if (from + 1 >= now_) return;
    std::uint64_t end = 0;
    const Span when = Around(from, is_alone, end);
    thread_ends_[thread] = slot_ends_[slot] = end;
    const auto who = static_cast<std::uint8_t>(is_alone ? 0 : thread + 1);
    if (const auto held = live_.find(slot); held != live_.end()) {
      EXPECT_EQ(buddy_.Free(held->second.offset, held->second.bytes, 1),
                Status::kOk);
      live_.erase(held);
      told_.Free(who, slot, when);
      return;
    }
    const std::uint64_t bytes = std::uint64_t{1} << UpTo(8);
    const Outcome outcome = buddy_.Allocate(bytes, 1);
    if (outcome.status != Status::kOk) {
      told_.Refuse(who, slot, bytes, when);
      return;
    }
    live_[slot] = {outcome.offset, bytes};
    told_.Alloc(who, slot, bytes, outcome.offset, when);
  }

  std::mt19937_64 random_;
  BuddySpec buddy_;
  Told told_;
  std::map<std::uint32_t, Block> live_;
  std::array<std::uint64_t, kThreads> thread_ends_{};
  std::array<std::uint64_t, kSlots> slot_ends_{};
  std::uint64_t now_ = 1000;
  std::uint64_t last_end_ = 0;
  std::uint64_t stamps_ = 0;
  bool was_alone_ = false;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_THREADS_HONEST_RUN_H_
