#ifndef LOCKSTEP_MODELS_SCHEDULE_RECORD_H_
#define LOCKSTEP_MODELS_SCHEDULE_RECORD_H_

// What a run of a script did, point by point, in memory that is shared with the
// process that reads it.
//
//     node 0     node 1     node 2
//     t1 reads   t1 writes  t2 reads   ...
//                         ^ a decision: at t1's next point, t2 was chosen
//
// A node is what one thread does from one point up to its next point.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/cell/board.h"
#include "models/schedule/access.h"
#include "models/script/op.h"

namespace lockstep::suite {

// A set of threads: bit 1 is for thread 1.
using ThreadSet = std::uint16_t;
inline ThreadSet Only(std::uint8_t thread) {
  return static_cast<ThreadSet>(1u << thread);
}
inline bool Has(ThreadSet set, std::uint8_t thread) {
  return (set >> thread & 1) != 0;
}

struct Node {
  Access access;
  std::uint32_t step = 0;   // Of the op that it belongs to.
  std::uint32_t point = 0;  // Within the op, from 1.
  std::uint8_t thread = 0;
  // The decision for this thread: which thread had run (0: none), where it was,
  // and which threads could have gone on.
  std::uint8_t from = 0;
  bool is_forced = false;  // All waited, and this one had to try again.
  ThreadSet enabled = 0;
  std::uint32_t from_step = 0;
  std::uint32_t from_point = 0;
};

// The thread that goes on by default: the one that ran or, if it cannot, the
// first that can.
std::uint8_t DefaultChoice(std::uint8_t from, ThreadSet enabled);

class Record {
 public:
  // Room for a run in which every access is a node, also those of a loop that
  // fills a megabyte.
  static constexpr std::size_t kMostNodes = std::size_t{1} << 21;

  Record();

  void Clear() const {
    shared_->accesses = 0;
    shared_->count = 0;
    shared_->points = 0;
    shared_->is_partial = false;
  }
  // False: it is full.
  bool Add(const Node& node) const;
  // The access changed nothing. If it is that of the last node, this node
  // becomes a read.
  void NoteUnchanged(std::uint8_t thread, const Access& access) const;
  // The scheduler did not offer a choice that there may be: it took a loop for one
  // that waits, or let one of several threads go on that all waited.
  void NotePartial() const { shared_->is_partial = true; }
  bool is_partial() const { return shared_->is_partial; }
  std::span<const Node> nodes() const {
    return {nodes_, static_cast<std::size_t>(shared_->count.load())};
  }
  // All points, also those at which there was no choice.
  std::atomic<std::uint64_t>& points() const { return shared_->points; }
  // Those of them that are accesses to memory by the code under test.
  std::atomic<std::uint64_t>& accesses() const { return shared_->accesses; }

 private:
  struct Shared {
    std::atomic<std::uint64_t> count;
    std::atomic<std::uint64_t> points;
    std::atomic<std::uint64_t> accesses;
    std::atomic<bool> is_partial;
  };
  SharedMemory memory_;
  Shared* shared_;
  Node* nodes_;
};

// The decisions that were not the default.
std::vector<Switch> SwitchesOf(std::span<const Node> nodes);
// How often a thread was stopped that could have gone on.
std::size_t PreemptionsIn(std::span<const Node> nodes);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_RECORD_H_
