#ifndef LOCKSTEP_MODELS_THREADS_COUNTS_H_
#define LOCKSTEP_MODELS_THREADS_COUNTS_H_

// What statistics and footprint may be, whether or not other ops ran at the
// time.
//   Rules      conserved, unchanged.
//   Complexity O(1), and O(what the event is about).

#include <bitset>
#include <cstdint>
#include <optional>

#include "lockstep/port.h"
#include "models/system/model.h"
#include "models/threads/any_order.h"
#include "models/threads/history.h"

namespace lockstep::suite {

class Counts {
 public:
  // The scene must outlive it.
  explicit Counts(const Scene& scene) : scene_(scene) {}

  // Judges an event that overlapped others. At least `sure_bytes` were live all
  // the time.
  Verdict JudgeOverlapped(const Event& event, std::uint64_t sure_bytes);
  // Judges an event that nothing overlapped. `live_bytes` are live after it.
  Verdict JudgeAlone(const Event& event, std::uint64_t live_bytes);

 private:
  void FollowHandles(const Event& event);
  Verdict JudgeFollowing(const Event& event, std::uint64_t live_bytes) const;
  Verdict JudgeRegion(const Event& event) const;
  Verdict JudgeFamily(const Event& event) const;

  const Scene& scene_;
  std::bitset<64> handles_;
  // Those of the event before, if both it and this one are of the main thread.
  std::optional<Statistics> before_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_COUNTS_H_
