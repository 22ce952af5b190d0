#ifndef LOCKSTEP_MODELS_SCHEDULE_SLICE_H_
#define LOCKSTEP_MODELS_SCHEDULE_SLICE_H_

// A part of one op that its thread performed without being stopped. A run of a
// script with threads is a list of slices, in the order in which they happened.
//
//     thread 1   [step 2, points 1..7]              [step 2, points 8..31]
//     thread 2                        [step 3, 1..29]
//                             kSwitch ^       kDone ^                kDone ^

#include <cstdint>
#include <optional>
#include <string>

#include "models/script/op.h"

namespace lockstep::suite {

struct Slice {
  enum class End : std::uint8_t {
    kSwitch,  // The schedule lets another thread go on.
    kWaits,   // It waits for a lock that another thread has.
    kDone,    // The op has ended.
  };

  std::uint8_t thread = 0;  // 0: of an op outside a parallel block.
  std::uint32_t step = 0;
  // Its first and its last point, from 1; 0: none.
  std::uint32_t from_point = 0;
  std::uint32_t to_point = 0;
  bool begins = false;  // Whether the op begins in it.
  bool ends = false;
  End end = End::kDone;
  std::optional<Outcome> outcome;  // If the op ends in it.
  // The function or the source line of the access at which the thread was
  // stopped; "": it is not known.
  std::string place{};
  std::uintptr_t instruction = 0;  // Of that access; 0: it is not known.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SLICE_H_
