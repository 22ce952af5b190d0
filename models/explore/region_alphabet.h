#ifndef LOCKSTEP_MODELS_EXPLORE_REGION_ALPHABET_H_
#define LOCKSTEP_MODELS_EXPLORE_REGION_ALPHABET_H_

// The alphabet of a port that is given one region.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/explore/alphabet_maker.h"
#include "models/script/op.h"

namespace lockstep::suite {

class RegionAlphabet final : public AlphabetMaker {
 public:
  using AlphabetMaker::AlphabetMaker;

 private:
  // Up to which any number of blocks of any span is tried.
  static constexpr std::uint64_t kMostWholeUnits = 32;

  std::string ChooseMemory() override;
  std::uint32_t DefaultSlots() const override;
  std::vector<std::uint64_t> DefaultSizes() const override;
  Op RequestOf(std::uint64_t bytes) override;
  std::uint64_t OutsideOffset() const override { return 0; }
  void AddOtherLayouts(std::uint32_t slot) override;
  void AddMemoryOps() override;

  std::uint64_t Units() const { return made_.region_bytes / made_.unit_bytes; }
  bool IsWhole() const {
    return Promises(LOCKSTEP_COALESCES) && Units() <= kMostWholeUnits;
  }
  std::string TakeRegion(std::uint64_t units);
  std::string ProbeRegions();
  void PlaceRegion(std::uint64_t units);
  bool HasSoundRegion();
  bool BeginInRegion();
  bool IsServed(Op op, std::uint32_t slot);
  std::size_t CountServedTogether();
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_REGION_ALPHABET_H_
