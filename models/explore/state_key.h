#ifndef LOCKSTEP_MODELS_EXPLORE_STATE_KEY_H_
#define LOCKSTEP_MODELS_EXPLORE_STATE_KEY_H_

// When two states are the same: a system's state as a string of bytes, equal
// for equal states. Which slot holds a block, and what a client wrote into it,
// count for nothing.
//   Complexity kAbstract O(slots log slots); kConcrete as many allocations more
//              as memory has room for; kBytes O(state + memory).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/explore/alphabet.h"
#include "models/script/op.h"
#include "models/system/system.h"

namespace lockstep::suite {

enum class Sameness : std::uint8_t {
  // The same blocks are live: where, and of which request. Where memory is
  // pulled, also: the same handles are attached, the same pieces taken, and the
  // provider will fail the same next calls. And where misuse after more than
  // one operation is detected, what may be freed again; where use before init
  // is detected, whether there is a region.
  kAbstract,
  // And the statistics are the same and, to each request repeated until it is
  // refused (by the provider, too), the same blocks would be handed out in the
  // same order.
  kConcrete,
  // And all bytes of the port's state and memory are the same, outside of live
  // blocks. Only of one system: addresses count.
  kBytes,
};

class StateKeys {
 public:
  // The alphabet must outlive it.
  StateKeys(const lockstep_port& port, const Alphabet& alphabet,
            Sameness sameness);

  // Valid until the next call. kConcrete uses the system up, and calls go_back
  // to have it again in between.
  std::string_view Of(System& system, const std::function<void()>& go_back);

 private:
  static constexpr std::size_t kWordBytes = 4;

  // Up to 32 bits.
  void Put(std::uint64_t number, unsigned bits) {
    tail_ |= number << tail_bits_;
    tail_bits_ += bits;
    if (tail_bits_ < 32) return;
    if (end_ + kWordBytes > key_.size()) key_.resize(2 * key_.size());
    const auto word = static_cast<std::uint32_t>(tail_);
    std::memcpy(&key_[end_], &word, kWordBytes);
    end_ += kWordBytes;
    tail_ >>= 32;
    tail_bits_ -= 32;
  }
  void PutTail();
  // A few bits if it is small.
  void PutCount(std::uint64_t count);
  // All that lie outside of the arena as one.
  void PutOffset(std::uint64_t offset) {
    Put(std::min(offset, alphabet_.arena.bytes) >> grain_log2_, offset_bits_);
  }
  // One bit if it is the one expected, as most are.
  void PutOffset(std::uint64_t offset, std::uint64_t expected) {
    if (offset == expected) return Put(1, 1);
    const auto place = std::min(offset, alphabet_.arena.bytes) >> grain_log2_
                                                                      << 1;
    Put(place, 1 + offset_bits_);
  }
  std::uint64_t RequestOf(const System::Slot& slot) const;
  void PutLive(const System& system);
  void PutBooks(const System& system);
  void PutFreed(const System& system);
  void PutRegion(const System& system);
  void PutStatistics(const System& system);
  void PutOrder(System& system, const std::function<void()>& go_back);
  void PutDrain(System& system, const Op& request);
  void PutBytes(const System& system);

  const Alphabet& alphabet_;
  Sameness sameness_;
  unsigned grain_log2_;  // Of what offsets are multiples of.
  unsigned offset_bits_;
  unsigned request_bits_;
  unsigned count_bits_;
  std::string key_ = std::string(256, '\0');  // And room for more.
  std::size_t end_ = 0;
  std::uint64_t tail_ = 0;  // Bits that fill no word yet.
  unsigned tail_bits_ = 0;
  std::vector<std::uint64_t> offsets_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_STATE_KEY_H_
