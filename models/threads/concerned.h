#ifndef LOCKSTEP_MODELS_THREADS_CONCERNED_H_
#define LOCKSTEP_MODELS_THREADS_CONCERNED_H_

// The events of a history that a violation is about, to be shown to people.

#include <cstddef>
#include <string>
#include <vector>

#include "models/threads/history.h"

namespace lockstep::suite {

// "t1 alloc b0 size=16 align=8 -> 64, from 12 to 17": the last two numbers are its
// stamps.
std::string FormatEvent(const Event& event);

// The event with this step, and at most two earlier or overlapping ones about
// the same memory, in the order in which they began.
//   Complexity O(events).
std::vector<Event> EventsConcerned(const History& history, std::size_t step);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_CONCERNED_H_
