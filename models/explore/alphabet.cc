#include "models/explore/alphabet.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "models/explore/alphabet_maker.h"

namespace lockstep::suite {
namespace {

constexpr std::uint32_t kFewSlots = 3;
// Of a port that does not say: what most allocators align to.
constexpr std::uint64_t kUsualUnitBytes = 16;
constexpr std::uint32_t kHandles = 2;

}  // namespace

void AlphabetMaker::AddSlotOps(std::uint32_t slot) {
  Add({.verb = Verb::kFree, .slot = slot});
  if (Promises(LOCKSTEP_DETECTS_FREE_AGAIN)) {
    Add({.verb = Verb::kFreeAgain, .slot = slot});
  }
  if (Promises(LOCKSTEP_DETECTS_INTERIOR)) {
    Add({.verb = Verb::kFreeInside, .slot = slot, .offset = 1});
    const std::uint64_t inside = std::max<std::uint64_t>(made_.unit_bytes, 2);
    Add({.verb = Verb::kFreeInside, .slot = slot, .offset = inside});
  }
  if (Promises(LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT) && !system_.Pulls()) {
    Add({.verb = Verb::kFreeOtherLayout,
         .slot = slot,
         .bytes = made_.region_bytes + 1});
    // No address in the arena has it.
    const auto align_log2 =
        static_cast<std::uint8_t>(std::bit_width(made_.arena.bytes));
    Add({.verb = Verb::kFreeOtherLayout,
         .align_log2 = align_log2,
         .slot = slot,
         .bytes = 1});
  }
}

void AlphabetMaker::AddMisuse() {
  const std::uint64_t bytes = made_.requests.front().bytes;
  if (Promises(LOCKSTEP_DETECTS_NULL)) {
    Add({.verb = Verb::kFreeNull, .bytes = bytes});
  }
  // Before the region, or in the last of the pieces.
  const std::uint64_t outside =
      system_.Pulls() ? made_.arena.bytes - made_.arena.align_bytes : 0;
  if (Promises(LOCKSTEP_DETECTS_FOREIGN)) {
    Add({.verb = Verb::kFreeForeign, .bytes = bytes, .offset = outside});
  }
}

// The region once more, and a second one behind it, as if it were the first.
void AlphabetMaker::AddRegions() {
  Op region = made_.opening.front();
  if (Promises(LOCKSTEP_DETECTS_USE_BEFORE_INIT) && Has(Verb::kInit)) {
    made_.opening.clear();
    Add(region);
  }
  region.verb = Verb::kAdd;
  if (port_.add != nullptr && Promises(LOCKSTEP_DETECTS_OVERLAP)) Add(region);
  region.verb = Verb::kInit;
  region.offset *= 2;
  if (Promises(LOCKSTEP_DETECTS_SECOND_INIT) && !made_.opening.empty()) {
    Add(region);
  }
}

void AlphabetMaker::AddPull() {
  for (std::uint32_t i = 0; i < std::min(port_.handle_count, kHandles); ++i) {
    Add({.verb = Verb::kAttach, .slot = i});
    Add({.verb = Verb::kDetach, .slot = i});
  }
  if (port_.trim != nullptr) Add({.verb = Verb::kTrim});
  for (const Verb verb : {Verb::kRefuse, Verb::kMisalign, Verb::kKeep}) {
    Add({.verb = verb, .bytes = 1});
  }
}

void AlphabetMaker::AddEchoes() {
  if (Has(Verb::kFreeAgain) && Promises(LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE)) {
    made_.echoes.push_back({.verb = Verb::kFreeAgain});
  }
  // Where free spans must be served, that says it already.
  if (Promises(LOCKSTEP_FITS_AGAIN) && !Promises(LOCKSTEP_COALESCES)) {
    made_.echoes.push_back({.verb = Verb::kAllocate});
  }
}

void AlphabetMaker::AddOps() {
  for (Op op : made_.requests) {
    Add(op);
    op.verb = Verb::kUsable;
    if (port_.usable != nullptr) Add(op);
  }
  for (std::uint32_t slot = 0; slot < made_.slots; ++slot) AddSlotOps(slot);
  AddMisuse();
  if (system_.Pulls()) {
    AddPull();
  } else {
    AddRegions();
  }
  AddEchoes();
}

std::expected<Alphabet, std::string> AlphabetMaker::Make() {
  made_.unit_bytes = port_.unit_bytes != 0 ? port_.unit_bytes : kUsualUnitBytes;
  if (system_.Pulls()) {
    ChoosePieces();
    ChooseRequests();
  } else if (std::string fault = ChooseRegion(); !fault.empty()) {
    return std::unexpected(std::move(fault));
  }
  made_.slots = options_.slots;
  if (made_.slots == 0) {
    // One more than can be live, for a request when all memory is.
    made_.slots =
        IsWhole() ? static_cast<std::uint32_t>(Units() + 1) : kFewSlots;
  }
  AddOps();
  return std::move(made_);
}

std::expected<Alphabet, std::string> MakeAlphabet(
    const lockstep_port& port, const AlphabetOptions& options) {
  if ((port.capabilities & LOCKSTEP_OWN_MEMORY) != 0) {
    return std::unexpected(
        "it has memory of its own (LOCKSTEP_OWN_MEMORY), and so none that is "
        "small enough to explore");
  }
  return AlphabetMaker(port, options).Make();
}

}  // namespace lockstep::suite
