#ifndef LOCKSTEP_MODELS_SCRIPT_SWARM_MEMORY_H_
#define LOCKSTEP_MODELS_SCRIPT_SWARM_MEMORY_H_

// The part of a swarm that depends on where a port's memory comes from: the
// verbs, what a script begins with, and what such a port makes of an op.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"

namespace lockstep::suite {

// What an op is made of.
struct RawOp {
  std::uint64_t choice = 0;  // Verb, slot and classes.
  std::uint64_t number = 0;  // Within them.
};

// From the low 32 bits of `number`, without a division. Requires a range below
// 2^32.
inline std::uint64_t Pick(std::uint64_t number, std::uint64_t low,
                          std::uint64_t high) {
  return low + ((number & 0xFFFFFFFF) * (high - low + 1) >> 32);
}

template <class Item>
struct Weighted {
  Item item;
  unsigned weight;
};

// Fills `table` in proportion to the weights; those not in `on` get nothing.
template <class Item, std::size_t kChoices>
void FillByWeight(std::array<Item, kChoices>& table,
                  std::span<const Weighted<std::type_identity_t<Item>>> items,
                  std::uint64_t on) {
  unsigned total = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if ((on >> i & 1) != 0) total += items[i].weight;
  }
  std::size_t next = 0;
  unsigned so_far = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if ((on >> i & 1) == 0) continue;
    so_far += items[i].weight;
    const std::size_t end = std::size_t{so_far} * kChoices / total;
    while (next < end) table[next++] = items[i].item;
  }
}

class SwarmMemory {
 public:
  static const SwarmMemory& Of(const lockstep_port& port);

  SwarmMemory() = default;
  virtual ~SwarmMemory() = default;
  SwarmMemory(const SwarmMemory&) = delete;
  SwarmMemory& operator=(const SwarmMemory&) = delete;

  virtual std::span<const Weighted<Verb>> verbs() const = 0;
  // How many of them, from the first on, no swarm lacks.
  virtual std::size_t indispensable() const = 0;
  // Chosen by two bits.
  virtual std::uint32_t Slots(std::uint64_t bits) const = 0;
  // The ops to begin a script with.
  virtual std::vector<Op> Opening(const lockstep_port& port, ArenaSpec arena,
                                  std::uint64_t bits) const = 0;
  virtual void Adapt(Op& op, RawOp raw, const lockstep_port& port,
                     ArenaSpec arena) const = 0;

  // Whether it promises to detect one of these, or to die of it.
  static bool Minds(const lockstep_port& port, lockstep_capabilities detects) {
    return (port.capabilities & (detects | LOCKSTEP_DIES_OF(detects))) != 0;
  }
  // Whether some op of the verb can be more than skipped: the port offers it, or
  // promises something about that misuse.
  static bool MayBeTried(Verb verb, const lockstep_port& port);
  // The verbs of the whole interface, after those of any memory: those that the
  // port offers.
  static std::vector<Weighted<Verb>> WholeInterface(const lockstep_port& port);

 protected:
  // Gives a request a layout that the port serves: no other is asked for. A
  // size that is too large, or any, is chosen anew.
  static void FitToPort(Op& op, RawOp raw, const lockstep_port& port,
                        bool any_size) {
    if (port.max_request_bytes == 0 && port.max_request_align == 0) return;
    FitToLimits(op, raw, port, any_size);
  }

 private:
  static void FitToLimits(Op& op, RawOp raw, const lockstep_port& port,
                          bool any_size);
};

// False for every verb without a count or a new size but usable_of and footprint:
// one comparison, because every op is asked.
constexpr bool MayHaveCountOrNewSize(Verb verb) {
  static_assert(Verb::kAllocateMany > Verb::kAllocateZeroed &&
                Verb::kFreeMany > Verb::kAllocateZeroed &&
                Verb::kReallocateOtherLayout > Verb::kAllocateZeroed &&
                Verb::kResizeOtherLayout > Verb::kAllocateZeroed);
  return verb >= Verb::kAllocateZeroed;
}
// How many of which size, or to which size: whichever the verb has.
void ChooseCountOrNewSize(Op& op, RawOp raw);

// From 1 to 128, rounded up to what the port wants regions to be a multiple of.
std::uint64_t ShortRegionBytes(const lockstep_port& port, std::uint64_t number);

const SwarmMemory& RegionsOfSwarms();
const SwarmMemory& ProviderOfSwarms();
const SwarmMemory& OwnMemoryOfSwarms();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_SWARM_MEMORY_H_
