#ifndef LOCKSTEP_MODELS_SYSTEM_MEMORY_SOURCE_H_
#define LOCKSTEP_MODELS_SYSTEM_MEMORY_SOURCE_H_

// Where the blocks of a port come from: regions that a script gives, a provider
// that the port asks, or the port itself. Each of the three performs the verbs
// that it alone has.
//   Complexity O(regions or pieces) a question.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "models/script/op.h"
#include "models/system/harness_provider.h"
#include "models/system/memory.h"
#include "models/system/region.h"

namespace lockstep::suite {

class System;
struct Call;

class MemorySource {
 public:
  MemorySource() = default;
  virtual ~MemorySource() = default;
  MemorySource(const MemorySource&) = delete;
  MemorySource& operator=(const MemorySource&) = delete;

  // The system has a fresh instance, which has no memory yet.
  virtual void Begin() {}
  virtual void End() {}

  // Whether the port may be asked for a block, and given one back.
  virtual bool MayAllocate() const { return true; }
  virtual bool MayFree() const { return MayAllocate(); }
  // Whether a verb that not every source has may be tried.
  virtual bool MayTry(const Op& /*op*/) const { return false; }
  // Requires that it may be.
  virtual Status Perform(const Call& /*call*/) { return Status::kUnknown; }

  // Whether all of a span is memory that the port has; any may be, if that is
  // its own.
  virtual bool Contains(std::uint64_t /*offset*/,
                        std::uint64_t /*bytes*/) const {
    return true;
  }
  // As given, in the order in which they were accepted; or as taken, rising.
  virtual std::span<const Region> pieces() const { return {}; }
  // What the port, and the source itself, may have written to.
  virtual std::span<const Region> touched() const { return pieces(); }

  // Of the provider, in the last op.
  virtual std::span<const ProviderCall> calls() const { return {}; }
  virtual void ForgetCalls() {}
  // How many of its next calls will go wrong, of each kind.
  virtual std::array<std::uint64_t, 3> pending() const { return {}; }
  // Where memory was written to that the port does not have.
  virtual std::optional<std::uint64_t> FirstScribble() const {
    return std::nullopt;
  }
  // The handles that are attached: one bit each.
  virtual std::uint64_t handles() const { return 0; }

  // As those of a model. False: it has books of its own on what a port did,
  // which change even if no byte does.
  virtual bool IsPassive() const { return true; }
  virtual void Save(std::unique_ptr<Memory>& /*into*/) const {}
  virtual void Restore(const Memory* /*memory*/) {}
};

// For the port of the system, which must outlive it; `state` is that of the
// port. Memory of its own needs no more than what every source says.
std::unique_ptr<MemorySource> MakeGivenRegions(const System& system,
                                               void* state);
std::unique_ptr<MemorySource> MakeProvidedMemory(const System& system,
                                                 void* state);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_MEMORY_SOURCE_H_
