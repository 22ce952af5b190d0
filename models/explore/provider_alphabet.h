#ifndef LOCKSTEP_MODELS_EXPLORE_PROVIDER_ALPHABET_H_
#define LOCKSTEP_MODELS_EXPLORE_PROVIDER_ALPHABET_H_

// The alphabet of a port that asks a provider, which has a few pieces to give.

#include <cstdint>
#include <string>
#include <vector>

#include "models/explore/alphabet_maker.h"

namespace lockstep::suite {

class ProviderAlphabet final : public AlphabetMaker {
 public:
  using AlphabetMaker::AlphabetMaker;

 private:
  std::string ChooseMemory() override;
  std::vector<std::uint64_t> DefaultSizes() const override {
    return {port_.max_request_bytes != 0 ? port_.max_request_bytes : 1};
  }
  // In the last of the pieces.
  std::uint64_t OutsideOffset() const override {
    return made_.arena.bytes - made_.arena.align_bytes;
  }
  void AddMemoryOps() override;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_PROVIDER_ALPHABET_H_
