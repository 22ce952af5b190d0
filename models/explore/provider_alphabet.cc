// The alphabet of a port that asks a provider, which has a few pieces to give.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "models/explore/alphabet_maker.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostArenaBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kPieces = 8;
constexpr std::uint32_t kHandles = 2;

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

// As many as the first piece that is asked for, at its size.
std::string ProviderAlphabet::ChooseMemory() {
  made_.arena = {kMostArenaBytes, kMostArenaBytes};
  Begin();
  (void)Do({.verb = Verb::kAttach});
  std::uint64_t piece_bytes = 4096;
  for (const ProviderCall& call : system_.memory().calls()) {
    if (IsLayout(call)) {
      piece_bytes =
          std::max(std::bit_ceil(std::min(call.bytes, kMostArenaBytes / 2)),
                   std::min(call.align_bytes, kMostArenaBytes / 2));
    }
  }
  made_.arena = {kPieces * piece_bytes, piece_bytes};
  ChooseRequests();
  return "";
}

void ProviderAlphabet::AddMemoryOps() {
  for (std::uint32_t i = 0; i < std::min(port_.handle_count, kHandles); ++i) {
    Add({.verb = Verb::kAttach, .slot = i});
    Add({.verb = Verb::kDetach, .slot = i});
  }
  if (port_.trim != nullptr) Add({.verb = Verb::kTrim});
  for (const Verb verb : {Verb::kRefuse, Verb::kMisalign, Verb::kKeep}) {
    Add({.verb = verb, .bytes = 1});
  }
}

}  // namespace

std::expected<Alphabet, std::string> MakeProviderAlphabet(
    const lockstep_port& port, const AlphabetOptions& options) {
  return ProviderAlphabet(port, options).Make();
}

}  // namespace lockstep::suite
