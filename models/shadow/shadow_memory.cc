// The part of the shadow that goes back to an earlier point of a script.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/shadow/shadow.h"

namespace lockstep::suite {

struct Shadow::Books final : Memory {
  std::unique_ptr<Memory> memory;
  std::vector<Block> blocks;  // Rising.
  Statistics before;
  std::uint64_t requested_bytes = 0;
  std::optional<Request> just_freed;
  std::uint64_t steps_before = 0;
  std::uint64_t most_live = 0;
  std::uint64_t weight_bytes = 0;
};

void Shadow::Save(std::unique_ptr<Memory>& into) const {
  if (into == nullptr) into = std::make_unique<Books>();
  auto& books = static_cast<Books&>(*into);
  memory_->Save(books.memory);
  books.blocks.clear();
  auto place = blocks_.First();
  for (; place != LiveBlocks::Place::kEnd; place = blocks_.After(place)) {
    books.blocks.push_back(blocks_.At(place));
  }
  books.before = before_;
  books.requested_bytes = requested_bytes_;
  books.just_freed = just_freed_;
  books.steps_before = steps_before_;
  books.most_live = most_live_;
  books.weight_bytes = weight_bytes_;
}

void Shadow::Restore(const Memory* memory) {
  const auto& books = static_cast<const Books&>(*memory);
  memory_->Restore(books.memory.get());
  blocks_.Assign(books.blocks);
  before_ = books.before;
  requested_bytes_ = books.requested_bytes;
  just_freed_ = books.just_freed;
  steps_before_ = books.steps_before;
  most_live_ = books.most_live;
  weight_bytes_ = books.weight_bytes;
}

}  // namespace lockstep::suite
