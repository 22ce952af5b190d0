#include "models/shadow/live_blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace lockstep::suite {
namespace {

// How many of the first `count` items come before the one that is looked for, if
// those come first. Without branches, which could not be predicted.
template <class Item, class ComesBefore>
std::size_t CountBefore(const Item* first, std::size_t count,
                        ComesBefore comes_before) {
  const Item* base = first;
  while (count > 1) {
    const std::size_t half = count / 2;
    std::size_t mask = 0 - std::size_t{comes_before(base[half - 1])};
    // Hides from the compiler that this is 0 or ~0: it would branch.
    asm("" : "+r"(mask));
    base += mask & half;
    count -= half;
  }
  const auto found = static_cast<std::size_t>(base - first);
  return found + (count == 1 && comes_before(*base) ? 1 : 0);
}

}  // namespace

void LiveBlocks::Clear() {
  for (auto& chunk : chunks_) spare_.push_back(std::move(chunk));
  chunks_.clear();
  separators_.clear();
  chunks_.push_back(NewChunk());
}

void LiveBlocks::Assign(std::span<const Block> blocks) {
  if (chunks_.size() > 1) Clear();
  chunks_.front()->size = 0;
  for (const Block& block : blocks) {
    if (chunks_.back()->size == kEntries) {
      separators_.push_back(block.offset);
      chunks_.push_back(NewChunk());
    }
    Chunk& last = *chunks_.back();
    if (by_slot_.size() <= block.slot) by_slot_.resize(block.slot + 1);
    by_slot_[block.slot] = block;
    last.entries[last.size++] = {block.offset, block.slot};
  }
}

std::unique_ptr<LiveBlocks::Chunk> LiveBlocks::NewChunk() {
  if (spare_.empty()) return std::make_unique<Chunk>();
  std::unique_ptr<Chunk> chunk = std::move(spare_.back());
  spare_.pop_back();
  chunk->size = 0;
  return chunk;
}

LiveBlocks::Place LiveBlocks::Find(std::uint64_t offset) const {
  const std::size_t number =
      CountBefore(separators_.data(), separators_.size(),
                  [&](std::uint64_t separator) { return separator <= offset; });
  const Chunk& chunk = *chunks_[number];
  return {number, CountBefore(chunk.entries.data(), chunk.size,
                              [&](const Entry& entry) {
                                return entry.offset < offset;
                              })};
}

void LiveBlocks::Insert(Place place, const Block& block) {
  if (by_slot_.size() <= block.slot) by_slot_.resize(block.slot + 1);
  by_slot_[block.slot] = block;
  if (chunks_[place.chunk]->size == kEntries) {
    Split(place.chunk);
    const std::size_t half = chunks_[place.chunk]->size;
    if (place.index > half) place = {place.chunk + 1, place.index - half};
  }
  Chunk& chunk = *chunks_[place.chunk];
  Entry* const at = chunk.entries.data() + place.index;
  Entry* const end = chunk.entries.data() + chunk.size;
  std::copy_backward(at, end, end + 1);
  *at = {block.offset, block.slot};
  ++chunk.size;
}

// The upper half becomes a chunk of its own.
void LiveBlocks::Split(std::size_t chunk) {
  constexpr std::size_t kHalf = kEntries / 2;
  std::unique_ptr<Chunk> upper = NewChunk();
  Chunk& lower = *chunks_[chunk];
  std::copy_n(lower.entries.begin() + kHalf, kHalf, upper->entries.begin());
  upper->size = kHalf;
  lower.size = kHalf;
  const auto after = static_cast<std::ptrdiff_t>(chunk);
  separators_.insert(separators_.begin() + after, upper->entries[0].offset);
  chunks_.insert(chunks_.begin() + after + 1, std::move(upper));
}

LiveBlocks::Place LiveBlocks::Erase(std::uint32_t slot) {
  const Place place = Find(by_slot_[slot].offset);
  Chunk& chunk = *chunks_[place.chunk];
  Entry* const at = chunk.entries.data() + place.index;
  std::copy(at + 1, chunk.entries.data() + chunk.size, at);
  if (--chunk.size != 0 || chunks_.size() == 1) return place;
  spare_.push_back(std::move(chunks_[place.chunk]));
  const auto number = static_cast<std::ptrdiff_t>(place.chunk);
  chunks_.erase(chunks_.begin() + number);
  // That of the first chunk is its successor's.
  separators_.erase(separators_.begin() +
                    std::max<std::ptrdiff_t>(number - 1, 0));
  if (place.chunk == chunks_.size()) {
    return {place.chunk - 1, chunks_.back()->size};
  }
  return {place.chunk, 0};
}

}  // namespace lockstep::suite
