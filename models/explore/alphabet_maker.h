#ifndef LOCKSTEP_MODELS_EXPLORE_ALPHABET_MAKER_H_
#define LOCKSTEP_MODELS_EXPLORE_ALPHABET_MAKER_H_

// Makes an alphabet for a port: see MakeAlphabet.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/explore/alphabet.h"
#include "models/script/op.h"
#include "models/system/system.h"

namespace lockstep::suite {

class AlphabetMaker {
 public:
  AlphabetMaker(const lockstep_port& port, const AlphabetOptions& options)
      : port_(port), options_(options), system_(port) {}

  std::expected<Alphabet, std::string> Make();

 private:
  // Up to which any number of blocks of any span is tried.
  static constexpr std::uint64_t kMostWholeUnits = 32;

  bool Promises(lockstep_capabilities bits) const {
    return system_.Promises(bits);
  }
  bool Has(Verb verb) const {
    return options_.verbs.empty() ||
           std::ranges::find(options_.verbs, verb) != options_.verbs.end();
  }
  void Add(const Op& op) {
    if (Has(op.verb)) made_.ops.push_back(op);
  }

  std::uint64_t Units() const { return made_.region_bytes / made_.unit_bytes; }
  bool IsWhole() const {
    return Promises(LOCKSTEP_COALESCES) && Units() <= kMostWholeUnits;
  }

  std::string ChooseRegion();
  std::string TakeRegion(std::uint64_t units);
  std::string ProbeRegions();
  void PlaceRegion(std::uint64_t units);
  bool HasSoundRegion();
  bool BeginInRegion();
  bool IsServed(Op op, std::uint32_t slot);
  std::size_t CountServedTogether();
  void ChoosePieces();
  std::vector<std::uint64_t> Sizes() const;
  void ChooseRequests();
  Op RequestOf(std::uint64_t bytes);
  void AddOps();
  void AddSlotOps(std::uint32_t slot);
  void AddMisuse();
  void AddRegions();
  void AddPull();
  void AddEchoes();

  const lockstep_port& port_;
  const AlphabetOptions& options_;
  System system_;
  Alphabet made_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_ALPHABET_MAKER_H_
