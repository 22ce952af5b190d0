// Our object cache, behind doors that spoil it, or between it and its provider.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lockstep/port.h"
#include "models/system/rules.h"
#include "ports/slab_cache_port.h"
#include "tests/lying/liar.h"

namespace lockstep::suite {
namespace {

lockstep_port HonestCache() {
  lockstep_port port = SlabCachePort();
  port.name = "honest_cache";
  port.placement = nullptr;
  return port;
}

// The harness's, behind the liar's. There is one family at a time.
lockstep_provider g_provider;

void* Take(void* context, std::size_t bytes, std::size_t align) {
  return g_provider.take(context, bytes, align);
}

using GiveBackFunction = decltype(lockstep_provider::give_back);

template <GiveBackFunction kGiveBack>
lockstep_status AttachWith(void* state, std::uint32_t handle,
                           const lockstep_provider* provider) {
  static lockstep_provider spoilt;
  g_provider = *provider;
  spoilt = {provider->context, Take, kGiveBack};
  return SlabCachePort().attach(state, handle, &spoilt);
}

int KeepsItAll(void* /*context*/, void* /*memory*/, std::size_t /*bytes*/,
               std::size_t /*align*/) {
  return 1;
}

int GivesBackHalf(void* context, void* memory, std::size_t bytes,
                  std::size_t align) {
  return g_provider.give_back(context, memory, bytes / 2, align);
}

int GivesBackTwice(void* context, void* memory, std::size_t bytes,
                   std::size_t align) {
  (void)g_provider.give_back(context, memory, bytes, align);
  return g_provider.give_back(context, memory, bytes, align);
}

int ScribblesAfterwards(void* context, void* memory, std::size_t bytes,
                        std::size_t align) {
  const int taken = g_provider.give_back(context, memory, bytes, align);
  auto* const last = static_cast<unsigned char*>(memory) + bytes - 1;
  *last = static_cast<unsigned char>(~*last);
  return taken;
}

lockstep_status RefusesThirteenBytes(void* state, std::size_t bytes,
                                     std::size_t align, void** block) {
  if (bytes == 13) return LOCKSTEP_OUT_OF_MEMORY;
  return SlabCachePort().allocate(state, bytes, align, block);
}

// Where a slot can be had for another, the second one.
lockstep_status PassesOverASlot(void* state, std::size_t bytes,
                                std::size_t align, void** block) {
  const lockstep_port cache = SlabCachePort();
  void* passed_over = nullptr;
  const lockstep_status status =
      cache.allocate(state, bytes, align, &passed_over);
  if (status != LOCKSTEP_OK) return status;
  if (cache.allocate(state, bytes, align, block) != LOCKSTEP_OK) {
    *block = passed_over;
    return LOCKSTEP_OK;
  }
  return cache.deallocate(state, passed_over, bytes, align);
}

lockstep_status FreesWhateverComes(void* state, void* block, std::size_t bytes,
                                   std::size_t align) {
  const lockstep_status status =
      SlabCachePort().deallocate(state, block, bytes, align);
  return status == LOCKSTEP_INVALID_POINTER ? LOCKSTEP_OK : status;
}

lockstep_status CallsNullNotAllocated(void* state, void* block,
                                      std::size_t bytes, std::size_t align) {
  if (block == nullptr) return LOCKSTEP_NOT_ALLOCATED;
  return SlabCachePort().deallocate(state, block, bytes, align);
}

lockstep_status FailsToTrim(void* state) {
  (void)SlabCachePort().trim(state);
  return LOCKSTEP_FATAL_ERROR;
}

void CountsTheHeader(const void* state, lockstep_statistics* out) {
  SlabCachePort().statistics(state, out);
  if (out->total != 0) ++out->used;
}

void* AsksForThirds(void* context, std::size_t bytes, std::size_t /*align*/) {
  return g_provider.take(context, bytes, 3);
}

lockstep_status AttachAskingForThirds(void* state, std::uint32_t handle,
                                      const lockstep_provider* provider) {
  static lockstep_provider spoilt;
  g_provider = *provider;
  spoilt = {provider->context, AsksForThirds, provider->give_back};
  return SlabCachePort().attach(state, handle, &spoilt);
}

// Behind the highest slab, where nobody has been.
lockstep_status WritesBehindItsSlab(void* state, std::size_t bytes,
                                    std::size_t align, void** block) {
  const lockstep_status status =
      SlabCachePort().allocate(state, bytes, align, block);
  if (status != LOCKSTEP_OK) return status;
  const auto address = reinterpret_cast<std::uintptr_t>(*block);
  if (address / 512 % 2 != 0) return status;
  auto* const behind =
      static_cast<unsigned char*>(*block) + (512 - address % 512) + 16;
  *behind = static_cast<unsigned char>(~*behind);
  return status;
}

template <class Function>
Liar SpoiltCache(const char* name, const Rule& rule, std::size_t most_ops,
                 Function lockstep_port::* door, Function spoilt) {
  lockstep_port port = HonestCache();
  port.name = name;
  port.*door = spoilt;
  return {port, HonestCache(), rule.name, most_ops};
}

Liar SpoiltProvider(const char* name, std::size_t most_ops,
                    decltype(lockstep_port::attach) attach) {
  return SpoiltCache(name, kLedgerRule, most_ops, &lockstep_port::attach,
                     attach);
}

Liar MisplacedCache(const char* name, std::size_t most_ops,
                    decltype(lockstep_port::allocate) allocate) {
  Liar liar = SpoiltCache(name, kPlacementRule, most_ops,
                          &lockstep_port::allocate, allocate);
  liar.port.placement = liar.honest.placement = SlabCachePort().placement;
  return liar;
}

}  // namespace

std::vector<Liar> CacheLiars() {
  return {
      SpoiltProvider("lying_keeps_it_all", 2, AttachWith<KeepsItAll>),
      SpoiltProvider("lying_gives_back_half", 2, AttachWith<GivesBackHalf>),
      SpoiltProvider("lying_gives_back_twice", 2, AttachWith<GivesBackTwice>),
      SpoiltProvider("lying_scribbles_afterwards", 2,
                     AttachWith<ScribblesAfterwards>),
      SpoiltProvider("lying_asks_for_thirds", 1, AttachAskingForThirds),
      SpoiltCache("lying_counts_the_header", kConservedRule, 1,
                  &lockstep_port::statistics, &CountsTheHeader),
      SpoiltCache("lying_writes_behind_its_slab", kLedgerRule, 2,
                  &lockstep_port::allocate, &WritesBehindItsSlab),
      SpoiltCache("lying_refuses_thirteen_bytes", kRefusalRule, 2,
                  &lockstep_port::allocate, &RefusesThirteenBytes),
      SpoiltCache("lying_frees_whatever_comes", kDetectedRule, 4,
                  &lockstep_port::deallocate, &FreesWhateverComes),
      SpoiltCache("lying_calls_null_not_allocated", kStatusRule, 2,
                  &lockstep_port::deallocate, &CallsNullNotAllocated),
      SpoiltCache("lying_fails_to_trim", kAcceptedRule, 2, &lockstep_port::trim,
                  &FailsToTrim),
      MisplacedCache("lying_passes_over_a_slot", 2, PassesOverASlot),
  };
}

}  // namespace lockstep::suite
