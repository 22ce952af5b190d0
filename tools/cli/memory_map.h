#ifndef LOCKSTEP_TOOLS_CLI_MEMORY_MAP_H_
#define LOCKSTEP_TOOLS_CLI_MEMORY_MAP_H_

// A model that judges nothing: it draws where the live blocks are.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {

class MemoryMap final : public Model {
 public:
  explicit MemoryMap(std::size_t width) : width_(width) {}

  // What Draw shows; without it, all of the arena.
  void ShowOnly(Region window) { window_ = window; }
  // What the blocks of the last script spanned; all of the arena if none did.
  Region Touched() const;

  void Begin(const System& system) override;
  Verdict Observe(const Call& call, const Outcome& outcome) override;

  Region window() const { return window_; }
  std::uint64_t ColumnBytes() const;
  std::string Draw() const;

 private:
  struct Block {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };

  // The columns that a span touches, [first, last).
  Region ColumnsOf(std::uint64_t offset, std::uint64_t bytes) const;

  std::size_t width_;
  Region window_;
  Region touched_;
  const System* system_ = nullptr;
  std::map<std::uint32_t, Block> blocks_;  // By slot.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_MEMORY_MAP_H_
