#ifndef LOCKSTEP_MODELS_HARNESS_PROVIDER_H_
#define LOCKSTEP_MODELS_HARNESS_PROVIDER_H_

// The provider behind ports that pull memory: pieces of an arena, each time the
// lowest that is free; and it misbehaves as told. Everything is noted, in
// order.
//   Complexity O(pieces) a call.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/arena.h"
#include "models/port.h"
#include "models/region.h"

namespace lockstep {

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
  const lockstep_provider& table() const { return table_; }

  // The next so many takes are refused, or misaligned; the next so many pieces
  // that are given back are not taken back.
  void Refuse(std::uint64_t count) { refuse_ = count; }
  void Misalign(std::uint64_t count) { misalign_ = count; }
  void Keep(std::uint64_t count) { keep_ = count; }

  // Since ForgetCalls.
  std::span<const ProviderCall> calls() const { return calls_; }
  void ForgetCalls() { calls_.clear(); }

  // What is taken and not given back, rising.
  std::span<const Region> taken() const { return taken_; }

  // Where memory was written to that had been given back, or lies behind all
  // that was ever taken. What was given back is left as it came, sentinels and
  // all, until it is taken again.
  std::optional<std::uint64_t> FirstScribble() const;

 private:
  static void* Take(void* context, std::size_t bytes, std::size_t align);
  static int GiveBack(void* context, void* memory, std::size_t bytes,
                      std::size_t align);

  std::optional<Region> FindFree(std::uint64_t bytes, std::uint64_t align,
                                 std::uint64_t shift) const;
  void Mark(Region piece) const;

  lockstep_provider table_;
  const Arena* arena_ = nullptr;
  std::vector<Region> taken_;
  // Given back and not taken since, with what was in it then.
  struct Returned {
    Region piece;
    std::vector<std::byte> contents;
  };
  std::vector<Returned> returned_;
  Region guard_;  // Marked; behind the highest piece that was ever taken.
  std::vector<ProviderCall> calls_;
  std::uint64_t refuse_ = 0;
  std::uint64_t misalign_ = 0;
  std::uint64_t keep_ = 0;
};

}  // namespace lockstep

#endif  // LOCKSTEP_MODELS_HARNESS_PROVIDER_H_
