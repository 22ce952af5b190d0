#ifndef LOCKSTEP_PROPS_LAW_LIST_H_
#define LOCKSTEP_PROPS_LAW_LIST_H_

// Where the laws stand; law.h has all of them.

#include <vector>

#include "props/law.h"

namespace lockstep::suite {

std::vector<Law> RunLaws();
std::vector<Law> RequestLaws();
std::vector<Law> BookLaws();
std::vector<Law> BuddyLaws();
std::vector<Law> RegionLaws();
std::vector<Law> CacheLaws();
std::vector<Law> WholeLaws();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PROPS_LAW_LIST_H_
