#ifndef LOCKSTEP_MODELS_SCHEDULE_HAPPENS_BEFORE_H_
#define LOCKSTEP_MODELS_SCHEDULE_HAPPENS_BEFORE_H_

// Which accesses of a run happened before which others, by vector clocks, and
// which pairs could have happened in the other order: races.
//   Complexity of Add: O(places of the access * threads).

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/schedule/access.h"
#include "models/schedule/record.h"
#include "models/script/op.h"

namespace lockstep::suite {

class HappensBefore {
 public:
  // Gets two nodes, the earlier one first.
  using OnRace = std::function<void(std::size_t, std::size_t)>;

  // The nodes must outlive it.
  explicit HappensBefore(std::span<const Node> nodes) : nodes_(nodes) {
    of_nodes_.reserve(nodes.size());
  }

  // Adds the next node, and calls on_race for each earlier one that depends on
  // it and could have come after it.
  void Add(const OnRace& on_race);

  // Whether node i happened before node j.
  bool IsBefore(std::size_t i, std::size_t j) const {
    return of_nodes_[j][nodes_[i].thread] >= i + 1;
  }

 private:
  // By thread, the number of a node, from 1; 0: none.
  using Clock = std::array<std::uint32_t, kMostThreads + 1>;
  // The last accesses to a place.
  struct Last {
    std::uint32_t write = 0;
    Clock reads{};  // Since then.
  };
  // For a lock, by thread: the node that acquired it, and how many acquisitions
  // have not been released.
  struct Taken {
    Clock nodes{};
    Clock depths{};
    std::uint32_t last_released = 0;  // The node that had acquired it.
  };
  // An earlier node that the new one depends on, and the node with which it is
  // in a race. They differ if the new node waited for a lock: it could not have
  // come just before the release, but before the acquisition.
  struct Earlier {
    std::size_t node;
    std::size_t race_with;
    bool has_waited;
  };

  static void Join(Clock& clock, const Clock& other);
  void FindEarlier(const Node& node);
  void Consider(std::uint32_t number, const Node& node);
  bool IsRace(const Earlier& one, const Clock& before) const;
  void Note(const Node& node, std::uint32_t number);

  std::span<const Node> nodes_;
  std::array<Clock, kMostThreads + 1> of_threads_{};
  std::vector<Clock> of_nodes_;
  std::vector<Earlier> earlier_;
  std::unordered_map<std::uint64_t, Last> last_;
  std::unordered_map<std::uintptr_t, Taken> taken_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_HAPPENS_BEFORE_H_
