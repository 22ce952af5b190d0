#ifndef LOCKSTEP_MODELS_THREADS_THREAD_SCRIPTS_H_
#define LOCKSTEP_MODELS_THREADS_THREAD_SCRIPTS_H_

// Random scripts that several threads perform. The same seed gives the same
// script, on every machine.
//
//     opening (alone)   a block of N threads   some ops alone   a block ...
//
// There are few slots and few layouts, so what one thread has allocated is soon
// freed by another, and allocated again by a third. They contain no misuse.
//   Complexity O(ops).

#include <cstddef>
#include <cstdint>

#include "lockstep/port.h"
#include "models/script/op.h"

namespace lockstep::suite {

class ThreadScripts {
 public:
  // Slots of all scripts have numbers below this.
  static constexpr std::uint32_t kMostSlots = 32;

  // Requires a port that may be called by several threads; it must outlive
  // this.
  explicit ThreadScripts(const lockstep_port& port) : port_(port) {}

  // Makes a script with this many ops in parallel blocks, and a few that are
  // alone.
  Script Make(std::uint64_t seed, std::uint8_t threads, std::size_t ops) const;

  // Makes a script of one parallel block with this many ops for each thread, of
  // one or two layouts, after an opening that brings the allocator into one of
  // several states: fresh, with some blocks live, nearly full, with a handle
  // more or less.
  Script MakeSmall(std::uint64_t seed, std::uint8_t threads,
                   std::size_t ops_per_thread) const;

 private:
  const lockstep_port& port_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_THREAD_SCRIPTS_H_
