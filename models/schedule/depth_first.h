#ifndef LOCKSTEP_MODELS_SCHEDULE_DEPTH_FIRST_H_
#define LOCKSTEP_MODELS_SCHEDULE_DEPTH_FIRST_H_

// All schedules of a script, one run after the other.
//
//     node 0 --t1--> node 1 --t1--> node 2 --t2--> ...   a run
//        \             \ t2: still to do
//         t2: done
//
// kAll tries every thread at every node; the other kinds are tested against it.
// kBounded does so as long as there are at most so many preemptions. kReduced
// leaves out equivalent schedules: it tries both orders of any two accesses
// that depend on each other, but no two runs that differ only in the order of
// independent accesses.
//   Complexity of Learn: O(nodes * places of an access * threads).
//   After      Abdulla et al., Optimal dynamic partial order reduction, POPL 2014:
//              source sets, and sleep sets (Godefroid 1996). Preemption bounds:
//              Musuvathi and Qadeer, PLDI 2007.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/schedule/access.h"
#include "models/schedule/happens_before.h"
#include "models/schedule/plan.h"
#include "models/schedule/record.h"

namespace lockstep::suite {

class DepthFirst {
 public:
  enum class Kind : std::uint8_t { kAll, kBounded, kReduced };

  explicit DepthFirst(Kind kind, unsigned most_preemptions = 0)
      : kind_(kind), most_preemptions_(most_preemptions) {}

  // Makes the plan of the next run; false: all were run.
  bool Next(Plan& plan);
  // Learns from the run of that plan. False: it did not begin as the run before
  // it did, so runs do not depend on their plans alone.
  bool Learn(std::span<const Node> nodes, std::size_t redundant_from);

  // Whether a schedule was left out because of the bound.
  bool has_met_bound() const { return has_met_bound_; }

 private:
  struct Level {
    Access access{};  // Of the thread that was chosen.
    std::uint8_t thread = 0;
    std::uint8_t from = 0;
    ThreadSet enabled = 0;        // Empty where there was no choice.
    ThreadSet todo = 0;           // Perhaps already done.
    std::size_t preemptions = 0;  // Before it.
    std::vector<Sleeper> sleepers{};
    std::vector<Sleeper> done{};
  };

  void Enter(const Node& node);
  void FindRaces(std::span<const Node> nodes);
  void Reverse(std::span<const Node> nodes, const HappensBefore& order,
               std::size_t earlier, std::size_t later);
  bool IsWithinBound(const Level& level, std::uint8_t thread);
  // 0: none is left.
  std::uint8_t NextAt(const Level& level);

  Kind kind_;
  unsigned most_preemptions_;
  std::vector<Level> levels_;
  bool has_begun_ = false;
  bool has_met_bound_ = false;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_DEPTH_FIRST_H_
