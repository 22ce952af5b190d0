#ifndef LOCKSTEP_MODELS_THREADS_GROUNDS_H_
#define LOCKSTEP_MODELS_THREADS_GROUNDS_H_

// The regions that a port was given, and what follows from their positions.
//   Complexity O(regions); there are few.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/threads/history.h"

namespace lockstep::suite {

class Grounds {
 public:
  // The port must outlive it.
  explicit Grounds(const lockstep_port& port) : port_(port) {}

  // The region as it was given.
  void Accept(Region given);

  bool Contains(std::uint64_t offset, std::uint64_t bytes) const {
    return all_.Contains(offset, bytes);
  }
  // Where a block has to be, for messages.
  std::string Describe() const;
  // The part of each region that the port does not use itself. Regions that
  // touch and are joined count as one. `needs` refers to these.
  std::span<const Region> spans() const { return spans_; }
  // The regions that touch no other. LOCKSTEP_COALESCES refers to these.
  std::span<const Region> isolated() const { return isolated_; }

  // Judges an init or an add, before it is accepted.
  Verdict Judge(const Event& event, ArenaSpec arena) const;

 private:
  void AcceptSpan(Region region);
  bool IsSound(const Op& op, ArenaSpec arena) const;
  Region Rounded(Region region) const;

  const lockstep_port& port_;
  RegionSet all_;  // Rounded inward; touching ones merged.
  std::vector<Region> isolated_;
  std::vector<Region> spans_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_GROUNDS_H_
