#ifndef LOCKSTEP_MODELS_SCRIPT_TEXT_H_
#define LOCKSTEP_MODELS_SCRIPT_TEXT_H_

// Text("offset ", 8, " of ", name): std::format is not in libstdc++ 12.

#include <sstream>
#include <string>

namespace lockstep::suite {

template <class... Parts>
std::string Text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_TEXT_H_
