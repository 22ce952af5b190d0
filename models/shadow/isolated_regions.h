#ifndef LOCKSTEP_MODELS_SHADOW_ISOLATED_REGIONS_H_
#define LOCKSTEP_MODELS_SHADOW_ISOLATED_REGIONS_H_

// What is free in each region that touches no other, where free spans coalesce.
//   Complexity as Gaps, for the region that a block lies in; the regions are
//              looked through one by one.

#include <cstdint>
#include <vector>

#include "models/shadow/gaps.h"
#include "models/system/region.h"

namespace lockstep::suite {

class IsolatedRegions {
 public:
  // A new one, which is free. Those that it touches are isolated no longer.
  void Add(Region region, bool is_isolated);

  // A block takes the extent, of the room between its neighbours; or gives it
  // back.
  void Occupy(Region extent, Region room);
  void Vacate(Region extent, Region room);

  bool HasRoomFor(std::uint64_t span_bytes) const;

 private:
  struct Isolated {
    Region region;
    Gaps gaps;
  };
  Isolated* Around(Region extent);

  std::vector<Isolated> all_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_ISOLATED_REGIONS_H_
