#ifndef LOCKSTEP_MODELS_SCHEDULE_CHOOSER_H_
#define LOCKSTEP_MODELS_SCHEDULE_CHOOSER_H_

// Who goes on at a point, by a plan.
//   Complexity O(threads) a choice.
//   After      kPct: Burckhardt et al., A randomized scheduler with
//              probabilistic guarantees of finding bugs, ASPLOS 2010.

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "models/schedule/access.h"
#include "models/schedule/plan.h"
#include "models/schedule/record.h"
#include "models/script/op.h"

namespace lockstep::suite {

class Chooser {
 public:
  // Both must outlive it. The switches are those of a script, rising.
  Chooser(const Plan& plan, std::span<const Switch> switches);

  struct Question {
    std::uint8_t from = 0;  // Who runs; 0: nobody.
    std::uint32_t step = 0;
    std::uint32_t point = 0;
    ThreadSet enabled = 0;  // Not empty.
  };
  std::uint8_t Choose(const Question& question);
  // What the one that was chosen does.
  void Did(const Node& node);

  // The first node from which on all that could go on were asleep: other runs
  // have what follows. SIZE_MAX: there is none.
  std::size_t redundant_from() const { return redundant_from_; }

 private:
  std::uint8_t ByPrefix(const Question& question);
  std::uint8_t ByPriority(const Question& question);
  std::uint8_t BySwitch(const Question& question) const;

  const Plan& plan_;
  std::span<const Switch> switches_;
  std::minstd_rand random_;
  std::size_t nodes_ = 0;
  std::array<std::uint32_t, kMostThreads + 1> priorities_{};
  std::vector<std::size_t> changes_;  // Nodes, of kPct.
  std::vector<Sleeper> sleepers_;
  std::size_t redundant_from_ = SIZE_MAX;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_CHOOSER_H_
