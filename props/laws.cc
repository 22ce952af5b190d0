#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "props/law.h"
#include "props/law_list.h"

namespace lockstep::suite {
namespace {

std::vector<Law> AllLaws() {
  std::vector<Law> all;
  for (const auto make : {RunLaws, RequestLaws, BookLaws, BuddyLaws, RegionLaws,
                          CacheLaws, WholeLaws}) {
    std::ranges::copy(make(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

Verdict Judge(const Law& law, Lab& lab, const Script& script) {
  lab.BeginScript();
  const Verdict verdict = law.check(lab, script);
  if (!verdict) return std::nullopt;
  lab.Apply();
  Violation violation = *verdict;
  violation.rule = law.name;
  return violation;
}

std::span<const Law> Laws() {
  static const std::vector<Law> kLaws = AllLaws();
  return kLaws;
}

const Law* FindLaw(std::string_view name) {
  const auto laws = Laws();
  const auto found = std::ranges::find(laws, name, &Law::name);
  return found == laws.end() ? nullptr : &*found;
}

}  // namespace lockstep::suite
