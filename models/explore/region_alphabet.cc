// The alphabet of a port that is given one region.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <ranges>
#include <string>
#include <vector>

#include "models/explore/alphabet_maker.h"
#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kFewestUnits = 8;
constexpr std::uint64_t kMostRegionBytes = std::uint64_t{1} << 20;
// That are to be served side by side.
constexpr std::size_t kFewSizes = 3;

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
  void AddOtherLayout(Op op);
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

// On a multiple of its size, with memory on either side that is not the port's.
void RegionAlphabet::PlaceRegion(std::uint64_t units) {
  const std::uint64_t bytes = units * made_.unit_bytes;
  const std::uint64_t start =
      std::max<std::uint64_t>(std::bit_ceil(bytes), port_.region_align_bytes);
  made_.region_bytes = bytes;
  made_.arena = {3 * start, start};
  made_.opening = {{.verb = Verb::kInit, .bytes = bytes, .offset = start}};
}

bool RegionAlphabet::HasSoundRegion() {
  Begin();
  return system_.HasSoundBounds(made_.opening.front());
}

// A fresh instance with the region, if the port takes it.
bool RegionAlphabet::BeginInRegion() {
  Begin();
  return Do(made_.opening.front());
}

bool RegionAlphabet::IsServed(Op op, std::uint32_t slot) {
  op.slot = slot;
  return Do(op);
}

// Of the first few requests, each made once.
std::size_t RegionAlphabet::CountServedTogether() {
  if (!BeginInRegion()) return 0;
  std::size_t served = 0;
  for (const Op& op : made_.requests | std::views::take(kFewSizes)) {
    if (IsServed(op, static_cast<std::uint32_t>(served))) ++served;
  }
  return served;
}

std::string RegionAlphabet::TakeRegion(std::uint64_t units) {
  if (units > kMostRegionBytes / made_.unit_bytes) {
    return Text("at most ", kMostRegionBytes, " bytes can be explored");
  }
  PlaceRegion(units);
  if (!HasSoundRegion()) {
    return Text("a region of ", made_.region_bytes,
                " bytes is none that this port takes: see its "
                "init_granule_bytes and region_align_bytes");
  }
  ChooseRequests();
  return "";
}

// The smallest region in which the first few requests are served side by side;
// or, where there is none, as many of them as anywhere.
std::string RegionAlphabet::ProbeRegions() {
  std::uint64_t best_units = 0;
  std::size_t most_served = 0;
  for (std::uint64_t units = kFewestUnits;
       units * made_.unit_bytes <= kMostRegionBytes; units *= 2) {
    PlaceRegion(units);
    if (!HasSoundRegion()) continue;
    ChooseRequests();
    // A region that should be taken and is not: let the judges see that.
    if (!BeginInRegion()) return "";
    const std::size_t served = CountServedTogether();
    if (served > most_served) {
      most_served = served;
      best_units = units;
    }
    if (served == std::min(kFewSizes, made_.requests.size())) return "";
  }
  if (most_served != 0) return TakeRegion(best_units);
  return Text("no region of up to ", kMostRegionBytes,
              " bytes was found in which a request is served, so nothing was "
              "shown; choose a region with --units, or requests with --sizes");
}

std::string RegionAlphabet::ChooseMemory() {
  return options_.units != 0 ? TakeRegion(options_.units) : ProbeRegions();
}

// One more than can be live, for a request when all memory is.
std::uint32_t RegionAlphabet::DefaultSlots() const {
  return IsWhole() ? static_cast<std::uint32_t>(Units() + 1)
                   : AlphabetMaker::DefaultSlots();
}

std::vector<std::uint64_t> RegionAlphabet::DefaultSizes() const {
  std::vector<std::uint64_t> sizes;
  if (IsWhole()) {
    for (auto bytes = made_.unit_bytes; bytes <= made_.region_bytes;
         bytes *= 2) {
      sizes.push_back(bytes);
    }
  } else {
    // Of the smallest, an address inside is a whole unit further, if there is
    // room for three sizes of two units and more.
    sizes = {std::min(2 * made_.unit_bytes, made_.region_bytes / 8),
             made_.region_bytes / 4, made_.region_bytes / 2};
  }
  if (const std::uint64_t most_bytes = port_.max_request_bytes;
      most_bytes != 0) {
    for (std::uint64_t& bytes : sizes) bytes = std::min(bytes, most_bytes);
    const auto same = std::ranges::unique(sizes);
    sizes.erase(same.begin(), same.end());
  }
  return sizes;
}

// Or less aligned, if only that is served in fresh memory. Where spans coalesce,
// a request that is refused there breaks a rule.
Op RegionAlphabet::RequestOf(std::uint64_t bytes) {
  const Op wanted = AlphabetMaker::RequestOf(bytes);
  if (Promises(LOCKSTEP_COALESCES)) return wanted;
  for (Op op = wanted;; --op.align_log2) {
    if (BeginInRegion() && IsServed(op, 0)) return op;
    if (op.align_log2 == 0) return wanted;
  }
}

void RegionAlphabet::AddOtherLayouts(std::uint32_t slot) {
  if (Promises(LOCKSTEP_DETECTS_OTHER_LAYOUT)) {
    AddOtherLayout({.slot = slot, .bytes = made_.region_bytes});
  }
  if (!Promises(LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT)) return;
  AddOtherLayout({.slot = slot, .bytes = made_.region_bytes + 1});
  // No address in the arena has it.
  const auto align_log2 =
      static_cast<std::uint8_t>(std::bit_width(made_.arena.bytes));
  AddOtherLayout({.align_log2 = align_log2, .slot = slot, .bytes = 1});
}

// To change the size with it is tried only where that is named, as all that
// changes sizes.
void RegionAlphabet::AddOtherLayout(Op op) {
  op.verb = Verb::kFreeOtherLayout;
  Add(op);
  if (options_.verbs.empty()) return;
  op.offset = made_.requests.front().bytes;
  for (const Verb verb :
       {Verb::kReallocateOtherLayout, Verb::kResizeOtherLayout}) {
    op.verb = verb;
    Add(op);
  }
}

// The region once more, and a second one behind it, as if it were the first.
void RegionAlphabet::AddMemoryOps() {
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

}  // namespace

std::expected<Alphabet, std::string> MakeRegionAlphabet(
    const lockstep_port& port, const AlphabetOptions& options) {
  return RegionAlphabet(port, options).Make();
}

}  // namespace lockstep::suite
