#include "models/spec/buddy_spec.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>

namespace lockstep::suite {
namespace {

std::uint64_t BlockBytes(std::uint64_t bytes, std::uint64_t align) {
  return std::max({std::bit_ceil(bytes), align, kWordBytes});
}

std::size_t OrderOf(std::uint64_t bytes, std::uint64_t align) {
  return static_cast<std::size_t>(std::countr_zero(BlockBytes(bytes, align)));
}

std::uint64_t BytesOf(std::size_t order) { return std::uint64_t{1} << order; }

// Where the block of that order begins that the offset lies in.
std::uint64_t AlignedDown(std::uint64_t offset, std::size_t order) {
  return offset >> order << order;
}

}  // namespace

Status BuddySpec::Init(Region region) {
  return HasRegion() ? Status::kInvalidParam : Add(region);
}

Status BuddySpec::Add(Region region) {
  const Region inner = RoundInward(region, kWordBytes);
  if (inner.start >= inner.end) return Status::kInvalidParam;
  if (regions_.Overlaps(inner)) return Status::kMemoryOverlap;
  if (!regions_.Touches(inner) && regions_.regions().size() == kMaxRegions) {
    return Status::kNoMemory;
  }
  regions_.Add(inner);
  std::uint64_t block = inner.start;
  while (block < inner.end) {
    std::size_t order = free_.size() - 1;
    while (block % BytesOf(order) != 0 || BytesOf(order) > inner.end - block) {
      --order;
    }
    Push(order, block);
    block += BytesOf(order);
  }
  statistics_.total += inner.bytes();
  statistics_.available += inner.bytes();
  return Status::kOk;
}

void BuddySpec::Push(std::size_t order, std::uint64_t block) {
  free_[order].push_back(block);
  used_orders_ |= BytesOf(order);
}

// Requires a free block of that order.
std::uint64_t BuddySpec::Pop(std::size_t order) {
  const std::uint64_t block = free_[order].back();
  free_[order].pop_back();
  Update(order);
  return block;
}

void BuddySpec::Update(std::size_t order) {
  if (free_[order].empty()) used_orders_ &= ~BytesOf(order);
}

Grant BuddySpec::Allocate(std::uint64_t bytes, std::uint64_t align) {
  if (!IsLayout(bytes, align)) return {Status::kInvalidParam};
  const std::size_t wanted = OrderOf(bytes, align);
  if (wanted >= free_.size() || used_orders_ >> wanted == 0) {
    return {Status::kNoMemory};
  }
  std::size_t order = wanted + static_cast<std::size_t>(
                                   std::countr_zero(used_orders_ >> wanted));
  for (; order > wanted; --order) {
    const std::uint64_t block = Pop(order);
    Push(order - 1, block + BytesOf(order - 1));
    Push(order - 1, block);
  }
  const std::uint64_t block = Pop(wanted);
  statistics_.used += BytesOf(wanted);
  statistics_.available -= BytesOf(wanted);
  *statistics_.requested += bytes;
  return {Status::kOk, block};
}

// What a free, and a change of size, want to be true.
Status BuddySpec::Check(std::optional<std::uint64_t> offset, Size size) const {
  if (!IsLayout(size.bytes, size.align) || !offset) {
    return Status::kInvalidParam;
  }
  const std::uint64_t block = *offset;
  const std::size_t order = OrderOf(size.bytes, size.align);
  if (order >= free_.size()) return Status::kInvalidParam;
  if (!Owns(block, BytesOf(order))) return Status::kNotAllocated;
  if (block != AlignedDown(block, order)) return Status::kInvalidParam;
  if (statistics_.used < BytesOf(order) ||
      *statistics_.requested < size.bytes || HeadsAList(block, order)) {
    return Status::kNotAllocated;
  }
  return Status::kOk;
}

Status BuddySpec::Resize(std::uint64_t offset, Size old_size, Size new_size) {
  const Status sound = Check(offset, old_size);
  if (sound != Status::kOk) return sound;
  const std::size_t order = OrderOf(old_size.bytes, old_size.align);
  const std::size_t wanted = OrderOf(new_size.bytes, new_size.align);
  if (offset % new_size.align != 0) return Status::kNoMemory;
  if (wanted > order) {
    if (wanted >= free_.size() || offset % BytesOf(wanted) != 0) {
      return Status::kNoMemory;
    }
    for (std::size_t i = order; i < wanted; ++i) {
      if (std::ranges::count(free_[i], offset + BytesOf(i)) == 0) {
        return Status::kNoMemory;
      }
    }
    for (std::size_t i = order; i < wanted; ++i) {
      free_[i].erase(std::ranges::find(free_[i], offset + BytesOf(i)));
      Update(i);
    }
  }
  for (std::size_t i = order; i > wanted; --i) {
    Push(i - 1, offset + BytesOf(i - 1));
  }
  statistics_.used += BytesOf(wanted) - BytesOf(order);
  statistics_.available -= BytesOf(wanted) - BytesOf(order);
  *statistics_.requested += new_size.bytes - old_size.bytes;
  return Status::kOk;
}

Status BuddySpec::Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
                       std::uint64_t align) {
  const Status sound = Check(offset, {bytes, align});
  if (sound != Status::kOk) return sound;
  std::uint64_t block = *offset;
  std::size_t order = OrderOf(bytes, align);
  statistics_.used -= BytesOf(order);
  statistics_.available += BytesOf(order);
  *statistics_.requested -= bytes;
  for (; order + 1 < free_.size(); ++order) {
    List& list = free_[order];
    const std::uint64_t buddy = block ^ BytesOf(order);
    // Most recent first: where a long list has it, it is near the top.
    const auto found = std::find(list.rbegin(), list.rend(), buddy);
    if (found == list.rend()) break;
    list.erase(std::next(found).base());
    Update(order);
    block = std::min(block, buddy);
  }
  Push(order, block);
  return Status::kOk;
}

bool BuddySpec::HeadsAList(std::uint64_t block, std::size_t order) const {
  for (auto rest = used_orders_ >> order << order; rest != 0;
       rest &= rest - 1) {
    order = static_cast<std::size_t>(std::countr_zero(rest));
    if (free_[order].back() == AlignedDown(block, order)) return true;
  }
  return false;
}

// Most lists are empty, and nearly all as they were.
void BuddySpec::Follow(const Spec& other) {
  const auto& then = static_cast<const BuddySpec&>(other);
  for (auto rest = used_orders_ | then.used_orders_; rest != 0;
       rest &= rest - 1) {
    const auto order = static_cast<std::size_t>(std::countr_zero(rest));
    if (free_[order] != then.free_[order]) free_[order] = then.free_[order];
  }
  used_orders_ = then.used_orders_;
  if (regions_ != then.regions_) regions_ = then.regions_;
  statistics_ = then.statistics_;
}

void BuddySpec::AppendKey(std::string& key) const {
  AppendNumber(key, regions_.regions().size());
  for (const Region region : regions_.regions()) {
    AppendNumber(key, region.start);
    AppendNumber(key, region.end);
  }
  for (const List& list : free_) AppendNumbers(key, list);
  AppendStatistics(key, statistics_);
}

}  // namespace lockstep::suite
