#include "models/judge/caveat.h"

#include <cstdint>
#include <string>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

// Of so many, one is nearly none.
constexpr std::uint64_t kMany = 20;

}  // namespace

std::string CaveatOf(const Tried& tried) {
  const std::uint64_t requests = tried.served + tried.refused;
  const std::uint64_t ops = tried.operations + tried.skipped;
  if (tried.served == 0) {
    return Text("none of ", requests,
                " requests was served, so nothing was shown (", tried.skipped,
                " of ", ops, " operations were skipped)");
  }
  if (tried.served < requests / kMany) {
    return Text("only ", tried.served, " of ", requests,
                " requests were served, so little was shown");
  }
  if (tried.operations < ops / kMany) {
    return Text("only ", tried.operations, " of ", ops,
                " operations could be tried, so little was shown: the others "
                "had nothing to act on, or the port does not promise to take "
                "them");
  }
  return "";
}

}  // namespace lockstep::suite
