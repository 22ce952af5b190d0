#ifndef LOCKSTEP_MODELS_SYSTEM_HARNESS_PROVIDER_H_
#define LOCKSTEP_MODELS_SYSTEM_HARNESS_PROVIDER_H_

// The provider behind ports that pull memory: pieces of an arena, each time the
// lowest that is free; and it misbehaves as told. Everything is noted, in
// order.
//   Complexity O(pieces) a call.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lockstep/port.h"
#include "models/system/arena.h"
#include "models/system/region.h"

namespace lockstep::suite {

struct ProviderCall {
  bool is_take = false;
  bool was_granted = false;
  std::uint64_t offset = 0;  // From the arena's base; of a take if granted.
  std::uint64_t bytes = 0;
  std::uint64_t align_bytes = 1;

  friend bool operator==(const ProviderCall&, const ProviderCall&) = default;
};

// Whether it asks for, or gives back, something that can be.
bool IsLayout(const ProviderCall& call);

class HarnessProvider {
 public:
  HarnessProvider() : table_{this, Take, GiveBack} {}
  HarnessProvider(const HarnessProvider&) = delete;
  HarnessProvider& operator=(const HarnessProvider&) = delete;

  // Everything is free.
  void Begin(const Arena& arena);
  // Marks what a script left, so that no other finds anything of it.
  void End();
  const lockstep_provider& table() const { return table_; }

  // The next so many takes are refused, or misaligned; the next so many pieces
  // that are given back are not taken back.
  void Refuse(std::uint64_t count) { books_.refuse = count; }
  void Misalign(std::uint64_t count) { books_.misalign = count; }
  void Keep(std::uint64_t count) { books_.keep = count; }

  // Since ForgetCalls.
  std::span<const ProviderCall> calls() const { return calls_; }
  void ForgetCalls() { calls_.clear(); }

  // What is taken and not given back, rising.
  std::span<const Region> taken() const { return books_.taken; }
  // How many of the next takes and returns will go wrong, of each kind.
  std::array<std::uint64_t, 3> pending() const {
    return {books_.refuse, books_.misalign, books_.keep};
  }

  // Where memory was written to that had been given back, or lies behind all
  // that was ever taken. What was given back is left as it came, sentinels and
  // all, until it is taken again.
  std::optional<std::uint64_t> FirstScribble() const;

  // Given back and not taken since, with what was in it then.
  struct Returned {
    Region piece;
    std::vector<std::byte> contents;
  };
  // All but the arena's bytes: for snapshots.
  struct Books {
    std::vector<Region> taken;
    std::vector<Returned> returned;
    Region guard;  // Marked; behind the highest piece that was ever taken.
    std::uint64_t refuse = 0;
    std::uint64_t misalign = 0;
    std::uint64_t keep = 0;
  };
  const Books& books() const { return books_; }
  void Restore(const Books& books) { books_ = books; }

 private:
  static void* Take(void* context, std::size_t bytes, std::size_t align);
  static int GiveBack(void* context, void* memory, std::size_t bytes,
                      std::size_t align);

  std::optional<Region> FindFree(std::uint64_t bytes, std::uint64_t align,
                                 std::uint64_t shift) const;

  lockstep_provider table_;
  const Arena* arena_ = nullptr;
  Books books_;
  std::vector<ProviderCall> calls_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_HARNESS_PROVIDER_H_
