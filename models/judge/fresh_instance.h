#ifndef LOCKSTEP_MODELS_JUDGE_FRESH_INSTANCE_H_
#define LOCKSTEP_MODELS_JUDGE_FRESH_INSTANCE_H_

// A second instance, of which is asked what the first could serve when nothing
// had happened to it yet.

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/region.h"
#include "models/system/system.h"
#include "models/system/witness.h"

namespace lockstep::suite {

// The largest request that is served, for which serves(bytes) is asked: doubling
// down to one that fits, then halving the rest.
template <class Serves>
std::uint64_t LargestServed(std::span<const Region> regions, Serves serves) {
  std::uint64_t total_bytes = 0;
  for (const Region region : regions) total_bytes += region.bytes();
  std::uint64_t served = std::bit_floor(total_bytes);
  while (served != 0 && !serves(served)) served /= 2;
  for (std::uint64_t more = served / 2; more != 0; more /= 2) {
    if (serves(served + more)) served += more;
  }
  return served;
}

class FreshInstance {
 public:
  // The port and the witness, which may be null, must outlive it.
  FreshInstance(const lockstep_port& port, Witness* witness)
      : system_(port, witness) {}

  // The largest request that is served with these regions and nothing live; 0 if
  // there are none.
  //   Complexity O(log bytes) instances, unless the last call was the same.
  std::uint64_t LargestRequest(ArenaSpec arena,
                               std::span<const Region> regions);

 private:
  void Begin();
  bool Serves(std::uint64_t bytes);

  System system_;
  ArenaSpec arena_;
  std::vector<Region> regions_;
  std::uint64_t largest_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_FRESH_INSTANCE_H_
