#include "models/schedule/chooser.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <utility>

namespace lockstep::suite {
namespace {

// The standard's engines give the same numbers everywhere; its distributions do
// not.
std::uint32_t Below(std::minstd_rand& random, std::uint64_t bound) {
  const std::uint64_t number =
      (std::uint64_t{random()} << 31) ^ std::uint64_t{random()};
  return static_cast<std::uint32_t>(number % bound);
}

std::minstd_rand Engine(std::uint64_t seed) {
  std::minstd_rand random(
      static_cast<std::uint32_t>((seed * 0x9E3779B97F4A7C15) >> 33 | 1));
  random.discard(4);
  return random;
}

std::uint8_t Nth(ThreadSet set, std::uint32_t n) {
  for (; n != 0; --n) set &= static_cast<ThreadSet>(set - 1);
  return static_cast<std::uint8_t>(std::countr_zero(set));
}

}  // namespace

Chooser::Chooser(const Plan& plan, std::span<const Switch> switches)
    : plan_(plan), switches_(switches), random_(Engine(plan.seed)) {
  if (plan_.kind == Plan::Kind::kPct) {
    std::iota(priorities_.begin(), priorities_.end(), plan_.depth);
    for (std::size_t i = priorities_.size() - 1; i > 1; --i) {
      std::swap(priorities_[i], priorities_[1 + Below(random_, i)]);
    }
    for (unsigned i = 1; i < plan_.depth; ++i) {
      changes_.push_back(
          Below(random_, std::max<std::size_t>(plan_.length, 1)));
    }
  }
  if (plan_.prefix.empty()) sleepers_ = plan_.sleepers;
}

std::uint8_t Chooser::Choose(const Question& question) {
  switch (plan_.kind) {
    case Plan::Kind::kSwitches:
      return BySwitch(question);
    case Plan::Kind::kWalk:
      return Nth(question.enabled,
                 Below(random_, static_cast<std::uint64_t>(
                                    std::popcount(question.enabled))));
    case Plan::Kind::kPct:
      return ByPriority(question);
    case Plan::Kind::kPrefix:
      return ByPrefix(question);
  }
  return DefaultChoice(question.from, question.enabled);
}

std::uint8_t Chooser::BySwitch(const Question& question) const {
  const auto wanted = std::pair(question.step, question.point);
  const auto found = std::ranges::lower_bound(
      switches_, wanted, {},
      [](const Switch& one) { return std::pair(one.step, one.point); });
  const bool is_there = found != switches_.end() && question.from != 0 &&
                        std::pair(found->step, found->point) == wanted &&
                        Has(question.enabled, found->to);
  return is_there ? found->to : DefaultChoice(question.from, question.enabled);
}

// The i-th change gives the running thread the priority i, which is below all
// initial priorities.
std::uint8_t Chooser::ByPriority(const Question& question) {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (changes_[i] == nodes_ && question.from != 0) {
      priorities_[question.from] = static_cast<std::uint32_t>(i);
    }
  }
  std::uint8_t best = 0;
  for (ThreadSet left = question.enabled; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    const auto thread = static_cast<std::uint8_t>(std::countr_zero(left));
    if (best == 0 || priorities_[thread] > priorities_[best]) best = thread;
  }
  return best;
}

std::uint8_t Chooser::ByPrefix(const Question& question) {
  if (nodes_ < plan_.prefix.size()) {
    const std::uint8_t wanted = plan_.prefix[nodes_];
    // If it cannot go on, this run differs from the one that the plan was made
    // from.
    return Has(question.enabled, wanted)
               ? wanted
               : DefaultChoice(question.from, question.enabled);
  }
  ThreadSet awake = question.enabled;
  for (const Sleeper& sleeper : sleepers_) {
    awake &= static_cast<ThreadSet>(~Only(sleeper.thread));
  }
  if (awake != 0) return DefaultChoice(question.from, awake);
  redundant_from_ = std::min(redundant_from_, nodes_);
  return DefaultChoice(question.from, question.enabled);
}

void Chooser::Did(const Node& node) {
  ++nodes_;
  if (nodes_ < plan_.prefix.size()) return;
  if (nodes_ == plan_.prefix.size()) sleepers_ = plan_.sleepers;
  std::erase_if(sleepers_, [&](const Sleeper& sleeper) {
    return sleeper.thread == node.thread ||
           AreDependent(sleeper.access, node.access);
  });
}

}  // namespace lockstep::suite
