#ifndef LOCKSTEP_MODELS_SPEC_PLACEMENT_H_
#define LOCKSTEP_MODELS_SPEC_PLACEMENT_H_

// Compares every outcome, and the statistics after it, with what the
// specification computes that the port claims to be exact with.
//   Rules      placement.
//   Complexity that of the specification: the walk of a free list at most.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/spec/cache_spec.h"
#include "models/spec/spec.h"
#include "models/system/model.h"
#include "models/system/system.h"

namespace lockstep::suite {

// What an operation on regions must come to; kSkipped: nothing is said of it. A
// specification detects as much as a system without a map. What one with a map
// refuses beyond that is known by its promises.
Outcome Answer(Spec& spec, const Call& call, std::uint64_t arena_bytes,
               lockstep_capabilities promises);

class Placement final : public Model {
 public:
  // Watches nothing if the port makes no claim, or one that is not known.
  void Begin(const System& system) override;
  Interest interest() const override {
    return {.before = false,
            .observe = spec_ != nullptr || cache_,
            .skipped = false};
  }
  Verdict Observe(const Call& call, const Outcome& outcome) override;
  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

 private:
  struct Books;
  bool HasStatistics(const Statistics& came) const;
  [[gnu::cold]] Verdict Compare(const Call& call, Outcome expected,
                                const Outcome& outcome) const;
  Verdict ObserveCache(const Call& call, const Outcome& outcome);
  Verdict CompareStatistics(std::size_t step, const Statistics& expected,
                            const Statistics& came) const {
    // Nearly always they are the same.
    if (system_->port().statistics == nullptr || expected == came) {
      return std::nullopt;
    }
    return OtherStatistics(step, expected, came);
  }
  static Verdict OtherStatistics(std::size_t step, const Statistics& expected,
                                 const Statistics& came);

  const System* system_ = nullptr;
  std::unique_ptr<Spec> spec_;
  std::optional<CacheSpec> cache_;  // In its place, where memory is pulled.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SPEC_PLACEMENT_H_
