#ifndef LOCKSTEP_MODELS_EXPLORE_ALPHABET_MAKER_H_
#define LOCKSTEP_MODELS_EXPLORE_ALPHABET_MAKER_H_

// Makes an alphabet for a port: see MakeAlphabet. What depends on where its
// memory comes from is for the two that derive from this.

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
      : port_(port),
        options_(options),
        system_(port, options.board == nullptr ? nullptr
                                               : &options.board->witness()) {}

  virtual ~AlphabetMaker() = default;
  AlphabetMaker(const AlphabetMaker&) = delete;
  AlphabetMaker& operator=(const AlphabetMaker&) = delete;

  std::expected<Alphabet, std::string> Make();

 protected:
  // Chooses arena, opening and requests; or says why there are none.
  virtual std::string ChooseMemory() = 0;
  virtual std::uint32_t DefaultSlots() const { return 3; }
  virtual std::vector<std::uint64_t> DefaultSizes() const = 0;
  virtual Op RequestOf(std::uint64_t bytes);
  // Where no memory of the port's is.
  virtual std::uint64_t OutsideOffset() const = 0;
  virtual void AddOtherLayouts(std::uint32_t /*slot*/) {}
  virtual void AddMemoryOps() = 0;

  // A fresh instance in the arena, for the ops that follow.
  void Begin();
  // Whether it succeeded.
  bool Do(const Op& op);
  void ChooseRequests();
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

  const lockstep_port& port_;
  const AlphabetOptions& options_;
  System system_;
  Alphabet made_;

 private:
  std::size_t ops_done_ = 0;  // Since Begin.
  void AddOps();
  void AddSlotOps(std::uint32_t slot);
  void AddOtherSizes(std::uint32_t slot);
  void AddMisuse();
  void AddEchoes();
};

std::expected<Alphabet, std::string> MakeRegionAlphabet(
    const lockstep_port& port, const AlphabetOptions& options);
std::expected<Alphabet, std::string> MakeProviderAlphabet(
    const lockstep_port& port, const AlphabetOptions& options);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_ALPHABET_MAKER_H_
