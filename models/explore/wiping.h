#ifndef LOCKSTEP_MODELS_EXPLORE_WIPING_H_
#define LOCKSTEP_MODELS_EXPLORE_WIPING_H_

// A client that leaves zeros behind, for explorations that count bytes.
//   Complexity O(bytes) a free; of Begin O(arena).

#include <optional>

#include "models/system/model.h"
#include "models/system/system.h"

namespace lockstep::suite {

// Memory is all zeros at first, and clients write zeros into a block before they
// free it, so that what others left there tells no states apart.
class Wiping final : public Model {
 public:
  void Begin(const System& system) override;
  Verdict Before(const Call& call) override;
  Verdict Observe(const Call& /*call*/, const Outcome& /*outcome*/) override {
    return std::nullopt;
  }

 private:
  const System* system_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_WIPING_H_
