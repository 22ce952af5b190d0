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
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/explore/alphabet.h"
#include "models/explore/bit_writer.h"
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
  // Of so many numbers more.
  void MakeRoom(std::size_t numbers);
  // A few bits if it is small.
  static void PutCount(BitWriter& out, std::uint64_t count);
  // All that lie outside of the arena as one.
  void PutOffset(BitWriter& out, std::uint64_t offset) const {
    out.Put(std::min(offset, alphabet_.arena.bytes) >> grain_log2_,
            offset_bits_);
  }
  // One bit if it is the one expected, as most are.
  void PutOffset(BitWriter& out, std::uint64_t offset,
                 std::uint64_t expected) const {
    const bool is_expected = offset == expected;
    const auto place = std::min(offset, alphabet_.arena.bytes) >> grain_log2_
                                                                      << 1;
    out.Put(is_expected ? 1 : place, is_expected ? 1 : 1 + offset_bits_);
  }
  std::uint64_t RequestOf(const System::Slot& slot) const;
  void PutLive(const System& system);
  void PutBooks(const System& system);
  void PutFreed(const System& system);
  void PutRegion(const System& system);
  void PutStatistics(const System& system);
  void PutOrder(System& system, const std::function<void()>& go_back);
  void PutDrain(System& system, const Op& request);
  // Behind so much of the key; the new length.
  std::size_t PutBytes(const System& system, std::size_t end);

  const Alphabet& alphabet_;
  Sameness sameness_;
  unsigned grain_log2_;  // Of what offsets are multiples of.
  unsigned offset_bits_;
  unsigned request_bits_;
  unsigned count_bits_;
  std::string key_ = std::string(256, '\0');  // And room for more.
  BitWriter out_{key_.data()};
  std::vector<std::uint64_t> offsets_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_STATE_KEY_H_
