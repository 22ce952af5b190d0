#include "models/explore/alphabet.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "models/explore/alphabet_maker.h"
#include "models/script/memory_kind.h"

namespace lockstep::suite {
namespace {

// Of a port that does not say: what most allocators align to.
constexpr std::uint64_t kUsualUnitBytes = 16;

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
  AddOtherLayouts(slot);
  AddOtherSizes(slot);
}

// Only where they are named: there are many more states then.
void AlphabetMaker::AddOtherSizes(std::uint32_t slot) {
  for (const Verb verb : {Verb::kResize, Verb::kReallocate}) {
    const bool is_offered = verb == Verb::kResize ? port_.resize != nullptr
                                                  : port_.reallocate != nullptr;
    if (!is_offered || options_.verbs.empty()) continue;
    for (Op op : made_.requests) {
      op.verb = verb;
      op.slot = slot;
      if (verb == Verb::kResize) op.align_log2 = 0;
      Add(op);
    }
  }
}

void AlphabetMaker::AddMisuse() {
  const std::uint64_t bytes = made_.requests.front().bytes;
  if (Promises(LOCKSTEP_DETECTS_NULL)) {
    Add({.verb = Verb::kFreeNull, .bytes = bytes});
  }
  if (Promises(LOCKSTEP_DETECTS_FOREIGN)) {
    Add({.verb = Verb::kFreeForeign,
         .bytes = bytes,
         .offset = OutsideOffset()});
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

void AlphabetMaker::Begin() {
  ops_done_ = 0;
  if (options_.board != nullptr) options_.board->WriteArena(made_.arena);
  system_.Begin(made_.arena);
}

bool AlphabetMaker::Do(const Op& op) {
  const std::size_t step = ops_done_++;
  const auto call = system_.Resolve(op, step);
  if (options_.board != nullptr) {
    options_.board->WriteOp(step, op);
    options_.board->witness().step = step;
  }
  return call && system_.Perform(*call).status == Status::kOk;
}

void AlphabetMaker::ChooseRequests() {
  made_.requests.clear();
  const auto sizes = options_.sizes.empty() ? DefaultSizes() : options_.sizes;
  for (const std::uint64_t bytes : sizes) {
    made_.requests.push_back(RequestOf(bytes));
  }
}

// As aligned as its size is, if that is asked for.
Op AlphabetMaker::RequestOf(std::uint64_t bytes) {
  std::uint64_t align = bytes == 0 ? 1 : bytes & (~bytes + 1);
  if (port_.max_request_align != 0) {
    align = std::min<std::uint64_t>(align, port_.max_request_align);
  }
  return {.verb = Verb::kAllocate,
          .align_log2 = static_cast<std::uint8_t>(std::countr_zero(align)),
          .bytes = bytes};
}

void AlphabetMaker::AddOps() {
  for (Op op : made_.requests) {
    Add(op);
    op.verb = Verb::kUsable;
    if (port_.usable != nullptr) Add(op);
  }
  for (std::uint32_t slot = 0; slot < made_.slots; ++slot) AddSlotOps(slot);
  AddMisuse();
  AddMemoryOps();
  AddEchoes();
}

std::expected<Alphabet, std::string> AlphabetMaker::Make() {
  made_.unit_bytes = port_.unit_bytes != 0 ? port_.unit_bytes : kUsualUnitBytes;
  if (std::string fault = ChooseMemory(); !fault.empty()) {
    return std::unexpected(std::move(fault));
  }
  made_.slots = options_.slots != 0 ? options_.slots : DefaultSlots();
  AddOps();
  return std::move(made_);
}

std::expected<Alphabet, std::string> MakeAlphabet(
    const lockstep_port& port, const AlphabetOptions& options) {
  switch (MemoryKindOf(port)) {
    case MemoryKind::kRegions:
      return MakeRegionAlphabet(port, options);
    case MemoryKind::kProvider:
      return MakeProviderAlphabet(port, options);
    default:
      return std::unexpected(
          "it has memory of its own (LOCKSTEP_OWN_MEMORY), and so none that is "
          "small enough to explore");
  }
}

}  // namespace lockstep::suite
