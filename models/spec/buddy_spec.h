#ifndef LOCKSTEP_MODELS_SPEC_BUDDY_SPEC_H_
#define LOCKSTEP_MODELS_SPEC_BUDDY_SPEC_H_

// Where a buddy allocator must put each block: docs/semantics.md, "Buddy". Free
// lists are vectors; the top is the back.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/script/op.h"
#include "models/spec/spec.h"
#include "models/system/region.h"

namespace lockstep::suite {

class BuddySpec final : public CopiedSpec<BuddySpec> {
 public:
  explicit BuddySpec(std::size_t orders = 32) : free_(orders) {}

  Status Init(Region region) override;
  Status Add(Region region) override;
  Grant Allocate(std::uint64_t bytes, std::uint64_t align) override;
  Status Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
              std::uint64_t align) override;
  Status Resize(std::uint64_t offset, Size old_size, Size new_size) override;
  Statistics ReadStatistics() const override { return statistics_; }
  void AppendKey(std::string& key) const override;
  void Follow(const Spec& other) override;

  std::uint64_t total_bytes() const { return statistics_.total; }
  std::uint64_t used_bytes() const { return statistics_.used; }
  bool HasRegion() const { return !regions_.regions().empty(); }
  bool Owns(std::uint64_t offset, std::uint64_t bytes) const {
    return regions_.Contains(offset, bytes);
  }

 private:
  static constexpr std::size_t kMaxRegions = 16;
  using List = std::vector<std::uint64_t>;

  void Push(std::size_t order, std::uint64_t block);
  std::uint64_t Pop(std::size_t order);
  // Of the order's list a block was taken out.
  void Update(std::size_t order);
  bool HeadsAList(std::uint64_t block, std::size_t order) const;
  Status Check(std::optional<std::uint64_t> offset, Size size) const;

  std::vector<List> free_;  // By order.
  // A bit for each order of which there is a free block.
  std::uint64_t used_orders_ = 0;
  RegionSet regions_;
  Statistics statistics_{0, 0, 0, 0};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SPEC_BUDDY_SPEC_H_
