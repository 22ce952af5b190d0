// The pieces of an arena that a port takes from the harness's provider, and the
// handles through which it is used.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "models/system/harness_provider.h"
#include "models/system/memory_source.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {
namespace {

// The byte may be in a free slot, which is the port's to poison.
[[gnu::no_sanitize_address]] void FlipBit(void* address, unsigned bit) {
  auto* const byte = static_cast<unsigned char*>(address);
  *byte = static_cast<unsigned char>(*byte ^ 1u << bit);
}

class ProvidedMemory final : public MemorySource {
 public:
  ProvidedMemory(const System& system, void* state)
      : system_(system), state_(state) {}

  void Begin() override {
    arena_ = {0, system_.arena().spec().bytes};
    provider_.Begin(system_.arena());
    handles_ = 0;
  }
  void End() override { provider_.End(); }
  bool MayAllocate() const override { return handles_ != 0; }
  bool MayFree() const override { return true; }
  bool MayTry(const Op& op) const override;
  Status Perform(const Call& call) override;
  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return std::ranges::any_of(
        pieces(), [&](Region piece) { return piece.Contains(offset, bytes); });
  }
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
  struct Books final : Memory {
    HarnessProvider::Books provider;
    std::uint64_t handles = 0;
  };
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

bool ProvidedMemory::MayTry(const Op& op) const {
  switch (op.verb) {
    case Verb::kAttach:
      return MayAttach(op);
    case Verb::kDetach:
      return system_.IsAttached(op.slot);
    case Verb::kTrim:
      return handles_ != 0 && system_.port().trim != nullptr;
    case Verb::kCorrupt:
      return handles_ != 0 && system_.port().audit != nullptr && MayCorrupt(op);
    default:
      return op.verb != Verb::kInit && op.verb != Verb::kAdd;
  }
}

// A second family would make it unclear whose a block is.
bool ProvidedMemory::MayAttach(const Op& op) const {
  return op.slot < system_.port().handle_count &&
         !system_.IsAttached(op.slot) &&
         (handles_ != 0 || system_.live_count() == 0);
}

bool ProvidedMemory::MayCorrupt(const Op& op) const {
  const auto slabs = provider_.taken();
  if (op.slot >= slabs.size() || op.bytes >= 8 ||
      op.offset >= slabs[op.slot].bytes()) {
    return false;
  }
  const std::uint64_t at = slabs[op.slot].start + op.offset;
  return std::ranges::none_of(system_.slots(), [&](const System::Slot& slot) {
    return slot.state == System::SlotState::kLive && slot.offset <= at &&
           at - slot.offset < slot.bytes;
  });
}

Status ProvidedMemory::Perform(const Call& call) {
  const Op& op = call.op;
  switch (op.verb) {
    case Verb::kAttach:
      return Attach(op.slot);
    case Verb::kDetach:
      return Detach(op.slot);
    case Verb::kTrim: {
      const Witness::Call calling(system_.witness(), Function::kTrim);
      return StatusFrom(system_.port().trim(state_));
    }
    case Verb::kRefuse:
      provider_.Refuse(op.bytes);
      return Status::kOk;
    case Verb::kMisalign:
      provider_.Misalign(op.bytes);
      return Status::kOk;
    case Verb::kKeep:
      provider_.Keep(op.bytes);
      return Status::kOk;
    default:
      return Corrupt(op);
  }
}

Status ProvidedMemory::Attach(std::uint32_t handle) {
  Status status = Status::kUnknown;
  {
    const Witness::Call calling(system_.witness(), Function::kAttach);
    status =
        StatusFrom(system_.port().attach(state_, handle, &provider_.table()));
  }
  if (status == Status::kOk) handles_ |= std::uint64_t{1} << handle;
  return status;
}

Status ProvidedMemory::Detach(std::uint32_t handle) {
  Status status = Status::kUnknown;
  {
    const Witness::Call calling(system_.witness(), Function::kDetach);
    status = StatusFrom(system_.port().detach(state_, handle));
  }
  if (system_.IsDone(status)) handles_ &= ~(std::uint64_t{1} << handle);
  return status;
}

// kFatalError when the audit noticed.
Status ProvidedMemory::Corrupt(const Op& op) {
  const std::uint64_t start = provider_.taken()[op.slot].start;
  std::byte* const byte = system_.arena().At(start + op.offset);
  const auto bit = static_cast<unsigned>(op.bytes);
  FlipBit(byte, bit);
  const bool is_noticed = system_.Audit() != nullptr;
  FlipBit(byte, bit);
  return is_noticed ? Status::kFatalError : Status::kOk;
}

void ProvidedMemory::Save(std::unique_ptr<Memory>& into) const {
  if (into == nullptr) into = std::make_unique<Books>();
  auto& books = static_cast<Books&>(*into);
  books.provider = provider_.books();
  books.handles = handles_;
}

void ProvidedMemory::Restore(const Memory* memory) {
  const auto& books = static_cast<const Books&>(*memory);
  provider_.Restore(books.provider);
  handles_ = books.handles;
}

}  // namespace

std::unique_ptr<MemorySource> MakeProvidedMemory(const System& system,
                                                 void* state) {
  return std::make_unique<ProvidedMemory>(system, state);
}

}  // namespace lockstep::suite
