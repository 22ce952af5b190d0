#ifndef LOCKSTEP_TOOLS_CLI_FINDING_BOOK_H_
#define LOCKSTEP_TOOLS_CLI_FINDING_BOOK_H_

// Which violations of a run are different findings: they break another rule, at
// another place, in another op, or need other verbs to do it.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "models/judge/minimise.h"
#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

class FindingBook {
 public:
  // Whether a violation is like those that have turned out to be a known finding
  // again and again, so that only the fourth, the eighth, the sixteenth ... is
  // worth being made short.
  bool IsTired(const Script& script, const Violation& violation) const;

  // Whether it is a new one. `before` is what it was made short of.
  bool Enter(const Script& script, const Violation& before,
             const Minimised& reduced);
  void CountRepeat(const Script& script, const Violation& violation);

  std::size_t size() const { return shapes_.size(); }
  std::uint64_t repeats() const { return repeats_; }

 private:
  std::set<std::string> shapes_;
  std::map<std::string, int> known_again_;
  std::uint64_t repeats_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_FINDING_BOOK_H_
