#ifndef LOCKSTEP_TESTS_SLAB_CACHE_CORRUPTION_H_
#define LOCKSTEP_TESTS_SLAB_CACHE_CORRUPTION_H_

// What becomes of an operation on a family in which one byte of the cache's own
// was changed, compared with the same operation on the sound family.
//   Reported   an error, or a name from Audit, where the sound family has none
//              or another; no byte of a slab has changed, and what was lent
//              meanwhile was given back.
//   Harmless   the same outcome, the same calls of the provider, and the same
//              memory but for the byte that was changed.
//   Else       a fault of the cache.

#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {

// A handle that can be copied byte by byte, and is never destroyed.
class FrozenHandle {
 public:
  explicit FrozenHandle(PointCache cache) {
    ::new (bytes_) PointCache(std::move(cache));
  }
  PointCache& Thawed() { return *reinterpret_cast<PointCache*>(bytes_); }

 private:
  alignas(PointCache) std::byte bytes_[sizeof(PointCache)];
};

// A state that a script has reached.
struct Scene {
  std::string name;
  bool has_handle;
  FrozenHandle handle;
  std::vector<Point*> live;
  Yard::Picture picture;
};

// The states that are swept.
std::vector<Scene> Scenes(Yard& yard);

enum class Verb { kAllocate, kAllocateMany, kFree, kTrim, kDetach, kAudit };

struct Deed {
  Verb verb;
  Point* point = nullptr;  // To free: live, free or never allocated.
};

struct Aftermath {
  std::string outcome;  // An error, a name, an address, or success.
  bool is_report;
  std::string journal;
  Yard::Picture picture;
};

enum class Verdict { kReported, kHarmless, kFault };

class Trial {
 public:
  explicit Trial(Yard& yard) : yard_(yard) {}

  // From the scene, with the byte at `offset` changed by `mask`.
  Aftermath Play(const Scene& scene, Deed deed, std::size_t offset,
                 unsigned char mask);
  static Verdict Judge(const Scene& scene, const Aftermath& sound,
                       const Aftermath& changed, std::size_t offset,
                       unsigned char mask);

 private:
  static std::string Do(PointCache& cache, Deed deed, bool& is_report);

  Yard& yard_;
};

// Where the cache keeps what it must not lose, in one slab: its header, its
// bits, and the links of its free slots.
std::vector<std::size_t> OwnBytes(const Scene& scene, const Yard& yard,
                                  std::size_t place);

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_SLAB_CACHE_CORRUPTION_H_
