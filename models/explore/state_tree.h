#ifndef LOCKSTEP_MODELS_EXPLORE_STATE_TREE_H_
#define LOCKSTEP_MODELS_EXPLORE_STATE_TREE_H_

// The states of an exploration in the order in which they were found, each with
// the state and the op that it was first reached by.
//   Complexity O(1); a state takes 6 bytes, and nothing is copied when the tree
//              grows.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace lockstep::suite {

class StateTree {
 public:
  using Id = std::uint32_t;
  static constexpr std::uint64_t kMostStates = UINT32_MAX;

  // The root is its own parent.
  StateTree() { Add(0, 0); }

  void Add(Id parent, std::uint16_t op) {
    const auto index = static_cast<std::size_t>(size_ % kChunkStates);
    if (index == 0) chunks_.push_back(std::make_unique<Chunk>());
    chunks_.back()->parents[index] = parent;
    chunks_.back()->ops[index] = op;
    ++size_;
  }
  std::uint64_t size() const { return size_; }
  Id ParentOf(Id id) const {
    return chunks_[id / kChunkStates]->parents[id % kChunkStates];
  }
  std::uint16_t OpOf(Id id) const {
    return chunks_[id / kChunkStates]->ops[id % kChunkStates];
  }

  std::uint64_t Bytes() const { return chunks_.size() * sizeof(Chunk); }
  // What it may come to at once, should another `count` states be added.
  std::uint64_t BytesWith(std::uint64_t count) const {
    return ((size_ + count) / kChunkStates + 1) * sizeof(Chunk);
  }

 private:
  static constexpr std::size_t kChunkStates = 1 << 14;
  struct Chunk {
    std::array<Id, kChunkStates> parents;
    std::array<std::uint16_t, kChunkStates> ops;
  };

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::uint64_t size_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_STATE_TREE_H_
