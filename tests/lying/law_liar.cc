#include "tests/lying/law_liar.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace lockstep::suite {
namespace {

std::vector<LawLiar> AllLawLiars() {
  std::vector<LawLiar> all;
  for (const auto make :
       {RunLawLiars, RequestLawLiars, CacheLawLiars, WholeLawLiars}) {
    std::ranges::copy(make(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

const std::vector<LawLiar>& LawLiars() {
  static const std::vector<LawLiar> kAll = AllLawLiars();
  return kAll;
}

}  // namespace lockstep::suite
