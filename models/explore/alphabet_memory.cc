// The part of making an alphabet that chooses memory, and sizes that suit it.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "models/explore/alphabet_maker.h"
#include "models/script/text.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kFewestUnits = 8;
constexpr std::uint64_t kMostRegionBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kPieces = 8;

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

// Whether two of the smallest requests are served there. A region that should
// be taken and is not: let the judges see that.
bool AlphabetMaker::IsOfUse(std::uint64_t units) {
  PlaceRegion(units);
  system_.Begin(made_.arena);
  if (!system_.HasSoundBounds(made_.opening.front())) return false;
  const auto works = [&](const Op& op) {
    const auto call = system_.Resolve(op, 0);
    return call && system_.Perform(*call).status == Status::kOk;
  };
  return !works(made_.opening.front()) ||
         (works({.verb = Verb::kAllocate, .slot = 0, .bytes = 1}) &&
          works({.verb = Verb::kAllocate, .slot = 1, .bytes = 1}));
}

std::string AlphabetMaker::ChooseRegion() {
  if (options_.units != 0) {
    if (options_.units > kMostRegionBytes / made_.unit_bytes) {
      return Text("at most ", kMostRegionBytes, " bytes can be explored");
    }
    PlaceRegion(options_.units);
    system_.Begin(made_.arena);
    if (system_.HasSoundBounds(made_.opening.front())) return "";
    return Text("a region of ", made_.region_bytes,
                " bytes is none that this port takes: see its "
                "init_granule_bytes and region_align_bytes");
  }
  for (std::uint64_t units = kFewestUnits;
       units * made_.unit_bytes <= kMostRegionBytes; units *= 2) {
    if (IsOfUse(units)) return "";
  }
  return "no region was found in which two requests of one byte are served; "
         "choose one with --units";
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
  if (system_.Pulls()) {
    return {port_.max_request_bytes != 0 ? port_.max_request_bytes : 1};
  }
  if (!IsWhole()) {
    // Of the smallest, an address inside is a whole unit further, if there is
    // room for three sizes of two units and more.
    return {std::min(2 * made_.unit_bytes, made_.region_bytes / 8),
            made_.region_bytes / 4, made_.region_bytes / 2};
  }
  std::vector<std::uint64_t> sizes;
  for (auto bytes = made_.unit_bytes; bytes <= made_.region_bytes; bytes *= 2) {
    sizes.push_back(bytes);
  }
  return sizes;
}

}  // namespace lockstep::suite
