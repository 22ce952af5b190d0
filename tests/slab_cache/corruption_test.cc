// Every bit, and some values of every byte, that the cache keeps in its slabs
// is changed, in every scene; then everything is tried.

#include "tests/slab_cache/corruption.h"

#include <cstddef>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "allocator/base/address.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {
namespace {

// In a scene whose slab at `place` is touched: every operation there is, a free
// of each of its slots, and of an object in each other slab.
std::vector<Deed> DeedsIn(const Scene& scene, const Yard& yard,
                          std::size_t place) {
  std::vector<Deed> deeds;
  if (scene.has_handle) {
    for (const Verb verb : {Verb::kAllocate, Verb::kAllocateMany, Verb::kTrim,
                            Verb::kDetach, Verb::kAudit}) {
      deeds.push_back({verb});
    }
  }
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    deeds.push_back({Verb::kFree, SlotAt(yard.place(place), slot)});
  }
  const auto place_of = [&](const Point* point) {
    return (AddressOf(point) - yard.start()) / kFamilySlabBytes;
  };
  std::size_t seen = place;
  for (Point* const point : scene.live) {
    if (place_of(point) == place || place_of(point) == seen) continue;
    seen = place_of(point);
    deeds.push_back({Verb::kFree, point});
  }
  return deeds;
}

class Corruption : public testing::Test {
 protected:
  // `masks` are those to try on a byte of that value.
  template <class Masks>
  void Sweep(Masks masks) {
    for (const Scene& scene : Scenes(yard_)) {
      for (std::size_t place = 0; place < kPlaces; ++place) {
        if (scene.picture.lent[place] == 0) continue;
        SweepSlab(scene, place, masks);
      }
    }
    Print();
    yard_.Restore(blank_);
  }

 private:
  static constexpr std::size_t kPlaces = 5;

  template <class Masks>
  void SweepSlab(const Scene& scene, std::size_t place, Masks masks) {
    const auto own = OwnBytes(scene, yard_, place);
    for (const std::size_t at : own) {
      changes_ += masks(scene.picture.bytes[at]).size();
    }
    for (const Deed deed : DeedsIn(scene, yard_, place)) {
      const Aftermath sound = trial_.Play(scene, deed, own[0], 0);
      for (const std::size_t at : own) {
        for (const unsigned char mask : masks(scene.picture.bytes[at])) {
          const Aftermath changed = trial_.Play(scene, deed, at, mask);
          const Verdict verdict = Trial::Judge(scene, sound, changed, at, mask);
          ++counts_[verdict == Verdict::kReported ? changed.outcome
                                                  : "harmless"];
          ASSERT_NE(verdict, Verdict::kFault)
              << scene.name << ", place " << place << ", byte "
              << at % kFamilySlabBytes << " ^ " << +mask << ", verb "
              << static_cast<int>(deed.verb) << ": " << changed.outcome << " ("
              << changed.journal << "), not " << sound.outcome << " ("
              << sound.journal << ")";
        }
      }
    }
  }

  void Print() const {
    std::size_t total = 0;
    for (const auto& [outcome, count] : counts_) {
      std::cout << "  " << outcome << ": " << count << "\n";
      total += count;
    }
    std::cout << "  in all: " << total << " operations after " << changes_
              << " changes in 16 scenes\n";
  }

  Yard yard_{kFamilySlabBytes, kPlaces};
  Yard::Picture blank_ = yard_.Take();
  Trial trial_{yard_};
  std::size_t changes_ = 0;
  std::map<std::string, std::size_t> counts_;
};

TEST_F(Corruption, OfAnyBitIsReportedOrHarmless) {
  Sweep([](unsigned char) {
    return std::vector<unsigned char>{1, 2, 4, 8, 16, 32, 64, 128};
  });
}

TEST_F(Corruption, OfAnyByteIsReportedOrHarmless) {
  Sweep([](unsigned char byte) {
    std::vector<unsigned char> masks;
    for (int value : {0x00, 0x01, 0x7F, 0xA5, 0xFF, ~byte, byte + 1, byte - 1,
                      byte + 3, byte - 3}) {
      value &= 0xFF;
      const auto mask = static_cast<unsigned char>(value ^ byte);
      // A link's check may miss this one: see checked.h.
      const bool is_missed = value - byte == 253 || byte - value == 253;
      if (mask != 0 && !is_missed) masks.push_back(mask);
    }
    return masks;
  });
}

}  // namespace
}  // namespace lockstep
