#ifndef LOCKSTEP_MODELS_SCRIPT_NEAREST_H_
#define LOCKSTEP_MODELS_SCRIPT_NEAREST_H_

// What somebody may have meant.

#include <span>
#include <string>
#include <string_view>

namespace lockstep::suite {

// "did you mean heap? " if one of the names differs from the word in at most two
// letters that are put in, left out or changed; else "".
std::string DidYouMean(std::string_view word,
                       std::span<const std::string> names);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_NEAREST_H_
