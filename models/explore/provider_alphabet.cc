#include "models/explore/provider_alphabet.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostArenaBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kPieces = 8;
constexpr std::uint32_t kHandles = 2;

}  // namespace

// As many as the first piece that is asked for, at its size.
std::string ProviderAlphabet::ChooseMemory() {
  made_.arena = {kMostArenaBytes, kMostArenaBytes};
  system_.Begin(made_.arena);
  if (const auto call = system_.Resolve({.verb = Verb::kAttach}, 0)) {
    system_.Perform(*call);
  }
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

}  // namespace lockstep::suite
