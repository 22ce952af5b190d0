#include "tests/slab_cache/corruption.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {
namespace {

template <class T>
std::string Say(const CacheResult<T>& result, bool& is_report) {
  is_report = !result;
  if (result) return "success";
  constexpr const char* kNames[] = {"OutOfMemory", "InvalidPointer",
                                    "AlignmentMismatch", "FatalError"};
  return kNames[static_cast<std::size_t>(result.error())];
}

std::string Allocate(PointCache& cache, bool& is_report) {
  auto box = cache.Allocate();
  std::string said = Say(box, is_report);
  if (!box) return said;
  return std::to_string(AddressOf(box->release()));
}

std::string AllocateMany(PointCache& cache, bool& is_report) {
  std::array<PointBox, kSlots + 1> boxes;
  std::string said = Say(cache.AllocateMany(boxes), is_report);
  for (PointBox& box : boxes) {
    if (box) said += ' ' + std::to_string(AddressOf(box.release()));
  }
  return said;
}

}  // namespace

std::string Trial::Do(PointCache& cache, Deed deed, bool& is_report) {
  switch (deed.verb) {
    case Verb::kAllocate:
      return Allocate(cache, is_report);
    case Verb::kAllocateMany:
      return AllocateMany(cache, is_report);
    case Verb::kFree:
      return Say(PointBox::FromRaw(deed.point).Free(), is_report);
    case Verb::kTrim:
      return Say(cache.Trim(), is_report);
    case Verb::kDetach:
      return Say(cache.Detach(), is_report);
    case Verb::kAudit:
      break;
  }
  const char* const broken = cache.Audit();
  is_report = broken != nullptr;
  return is_report ? "Audit" : "success";
}

Aftermath Trial::Play(const Scene& scene, Deed deed, std::size_t offset,
                      unsigned char mask) {
  yard_.Restore(scene.picture);
  FrozenHandle handle = scene.handle;
  auto* const byte =
      static_cast<unsigned char*>(PointerTo(yard_.start() + offset));
  const bool was_poisoned = IsPoisoned(byte);
  Unpoison(byte, 1);
  *byte ^= mask;
  if (was_poisoned) Poison(PointerTo(AlignDown(AddressOf(byte), 8)), 8);
  Aftermath aftermath{};
  aftermath.outcome = Do(handle.Thawed(), deed, aftermath.is_report);
  aftermath.journal = yard_.Journal();
  aftermath.picture = yard_.Take();
  return aftermath;
}

Verdict Trial::Judge(const Scene& scene, const Aftermath& sound,
                     const Aftermath& changed, std::size_t offset,
                     unsigned char mask) {
  const bool is_same_outcome = changed.outcome == sound.outcome;
  const Yard::Picture& expected =
      is_same_outcome ? sound.picture : scene.picture;
  if (changed.picture.lent != expected.lent) return Verdict::kFault;
  if (is_same_outcome && changed.journal != sound.journal) {
    return Verdict::kFault;
  }
  // What was changed may be as it was, or as it was made.
  std::vector<unsigned char> came = changed.picture.bytes;
  if (came[offset] == (expected.bytes[offset] ^ mask)) {
    came[offset] = expected.bytes[offset];
  }
  for (std::size_t place = 0; place < expected.lent.size(); ++place) {
    // What was lent and given back since may be written to.
    const bool may_differ = !is_same_outcome && !changed.journal.empty() &&
                            expected.lent[place] == 0;
    const std::size_t first = place * kFamilySlabBytes;
    if (!may_differ && std::memcmp(&expected.bytes[first], &came[first],
                                   kFamilySlabBytes) != 0) {
      return Verdict::kFault;
    }
  }
  if (is_same_outcome) return Verdict::kHarmless;
  return changed.is_report ? Verdict::kReported : Verdict::kFault;
}

std::vector<std::size_t> OwnBytes(const Scene& scene, const Yard& yard,
                                  std::size_t place) {
  const std::size_t slab = place * kFamilySlabBytes;
  std::vector<std::size_t> offsets;
  const std::size_t bits_end = sizeof(PointSlab) + (kSlots + 15) / 16 * 4;
  for (std::size_t at = 0; at < bits_end; ++at) offsets.push_back(slab + at);
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const std::size_t first =
        slab + kPointShape.slots_offset + slot * sizeof(Point);
    const auto is_it = [&](const Point* live) {
      return AddressOf(live) == yard.start() + first;
    };
    if (std::ranges::any_of(scene.live, is_it)) continue;
    for (std::size_t at = 0; at < 4; ++at) offsets.push_back(first + at);
  }
  return offsets;
}

}  // namespace lockstep
