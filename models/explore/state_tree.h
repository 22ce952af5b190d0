#ifndef LOCKSTEP_MODELS_EXPLORE_STATE_TREE_H_
#define LOCKSTEP_MODELS_EXPLORE_STATE_TREE_H_

// The states of an exploration in the order in which they were found, each with
// the state and the op that it was first reached by.
//   Complexity O(1); a state takes 6 bytes, and as many again while the tree
//              grows.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::suite {

class StateTree {
 public:
  using Id = std::uint32_t;
  static constexpr std::uint64_t kMostStates = UINT32_MAX;

  // The root is its own parent.
  StateTree() { Add(0, 0); }

  void Add(Id parent, std::uint16_t op) {
    parents_.push_back(parent);
    ops_.push_back(op);
  }
  std::uint64_t size() const { return parents_.size(); }
  Id ParentOf(Id id) const { return parents_[id]; }
  std::uint16_t OpOf(Id id) const { return ops_[id]; }

  std::uint64_t Bytes() const {
    return parents_.capacity() * sizeof(Id) +
           ops_.capacity() * sizeof(std::uint16_t);
  }
  // What it may come to at once, should another `count` states be added.
  std::uint64_t BytesWith(std::uint64_t count) const {
    return size() + count > parents_.capacity() ? 3 * Bytes() : Bytes();
  }

 private:
  std::vector<Id> parents_;
  std::vector<std::uint16_t> ops_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_STATE_TREE_H_
