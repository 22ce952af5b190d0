// The part of making an alphabet that chooses memory, and sizes that suit it.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string>
#include <vector>

#include "models/explore/alphabet_maker.h"
#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kFewestUnits = 8;
constexpr std::uint64_t kMostRegionBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kPieces = 8;
// That are to be served side by side.
constexpr std::size_t kFewSizes = 3;

}  // namespace

// On a multiple of its size, with memory on either side that is not the port's.
void AlphabetMaker::PlaceRegion(std::uint64_t units) {
  const std::uint64_t bytes = units * made_.unit_bytes;
  const std::uint64_t start =
      std::max<std::uint64_t>(std::bit_ceil(bytes), port_.region_align_bytes);
  made_.region_bytes = bytes;
  made_.arena = {3 * start, start};
  made_.opening = {{.verb = Verb::kInit, .bytes = bytes, .offset = start}};
}

bool AlphabetMaker::HasSoundRegion() {
  system_.Begin(made_.arena);
  return system_.HasSoundBounds(made_.opening.front());
}

// A fresh instance with the region, if the port takes it.
bool AlphabetMaker::BeginInRegion() {
  system_.Begin(made_.arena);
  const auto call = system_.Resolve(made_.opening.front(), 0);
  return call && system_.Perform(*call).status == Status::kOk;
}

bool AlphabetMaker::IsServed(Op op, std::uint32_t slot) {
  op.slot = slot;
  const auto call = system_.Resolve(op, 0);
  return call && system_.Perform(*call).status == Status::kOk;
}

// Of the first few requests, each made once.
std::size_t AlphabetMaker::CountServedTogether() {
  if (!BeginInRegion()) return 0;
  std::size_t served = 0;
  for (const Op& op : made_.requests | std::views::take(kFewSizes)) {
    if (IsServed(op, static_cast<std::uint32_t>(served))) ++served;
  }
  return served;
}

std::string AlphabetMaker::TakeRegion(std::uint64_t units) {
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
std::string AlphabetMaker::ProbeRegions() {
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

std::string AlphabetMaker::ChooseRegion() {
  return options_.units != 0 ? TakeRegion(options_.units) : ProbeRegions();
}

// As many as the first piece that is asked for, at its size.
void AlphabetMaker::ChoosePieces() {
  made_.arena = {kMostRegionBytes, kMostRegionBytes};
  system_.Begin(made_.arena);
  if (const auto call = system_.Resolve({.verb = Verb::kAttach}, 0)) {
    system_.Perform(*call);
  }
  std::uint64_t piece_bytes = 4096;
  for (const ProviderCall& call : system_.provider().calls()) {
    if (IsLayout(call)) {
      piece_bytes =
          std::max(std::bit_ceil(std::min(call.bytes, kMostRegionBytes / 2)),
                   std::min(call.align_bytes, kMostRegionBytes / 2));
    }
  }
  made_.arena = {kPieces * piece_bytes, piece_bytes};
}

std::vector<std::uint64_t> AlphabetMaker::Sizes() const {
  if (!options_.sizes.empty()) return options_.sizes;
  const std::uint64_t most_bytes = port_.max_request_bytes;
  if (system_.Pulls()) return {most_bytes != 0 ? most_bytes : 1};
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
  if (most_bytes != 0) {
    for (std::uint64_t& bytes : sizes) bytes = std::min(bytes, most_bytes);
    const auto same = std::ranges::unique(sizes);
    sizes.erase(same.begin(), same.end());
  }
  return sizes;
}

void AlphabetMaker::ChooseRequests() {
  made_.requests.clear();
  for (const std::uint64_t bytes : Sizes()) {
    made_.requests.push_back(RequestOf(bytes));
  }
}

// As aligned as its size is; or less, if only that is served in fresh memory.
// Where spans coalesce, a request that is refused there breaks a rule.
Op AlphabetMaker::RequestOf(std::uint64_t bytes) {
  std::uint64_t align = bytes == 0 ? 1 : bytes & (~bytes + 1);
  if (port_.max_request_align != 0) {
    align = std::min<std::uint64_t>(align, port_.max_request_align);
  }
  const Op wanted{
      .verb = Verb::kAllocate,
      .align_log2 = static_cast<std::uint8_t>(std::countr_zero(align)),
      .bytes = bytes};
  if (system_.Pulls() || Promises(LOCKSTEP_COALESCES)) return wanted;
  for (Op op = wanted;; --op.align_log2) {
    if (BeginInRegion() && IsServed(op, 0)) return op;
    if (op.align_log2 == 0) return wanted;
  }
}

}  // namespace lockstep::suite
