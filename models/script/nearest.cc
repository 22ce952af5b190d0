#include "models/script/nearest.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kTooFar = 3;

// How many letters must be put in, left out or changed.
std::size_t Distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t change = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string DidYouMean(std::string_view word,
                       std::span<const std::string> names) {
  const std::string* nearest = nullptr;
  // Of a word of two letters, another of two letters is not near.
  std::size_t least = std::min(kTooFar, word.size());
  for (const std::string& name : names) {
    const std::size_t distance = Distance(word, name);
    if (distance >= least) continue;
    least = distance;
    nearest = &name;
  }
  return nearest == nullptr ? "" : Text("did you mean ", *nearest, "? ");
}

}  // namespace lockstep::suite
