#include "tests/lying/liar.h"

#include <iterator>
#include <vector>

namespace lockstep::suite {
namespace {

std::vector<Liar> AllLiars() {
  std::vector<Liar> all;
  for (const auto make :
       {StatusLiars, BlockLiars, ContentsLiars, BookLiars, RefusalLiars,
        MisuseLiars, PlacementLiars, HeapLiars, CacheLiars, OwnMemoryLiars,
        WholeLiars, LayoutLiars}) {
    const auto some = make();
    std::copy(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

const std::vector<Liar>& Liars() {
  static const std::vector<Liar> kAll = AllLiars();
  return kAll;
}

}  // namespace lockstep::suite
