#ifndef LOCKSTEP_MODELS_SCHEDULE_CHOOSER_H_
#define LOCKSTEP_MODELS_SCHEDULE_CHOOSER_H_

// Chooses which thread goes on at a point, according to a plan.
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
  // Both must outlive it. The switches are those of a script, in ascending
  // order.
  Chooser(const Plan& plan, std::span<const Switch> switches);

  struct Question {
    std::uint8_t from = 0;  // The thread that ran; 0: none.
    std::uint32_t step = 0;
    std::uint32_t point = 0;
    ThreadSet enabled = 0;  // Not empty.
  };
  std::uint8_t Choose(const Question& question);
  // Tells what the chosen thread does.
  void Did(const Node& node);

  // The first node at which all threads that could go on were asleep: what
  // follows is part of other runs. SIZE_MAX: there is none.
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
  std::vector<std::size_t> changes_;  // kPct: nodes at which a priority drops.
  std::vector<Sleeper> sleepers_;
  std::size_t redundant_from_ = SIZE_MAX;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_CHOOSER_H_
