// A SlabCache family in any state that bytes reach, one of its own bytes
// changed, one operation: it is reported, or harmless. Who judges is the
// corruption sweep's Trial; the sweep tries all changes, but in a few states.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "fuzz/tally.h"
#include "tests/slab_cache/corruption.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kPlaces = 5;

// What comes first in an input; the rest reaches the state.
struct Change {
  std::uint8_t place, at, at_high, bit, verb, target, detaches;
};

// A byte an op: allocate, or free one of the live objects.
Scene Reach(Yard& yard, std::span<const std::uint8_t> bytes, bool detaches) {
  Scene scene{"",
              !detaches,
              FrozenHandle(PointCache::Create(YardProvider{&yard}).value()),
              {},
              {}};
  PointCache& cache = scene.handle.Thawed();
  for (const std::uint8_t byte :
       bytes.first(std::min<std::size_t>(bytes.size(), 4 * kPlaces * kSlots))) {
    if (byte % 3 != 0 || scene.live.empty()) {
      auto box = cache.Allocate(Point{1, 2, 3, byte});
      if (box) scene.live.push_back(box->release());
      scene.name += " allocate";
    } else {
      const std::size_t i = byte / 3 % scene.live.size();
      (void)PointBox::FromRaw(scene.live[i]).Free();
      scene.live.erase(scene.live.begin() + static_cast<std::ptrdiff_t>(i));
      scene.name += " free:" + std::to_string(i);
    }
  }
  if (detaches) (void)cache.Detach();
  scene.picture = yard.Take();
  return scene;
}

void Try(Change change, std::span<const std::uint8_t> bytes) {
  static Yard yard(kFamilySlabBytes, kPlaces);
  static const Yard::Picture kBlank = yard.Take();
  yard.Restore(kBlank);
  const Scene scene = Reach(yard, bytes, change.detaches % 4 == 0);
  const std::size_t place = change.place % kPlaces;
  const auto verb = static_cast<Verb>(change.verb % 6);
  if (scene.picture.lent[place] == 0) return;
  if (verb != Verb::kFree && !scene.has_handle) return;
  const auto own = OwnBytes(scene, yard, place);
  const std::size_t at = own[(change.at + 256u * change.at_high) % own.size()];
  const Deed deed{verb, SlotAt(yard.place(change.target % kPlaces),
                               change.target / kPlaces % kSlots)};
  const auto mask = static_cast<unsigned char>(1u << change.bit % 8);
  Trial trial(yard);
  const Aftermath sound = trial.Play(scene, deed, at, 0);
  const Aftermath changed = trial.Play(scene, deed, at, mask);
  if (Trial::Judge(scene, sound, changed, at, mask) != Verdict::kFault) return;
  std::fprintf(
      stderr,
      "# violation  corruption: a changed bit is reported, or harmless"
      "\n# state     %s%s\n# changed    byte %zu of the slab at place "
      "%zu ^ %d\n# operation  %d, on place %u slot %u\n# expected   %s "
      "(%s), or an error\n# came       %s (%s)\n",
      scene.name.c_str(), scene.has_handle ? "" : " detach",
      at % kFamilySlabBytes, place, mask, static_cast<int>(verb),
      static_cast<unsigned>(change.target % kPlaces),
      static_cast<unsigned>(change.target / kPlaces % kSlots),
      sound.outcome.c_str(), sound.journal.c_str(), changed.outcome.c_str(),
      changed.journal.c_str());
  std::abort();
}

}  // namespace
}  // namespace lockstep::suite

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < sizeof(lockstep::suite::Change)) return 0;
  static lockstep::suite::Tally tally;
  tally.Begin();
  lockstep::suite::Try(
      {data[0], data[1], data[2], data[3], data[4], data[5], data[6]},
      {data + sizeof(lockstep::suite::Change),
       size - sizeof(lockstep::suite::Change)});
  tally.End({.operations = 1});
  return 0;
}
