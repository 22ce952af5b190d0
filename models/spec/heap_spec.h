#ifndef LOCKSTEP_MODELS_SPEC_HEAP_SPEC_H_
#define LOCKSTEP_MODELS_SPEC_HEAP_SPEC_H_

// Where slabs, and a heap of seven slabs over a buddy, must put each block:
// docs/semantics.md, "Slab" and "Heap".

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/script/op.h"
#include "models/spec/buddy_spec.h"
#include "models/spec/spec.h"
#include "models/system/region.h"

namespace lockstep::suite {

// Where slabs come from, and what all slabs over it have.
struct SlabMemory {
  BuddySpec buddy;
  std::uint64_t slab_bytes = 0;
  std::uint64_t used_bytes = 0;

  Statistics ReadStatistics() const;
};

class SlabStack {
 public:
  // A power of two.
  explicit SlabStack(std::uint64_t block_bytes) : block_bytes_(block_bytes) {}

  Grant Allocate(std::uint64_t bytes, std::uint64_t align, SlabMemory& memory);
  Status Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
              std::uint64_t align, SlabMemory& memory);
  Status Resize(std::uint64_t offset, Spec::Size old_size, Spec::Size new_size,
                const BuddySpec& buddy) const;

  std::uint64_t block_bytes() const { return block_bytes_; }
  void AppendKey(std::string& key) const;

 private:
  Status Check(std::optional<std::uint64_t> offset, Spec::Size size,
               const BuddySpec& buddy) const;

  std::uint64_t block_bytes_;
  std::vector<std::uint64_t> free_;  // The top is the back.
  std::uint64_t used_bytes_ = 0;
};

// One slab of blocks of 256 bytes over a buddy.
class SlabSpec final : public CopiedSpec<SlabSpec> {
 public:
  Status Init(Region region) override { return memory_.buddy.Init(region); }
  Status Add(Region region) override { return memory_.buddy.Add(region); }
  Grant Allocate(std::uint64_t bytes, std::uint64_t align) override;
  Status Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
              std::uint64_t align) override;
  Statistics ReadStatistics() const override {
    return memory_.ReadStatistics();
  }
  void AppendKey(std::string& key) const override;

 private:
  SlabMemory memory_;
  SlabStack slab_{256};
};

class HeapSpec final : public CopiedSpec<HeapSpec> {
 public:
  Status Init(Region region) override;
  Status Add(Region region) override;
  Grant Allocate(std::uint64_t bytes, std::uint64_t align) override;
  Status Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
              std::uint64_t align) override;
  Status Resize(std::uint64_t offset, Size old_size, Size new_size) override;
  Outcome Usable(std::uint64_t bytes, std::uint64_t align) const override;
  Statistics ReadStatistics() const override {
    return memory_.ReadStatistics();
  }
  void AppendKey(std::string& key) const override;

 private:
  // Null: the buddy serves it.
  SlabStack* SlabFor(std::uint64_t bytes, std::uint64_t align);

  SlabMemory memory_;
  std::array<SlabStack, 7> slabs_ = {
      SlabStack(64),   SlabStack(128),  SlabStack(256), SlabStack(512),
      SlabStack(1024), SlabStack(2048), SlabStack(4096)};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SPEC_HEAP_SPEC_H_
