#ifndef LOCKSTEP_MODELS_THREADS_THREAD_SCRIPT_MAKER_H_
#define LOCKSTEP_MODELS_THREADS_THREAD_SCRIPT_MAKER_H_

// A script with threads while it is made: see thread_scripts.h.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/split_mix.h"
#include "models/script/swarm.h"

namespace lockstep::suite {

// The bounds of regions in scripts are multiples of this.
inline std::uint64_t GrainBytes(const lockstep_port& port) {
  return std::max<std::uint64_t>(
      {port.init_granule_bytes, port.region_align_bytes, port.unit_bytes, 64});
}

struct ThreadScriptMaker {
  ThreadScriptMaker(const lockstep_port& its_port, std::uint64_t seed,
                    std::uint8_t its_threads, bool is_small);

  // A random number in this range; true with probability 1 / many.
  std::uint64_t From(std::uint64_t least, std::uint64_t most) {
    return least + random() % (most - least + 1);
  }
  bool IsOneIn(std::uint64_t many) { return random() % many == 0; }

  // Scripts use few layouts and slots. Where threads have instances of their
  // own, and may not free each other's blocks, each has that many slots of its
  // own.
  void ChooseLayouts(std::size_t count);
  void ChooseSlots(std::uint32_t count);

  // Add any op, by one of the threads from 1 to `active`; by the given thread;
  // or alone.
  void AddParallel(std::uint64_t active);
  void AddBy(std::uint8_t thread);
  void AddAlone();
  void AttachMore();
  // Brings the allocator into one of several states: see MakeSmall.
  void OpenSmall();

  Op Draw(bool (*may_be)(Verb));
  void GiveLayout(Op& op);
  void FitToState(Op& op);
  void Narrow(Op& op);
  void Add(Op op, std::uint8_t thread);
  void FillNearly(std::uint64_t region_bytes);
  void FillALittle();
  bool Pulls() const { return port.attach != nullptr; }
  bool IsApart() const {
    return (port.capabilities & LOCKSTEP_THREAD_SAFE) == 0;
  }
  bool FreesElsewhere() const {
    return !IsApart() || (port.capabilities & LOCKSTEP_FREES_ELSEWHERE) != 0;
  }

  struct Layout {
    std::uint64_t bytes = 0;
    std::uint8_t align_log2 = 0;
  };

  const lockstep_port& port;
  SplitMix random;
  std::uint8_t threads;
  Swarm swarm;
  Script script{};
  std::vector<Layout> layouts{};
  std::vector<bool> is_held{};  // If all ops ran in this order.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_THREAD_SCRIPT_MAKER_H_
