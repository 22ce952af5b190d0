#include "models/shadow/live_blocks.h"

#include <bit>
#include <cstdint>
#include <limits>
#include <span>

namespace lockstep::suite {

void LiveBlocks::Clear() {
  if (entries_.empty()) entries_.resize(1);
  entries_[0] = {
      .block = {.offset = std::numeric_limits<std::uint64_t>::max()}};
  nodes_.assign(1, {});
}

void LiveBlocks::Assign(std::span<const Block> blocks) {
  Clear();
  for (const Block& block : blocks) Insert(Place::kEnd, block);
}

// Where the way down ends, what comes next is under the nearest node above that
// has a later child.
LiveBlocks::Place LiveBlocks::Find(std::uint64_t offset) const {
  if (offset > last_covered_) return Place::kEnd;
  std::uint32_t node = kRoot;
  std::uint32_t later = 0;
  unsigned later_shift = 0;
  for (unsigned shift = root_shift_;; shift -= kFanBits) {
    const Node& at = nodes_[node];
    const unsigned child = ChildOf(offset, shift);
    const std::uint64_t from = at.bits >> child;
    if (from > 1) {
      later = at.children[child + static_cast<unsigned>(std::countr_zero(
                                      from & ~std::uint64_t{1}))];
      later_shift = shift;
    }
    if ((from & 1) == 0) break;
    node = at.children[child];
    if (shift != kBucketBits) continue;
    auto place = static_cast<Place>(node);
    while (At(place).offset < offset) place = After(place);
    return place;
  }
  return later_shift == 0 ? Place::kEnd : FirstUnder(later, later_shift);
}

LiveBlocks::Place LiveBlocks::FirstUnder(std::uint32_t child,
                                         unsigned shift) const {
  for (; shift != kBucketBits; shift -= kFanBits) {
    const Node& node = nodes_[child];
    child = node.children[static_cast<unsigned>(std::countr_zero(node.bits))];
  }
  return static_cast<Place>(child);
}

void LiveBlocks::Insert(Place place, const Block& block) {
  if (entries_.size() <= block.slot + 1) entries_.resize(block.slot + 2);
  const Place own = PlaceOf(block.slot);
  const Place before = EntryAt(place).before;
  EntryAt(own) = {block, before, place};
  EntryAt(before).after = own;
  EntryAt(place).before = own;
  // Only the first of a bucket is in the tree.
  if (BeginsInBucketOf(before, block.offset)) return;
  if (block.offset > last_covered_) Cover(block.offset);
  std::uint32_t node = kRoot;
  for (unsigned shift = root_shift_; shift != kBucketBits; shift -= kFanBits) {
    const unsigned child = ChildOf(block.offset, shift);
    nodes_[node].bits |= BitOf(block.offset, shift);
    const std::uint32_t below = nodes_[node].children[child];
    node = below != 0 ? below : AddNode(node, child);
  }
  nodes_[node].bits |= BitOf(block.offset, kBucketBits);
  nodes_[node].children[ChildOf(block.offset, kBucketBits)] =
      static_cast<std::uint32_t>(own);
}

void LiveBlocks::Cover(std::uint64_t offset) {
  while (offset > last_covered_) {
    root_shift_ += kFanBits;
    last_covered_ = root_shift_ + kFanBits >= 64
                        ? UINT64_MAX
                        : (std::uint64_t{kFan} << root_shift_) - 1;
    if (nodes_[kRoot].bits == 0) {
      nodes_.assign(1, {});
      continue;
    }
    // What was the root is the first child of the new one.
    const auto moved = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(nodes_[kRoot]);
    nodes_[kRoot] = {.bits = 1, .children = {moved}};
    // The children of a leaf are no nodes.
    if (root_shift_ == kBucketBits + kFanBits) continue;
    for (const std::uint32_t child : nodes_[moved].children) {
      if (child != 0) nodes_[child].parent = moved;
    }
  }
}

std::uint32_t LiveBlocks::AddNode(std::uint32_t parent, unsigned child) {
  const auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({.parent = parent});
  nodes_[parent].children[child] = node;
  return node;
}

LiveBlocks::Place LiveBlocks::Erase(std::uint32_t slot) {
  const Entry& own = EntryAt(PlaceOf(slot));
  const Place after = own.after;
  const std::uint64_t offset = own.block.offset;
  EntryAt(own.before).after = after;
  EntryAt(after).before = own.before;
  if (BeginsInBucketOf(own.before, offset)) return after;
  std::uint32_t leaf = kRoot;
  for (unsigned shift = root_shift_; shift != kBucketBits; shift -= kFanBits) {
    leaf = nodes_[leaf].children[ChildOf(offset, shift)];
  }
  if (BeginsInBucketOf(after, offset)) {
    nodes_[leaf].children[ChildOf(offset, kBucketBits)] =
        static_cast<std::uint32_t>(after);
  } else {
    Vacate(leaf, offset);
  }
  return after;
}

void LiveBlocks::Vacate(std::uint32_t leaf, std::uint64_t offset) {
  std::uint32_t node = leaf;
  for (unsigned shift = kBucketBits;; shift += kFanBits) {
    nodes_[node].bits &= ~BitOf(offset, shift);
    if (nodes_[node].bits != 0 || shift == root_shift_) return;
    node = nodes_[node].parent;
  }
}

}  // namespace lockstep::suite
