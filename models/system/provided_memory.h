#ifndef LOCKSTEP_MODELS_SYSTEM_PROVIDED_MEMORY_H_
#define LOCKSTEP_MODELS_SYSTEM_PROVIDED_MEMORY_H_

// The pieces of an arena that a port takes from the harness's provider, and the
// handles through which it is used.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "models/system/harness_provider.h"
#include "models/system/memory_source.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {

class ProvidedMemory final : public MemorySource {
 public:
  ProvidedMemory(const System& system, void* state)
      : system_(system), state_(state) {}

  void Begin() override;
  void End() override { provider_.End(); }
  bool MayAllocate() const override { return handles_ != 0; }
  bool MayFree() const override { return true; }
  bool MayTry(const Op& op) const override;
  Status Perform(const Call& call) override;
  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override;
  std::span<const Region> pieces() const override { return provider_.taken(); }
  // What was given back has marks in it, and so has what lies behind it all.
  std::span<const Region> touched() const override { return {&arena_, 1}; }
  std::span<const ProviderCall> calls() const override {
    return provider_.calls();
  }
  void ForgetCalls() override { provider_.ForgetCalls(); }
  std::array<std::uint64_t, 3> pending() const override {
    return provider_.pending();
  }
  std::optional<std::uint64_t> FirstScribble() const override {
    return provider_.FirstScribble();
  }
  std::uint64_t handles() const override { return handles_; }
  bool IsPassive() const override { return false; }
  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

 private:
  struct Books;
  bool MayAttach(const Op& op) const;
  bool MayCorrupt(const Op& op) const;
  Status Attach(std::uint32_t handle);
  Status Detach(std::uint32_t handle);
  Status Corrupt(const Op& op);

  const System& system_;
  void* state_;
  Region arena_;
  HarnessProvider provider_;
  std::uint64_t handles_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_PROVIDED_MEMORY_H_
