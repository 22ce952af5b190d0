#ifndef LOCKSTEP_MODELS_SPEC_SPEC_H_
#define LOCKSTEP_MODELS_SPEC_SPEC_H_

// An executable specification: what each operation must answer, computed in the
// plainest way from docs/semantics.md, on offsets, without touching the memory.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/region.h"

namespace lockstep::suite {

// What a request is answered with: a block, if the status says so.
struct Grant {
  Status status = Status::kOk;
  std::uint64_t offset = 0;

  operator Outcome() const {  // NOLINT(google-explicit-constructor)
    Outcome outcome;
    outcome.status = status;
    outcome.offset = offset;
    return outcome;
  }
};

class Spec {
 public:
  // A layout that is asked for.
  struct Size {
    std::uint64_t bytes = 0;
    std::uint64_t align = 1;
  };

  virtual ~Spec() = default;

  // Another that goes on from here.
  virtual std::unique_ptr<Spec> Clone() const = 0;
  // Goes on from where `other`, of the same class, is.
  virtual void Follow(const Spec& other) = 0;

  // Regions are those that lie inside the arena.
  virtual Status Init(Region region) = 0;
  virtual Status Add(Region region) = 0;
  virtual Grant Allocate(std::uint64_t bytes, std::uint64_t align) = 0;
  // Null stands for the null pointer.
  virtual Status Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
                      std::uint64_t align) = 0;
  // Where it is; kNoMemory if it would have to move, as it always does in
  // systems that do not offer it.
  virtual Status Resize(std::uint64_t offset, Size old_size, Size new_size);
  // By Resize, or else by Allocate and Free.
  Grant Reallocate(std::uint64_t offset, Size old_size, Size new_size);
  // The outcome's status, min_bytes and max_bytes, for systems that offer it.
  virtual Outcome Usable(std::uint64_t bytes, std::uint64_t align) const;
  virtual Statistics ReadStatistics() const = 0;
  // All that later answers depend on: two of the same class that append the same
  // go on alike.
  virtual void AppendKey(std::string& key) const = 0;
};

// A number, as a key has it.
inline void AppendNumber(std::string& key, std::uint64_t number) {
  for (int byte = 0; byte < 8; ++byte) {
    key += static_cast<char>(number >> (8 * byte) & 0xFF);
  }
}
// So many, and then each.
template <class Numbers>
void AppendNumbers(std::string& key, const Numbers& numbers) {
  AppendNumber(key, numbers.size());
  for (const std::uint64_t number : numbers) AppendNumber(key, number);
}
inline void AppendStatistics(std::string& key, const Statistics& statistics) {
  AppendNumber(key, statistics.total);
  AppendNumber(key, statistics.used);
  AppendNumber(key, statistics.available);
  AppendNumber(key, statistics.requested.value_or(0));
}

// What those have in common that are copied as they are.
template <class Self>
class CopiedSpec : public Spec {
 public:
  std::unique_ptr<Spec> Clone() const override {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }
  void Follow(const Spec& other) override {
    static_cast<Self&>(*this) = static_cast<const Self&>(other);
  }

 private:
  CopiedSpec() = default;
  friend Self;
};

// On this machine: sizes of allocators depend on it.
inline constexpr std::uint64_t kWordBytes = sizeof(void*);
inline constexpr std::uint64_t kLargestLayoutBytes =
    static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max());

inline bool IsLayout(std::uint64_t bytes, std::uint64_t align) {
  return align - 1 <= kLargestLayoutBytes &&
         bytes <= kLargestLayoutBytes - (align - 1);
}

inline Outcome OutcomeOf(Status status) { return Grant{status}; }

// By the name that a port claims, or null if there is none of that name.
std::unique_ptr<Spec> MakeSpec(std::string_view placement);

// All that a port may claim; of slab_cache and slab_cache_locked, see CacheSpec.
std::span<const std::string_view> PlacementNames();

// What is wrong with the claim of a port, or "".
std::string FaultOfPlacement(const lockstep_port& port);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SPEC_SPEC_H_
