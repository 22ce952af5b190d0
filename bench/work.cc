#include "bench/work.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "bench/contestant.h"

namespace lockstep::suite::bench {
namespace {

// Prime, so that its multiples do not fall in step with a number of blocks.
constexpr std::size_t kChoices = 65'521;

std::vector<Choice> Choices(std::uint32_t least_bytes,
                            std::uint32_t most_bytes) {
  std::mt19937 random(1);
  std::vector<Choice> choices(kChoices);
  for (Choice& choice : choices) {
    choice.random = static_cast<std::uint32_t>(random());
    choice.bytes = least_bytes + static_cast<std::uint32_t>(random()) %
                                     (most_bytes - least_bytes + 1);
  }
  return choices;
}

}  // namespace

const std::vector<Choice>& MixedChoices() {
  static const auto kMixed = Choices(16, 512);
  return kMixed;
}

const std::vector<Choice>& ObjectChoices() {
  static const auto kObjects = Choices(kObjectBytes, kObjectBytes);
  return kObjects;
}

}  // namespace lockstep::suite::bench
