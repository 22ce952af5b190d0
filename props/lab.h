#ifndef LOCKSTEP_PROPS_LAB_H_
#define LOCKSTEP_PROPS_LAB_H_

// Instances of a port, for laws to try things on. It judges nothing.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/system.h"
#include "models/system/witness.h"

namespace lockstep::suite {

// An instance, and what it answers.
class Subject {
 public:
  // From here on are slots that no script names.
  static constexpr std::uint32_t kSpareSlot = 512;

  // The witness is told of every step; it may be null.
  explicit Subject(const lockstep_port& port, Witness* witness = nullptr)
      : system_(port, witness) {}

  // A fresh one, with empty slots.
  void Begin(ArenaSpec arena);
  // kSkipped when there is nothing to act on.
  Outcome Do(const Op& op);
  std::vector<Outcome> DoAll(std::span<const Op> ops);

  // Into a slot that is empty: the offset, or null when it is refused.
  std::optional<std::uint64_t> Allocate(std::uint32_t slot, std::uint64_t bytes,
                                        std::uint8_t align_log2 = 0);
  bool Free(std::uint32_t slot);
  std::vector<std::uint32_t> LiveSlots() const;

  // Whether the provider was called in the last op.
  bool HasCalledProvider() const { return !system_.memory().calls().empty(); }
  // The bytes of a block, or of all of the arena, if they are the port's.
  void Fill(std::uint64_t offset, std::uint64_t bytes, std::byte with);
  void FillArena(std::byte with);

  const System& system() const { return system_; }
  std::uint64_t operations() const { return operations_; }

 private:
  System system_;
  std::size_t step_ = 0;
  std::uint64_t operations_ = 0;
};

class Lab {
 public:
  explicit Lab(const lockstep_port& port, Witness* witness = nullptr)
      : table_(port), one(table_, witness), other(table_, witness) {}

  const lockstep_port& port() const { return table_; }
  std::uint64_t operations() const {
    return one.operations() + other.operations();
  }

  // How many scripts met the premise of the law, so that something was tried.
  std::uint64_t applied() const { return applied_; }
  void BeginScript() { has_applied_ = false; }
  void Apply() {
    if (!has_applied_) ++applied_;
    has_applied_ = true;
  }

  // Until false, the port offers neither statistics nor an audit.
  void Mute(bool is_mute) {
    table_.statistics = is_mute ? nullptr : statistics_;
    table_.audit = is_mute ? nullptr : audit_;
  }

 private:
  lockstep_port table_;
  decltype(lockstep_port::statistics) statistics_ = table_.statistics;
  decltype(lockstep_port::audit) audit_ = table_.audit;
  std::uint64_t applied_ = 0;
  bool has_applied_ = false;

 public:
  Subject one;
  Subject other;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PROPS_LAB_H_
