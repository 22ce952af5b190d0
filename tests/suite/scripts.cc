#include "tests/suite/scripts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kArenaBytes = std::uint64_t{1} << 20;
// More than an arena holds of kBlockBytes.
constexpr std::uint32_t kMany = 2200;
constexpr std::uint64_t kBlockBytes = 512;

class Writer {
 public:
  explicit Writer(const lockstep_port& port) : port_(port) {
    script_.arena = {kArenaBytes, kArenaBytes};
    if (port.init != nullptr) {
      script_.ops.push_back({.verb = Verb::kInit, .bytes = kArenaBytes});
    } else {
      Do(Verb::kAttach);
    }
  }

  void Allocate(std::uint32_t slot, std::uint64_t bytes) {
    Allocate(slot, bytes, UsualAlignLog2());
  }
  void Allocate(std::uint32_t slot, std::uint64_t bytes,
                std::uint8_t align_log2) {
    script_.ops.push_back({.verb = Verb::kAllocate,
                           .align_log2 = align_log2,
                           .slot = slot,
                           .bytes = bytes});
  }
  void Free(std::uint32_t slot) { Do(Verb::kFree, slot); }
  void Do(Verb verb, std::uint32_t slot = 0) {
    script_.ops.push_back({.verb = verb, .slot = slot});
  }
  // As many as the port serves of the size that it serves.
  void Fill() {
    for (std::uint32_t slot = 0; slot < kMany; ++slot) {
      Allocate(slot, Served(kBlockBytes));
    }
  }
  std::uint64_t Served(std::uint64_t bytes) const {
    return port_.max_request_bytes == 0
               ? bytes
               : std::min<std::uint64_t>(bytes, port_.max_request_bytes);
  }

  Script Take() { return std::move(script_); }

 private:
  static constexpr std::uint64_t kUsualAlign = 8;

  // 8, or the most that the port serves.
  std::uint8_t UsualAlignLog2() const {
    const std::uint64_t most = port_.max_request_align;
    return static_cast<std::uint8_t>(std::countr_zero(
        most == 0 ? kUsualAlign : std::min(kUsualAlign, std::bit_floor(most))));
  }

  const lockstep_port& port_;
  Script script_;
};

// All that fits, freed in the order of `slots`, and then all that fits again.
template <class Slots>
Script FillFreeAndFill(const lockstep_port& port, Slots slots) {
  Writer script(port);
  script.Fill();
  for (std::uint32_t i = 0; i < kMany; ++i) script.Free(slots(i));
  script.Fill();
  return script.Take();
}

Script EverySizeAtEveryAlign(const lockstep_port& port) {
  Writer script(port);
  std::uint32_t slot = 0;
  for (std::uint8_t align_log2 = 0; align_log2 < 17; ++align_log2) {
    const std::uint64_t align = std::uint64_t{1} << align_log2;
    for (const std::uint64_t bytes :
         {std::uint64_t{0}, std::uint64_t{1}, align - 1, align, align + 1}) {
      script.Allocate(slot++, bytes, align_log2);
    }
    // Half of them stay, so that the next are not in empty memory.
    for (std::uint32_t one = slot - 4; one < slot; one += 2) script.Free(one);
  }
  return script.Take();
}

Script WhatNoMemoryHolds(const lockstep_port& port) {
  static constexpr std::array<std::uint8_t, 4> kAligns = {0, 4, 12, 16};
  Writer script(port);
  script.Allocate(0, 24);
  std::uint32_t slot = 1;
  for (const std::uint64_t largest :
       {std::uint64_t{std::numeric_limits<std::size_t>::max()},
        std::uint64_t{std::numeric_limits<std::size_t>::max() / 2 + 1},
        kArenaBytes}) {
    for (const unsigned less : {0u, 1u, 7u, 8u, 15u, 16u, 63u, 4095u, 4096u}) {
      for (const std::uint8_t align_log2 : kAligns) {
        script.Allocate(slot, largest - less, align_log2);
        script.Free(slot++);
      }
    }
  }
  return script.Take();
}

Script ManyOfZeroBytes(const lockstep_port& port) {
  Writer script(port);
  for (std::uint32_t slot = 0; slot < 64; ++slot) {
    script.Allocate(slot, 0, static_cast<std::uint8_t>(slot % 8));
  }
  for (std::uint32_t slot = 0; slot < 64; slot += 2) script.Free(slot);
  for (std::uint32_t slot = 0; slot < 64; slot += 2) script.Allocate(slot, 1);
  return script.Take();
}

Script MisuseBetweenUses(const lockstep_port& port) {
  Writer script(port);
  for (std::uint32_t slot = 0; slot < 32; ++slot) {
    script.Allocate(slot, script.Served(8 + 8 * slot));
    script.Do(Verb::kFreeNull);
    script.Free(slot / 2);
    script.Do(Verb::kFreeAgain, slot / 2);
  }
  return script.Take();
}

}  // namespace

Script SmallBlocks(const lockstep_port& port, std::uint32_t count) {
  Writer script(port);
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    script.Allocate(slot, script.Served(16));
  }
  return script.Take();
}

std::vector<NamedScript> ScriptsFor(const lockstep_port& port) {
  return {
      {"fills, and is freed in order",
       FillFreeAndFill(port, [](std::uint32_t i) { return i; })},
      {"fills, and is freed backwards",
       FillFreeAndFill(port, [](std::uint32_t i) { return kMany - 1 - i; })},
      {"fills, and every third goes first",
       // 3 and kMany have no common factor.
       FillFreeAndFill(port, [](std::uint32_t i) { return i * 3 % kMany; })},
      {"every size at every align", EverySizeAtEveryAlign(port)},
      {"what no memory holds", WhatNoMemoryHolds(port)},
      {"many of zero bytes", ManyOfZeroBytes(port)},
      {"misuse between uses", MisuseBetweenUses(port)},
  };
}

}  // namespace lockstep::suite
