// Our object cache, whose doors notice what must not count: which handle, how
// many of them, what family.

#include <cstdint>
#include <vector>

#include "lockstep/port.h"
#include "ports/slab_cache_port.h"
#include "tests/lying/law_liar.h"

namespace lockstep::suite {
namespace {

// Of the one instance whose doors these are; create() clears it.
struct Memory {
  std::uint32_t handles = 0;
  std::uint32_t first_handle = 0;
  std::uint32_t families = 0;
  bool has_trimmed = false;
};
Memory g_memory;

lockstep_status Create(void* state) {
  g_memory = {};
  return SlabCachePort().create(state);
}

lockstep_status Attach(void* state, std::uint32_t handle,
                       const lockstep_provider* provider) {
  const auto status = SlabCachePort().attach(state, handle, provider);
  if (status != LOCKSTEP_OK) return status;
  if (g_memory.handles++ == 0) {
    g_memory.first_handle = handle;
    ++g_memory.families;
  }
  return status;
}

// The handle is gone whatever it says.
lockstep_status Detach(void* state, std::uint32_t handle) {
  --g_memory.handles;
  return SlabCachePort().detach(state, handle);
}

// Where a second slot can be had, that one.
lockstep_status ServesTheSecond(void* state, std::size_t bytes,
                                std::size_t align, void** block) {
  const lockstep_port cache = SlabCachePort();
  void* first = nullptr;
  const auto status = cache.allocate(state, bytes, align, &first);
  if (status != LOCKSTEP_OK) return status;
  if (cache.allocate(state, bytes, align, block) != LOCKSTEP_OK) {
    *block = first;
    return LOCKSTEP_OK;
  }
  return cache.deallocate(state, first, bytes, align);
}

template <bool (*kIsOdd)()>
lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  return (kIsOdd() ? ServesTheSecond : SlabCachePort().allocate)(state, bytes,
                                                                 align, block);
}

bool HasAnOddHandle() { return g_memory.first_handle % 2 != 0; }
bool HasSeveralHandles() { return g_memory.handles > 1; }
bool HasHadAFamily() { return g_memory.families > 1; }

// In two calls.
lockstep_status TrimsEveryOtherTime(void* state) {
  g_memory.has_trimmed = !g_memory.has_trimmed;
  return g_memory.has_trimmed ? LOCKSTEP_OK : SlabCachePort().trim(state);
}

LawLiar Noticing(const char* law, const char* name) {
  LawLiar liar{SlabCachePort(), SlabCachePort(), law};
  liar.port.name = name;
  liar.port.create = Create;
  liar.port.attach = Attach;
  liar.port.detach = Detach;
  return liar;
}

template <bool (*kIsOdd)()>
LawLiar Misplacing(const char* law, const char* name) {
  LawLiar liar = Noticing(law, name);
  liar.port.allocate = Allocate<kIsOdd>;
  return liar;
}

}  // namespace

std::vector<LawLiar> CacheLawLiars() {
  LawLiar trims =
      Noticing("a_second_trim_does_nothing", "unlawful_trims_every_other_time");
  trims.port.trim = TrimsEveryOtherTime;
  return {
      Misplacing<HasAnOddHandle>("handles_have_no_number",
                                 "unlawful_prefers_even_handles"),
      Misplacing<HasSeveralHandles>("two_handles_are_as_one",
                                    "unlawful_counts_its_handles"),
      trims,
      Misplacing<HasHadAFamily>("a_dead_family_leaves_nothing",
                                "unlawful_mourns_its_family"),
  };
}

}  // namespace lockstep::suite
