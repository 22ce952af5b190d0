#include "models/spec/heap_spec.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kSetBlocks = 64;
constexpr std::uint64_t kSmallestBytes = 64;
constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kMinHeapBytes = 32 * 1024;

bool Fits(std::uint64_t bytes, std::uint64_t align, std::uint64_t block_bytes) {
  return bytes <= block_bytes && align <= block_bytes;
}

}  // namespace

// Slab memory counts in the buddy's figures and again in the slab's. A total
// that the machine cannot hold is its largest number.
Statistics SlabMemory::ReadStatistics() const {
  const std::uint64_t sum = buddy.total_bytes() + slab_bytes;
  const std::uint64_t available = sum - buddy.used_bytes() - used_bytes;
  const std::uint64_t total = std::min(sum, std::uint64_t{SIZE_MAX});
  return {total, total - available, available, std::nullopt};
}

Grant SlabStack::Allocate(std::uint64_t bytes, std::uint64_t align,
                          SlabMemory& memory) {
  if (!IsLayout(bytes, align) || !Fits(bytes, align, block_bytes_)) {
    return {Status::kInvalidParam};
  }
  if (free_.empty()) {
    const Grant set =
        memory.buddy.Allocate(kSetBlocks * block_bytes_, kPageBytes);
    if (set.status != Status::kOk) return set;
    for (std::uint64_t i = 0; i < kSetBlocks; ++i) {
      free_.push_back(set.offset + i * block_bytes_);
    }
    memory.slab_bytes += kSetBlocks * block_bytes_;
  }
  const std::uint64_t block = free_.back();
  free_.pop_back();
  used_bytes_ += block_bytes_;
  memory.used_bytes += block_bytes_;
  return {Status::kOk, block};
}

Status SlabStack::Check(std::optional<std::uint64_t> offset, Spec::Size size,
                        const BuddySpec& buddy) const {
  if (!IsLayout(size.bytes, size.align) ||
      !Fits(size.bytes, size.align, block_bytes_) || !offset) {
    return Status::kInvalidParam;
  }
  if (!buddy.Owns(*offset, block_bytes_)) return Status::kNotAllocated;
  if ((*offset & (block_bytes_ - 1)) != 0) return Status::kInvalidParam;
  if (used_bytes_ == 0 || (!free_.empty() && free_.back() == *offset)) {
    return Status::kNotAllocated;
  }
  return Status::kOk;
}

Status SlabStack::Resize(std::uint64_t offset, Spec::Size old_size,
                         Spec::Size new_size, const BuddySpec& buddy) const {
  const Status sound = Check(offset, old_size, buddy);
  if (sound != Status::kOk) return sound;
  return Fits(new_size.bytes, new_size.align, block_bytes_) ? Status::kOk
                                                            : Status::kNoMemory;
}

Status SlabStack::Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
                       std::uint64_t align, SlabMemory& memory) {
  const Status sound = Check(offset, {bytes, align}, memory.buddy);
  if (sound != Status::kOk) return sound;
  free_.push_back(*offset);
  used_bytes_ -= block_bytes_;
  memory.used_bytes -= block_bytes_;
  return Status::kOk;
}

Grant SlabSpec::Allocate(std::uint64_t bytes, std::uint64_t align) {
  return slab_.Allocate(bytes, align, memory_);
}

Status SlabSpec::Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
                      std::uint64_t align) {
  return slab_.Free(offset, bytes, align, memory_);
}

Status HeapSpec::Init(Region region) {
  if (region.start % kPageBytes != 0 || region.bytes() % kMinHeapBytes != 0) {
    return Status::kInvalidParam;
  }
  return memory_.buddy.Init(region);
}

Status HeapSpec::Add(Region region) {
  if (!memory_.buddy.HasRegion() || region.start % kPageBytes != 0 ||
      region.bytes() % kPageBytes != 0) {
    return Status::kInvalidParam;
  }
  return memory_.buddy.Add(region);
}

SlabStack* HeapSpec::SlabFor(std::uint64_t bytes, std::uint64_t align) {
  const std::uint64_t least = std::max({bytes, align, kSmallestBytes});
  const auto number =
      static_cast<std::size_t>(std::bit_width((least - 1) / kSmallestBytes));
  return number < slabs_.size() ? &slabs_[number] : nullptr;
}

[[gnu::flatten]] Grant HeapSpec::Allocate(std::uint64_t bytes,
                                          std::uint64_t align) {
  SlabStack* const slab = SlabFor(bytes, align);
  return slab == nullptr ? memory_.buddy.Allocate(bytes, align)
                         : slab->Allocate(bytes, align, memory_);
}

[[gnu::flatten]] Status HeapSpec::Free(std::optional<std::uint64_t> offset,
                                       std::uint64_t bytes,
                                       std::uint64_t align) {
  SlabStack* const slab = SlabFor(bytes, align);
  return slab == nullptr ? memory_.buddy.Free(offset, bytes, align)
                         : slab->Free(offset, bytes, align, memory_);
}

Status HeapSpec::Resize(std::uint64_t offset, Size old_size, Size new_size) {
  const SlabStack* const from = SlabFor(old_size.bytes, old_size.align);
  const SlabStack* const to = SlabFor(new_size.bytes, new_size.align);
  if (from != to) {
    const Status sound =
        from == nullptr
            ? memory_.buddy.Resize(offset, old_size, old_size)
            : from->Resize(offset, old_size, old_size, memory_.buddy);
    return sound == Status::kOk ? Status::kNoMemory : sound;
  }
  return from == nullptr
             ? memory_.buddy.Resize(offset, old_size, new_size)
             : from->Resize(offset, old_size, new_size, memory_.buddy);
}

Outcome HeapSpec::Usable(std::uint64_t bytes, std::uint64_t align) const {
  if (!IsLayout(bytes, align)) return OutcomeOf(Status::kInvalidParam);
  std::uint64_t max_bytes = bytes;
  for (std::size_t i = slabs_.size(); i-- > 0;) {
    const std::uint64_t block_bytes = slabs_[i].block_bytes();
    if (Fits(bytes, align, block_bytes)) max_bytes = block_bytes;
  }
  Outcome outcome;
  outcome.status = Status::kOk;
  outcome.min_bytes = bytes;
  outcome.max_bytes = max_bytes;
  return outcome;
}

void SlabStack::AppendKey(std::string& key) const {
  AppendNumbers(key, free_);
  AppendNumber(key, used_bytes_);
}

void SlabSpec::AppendKey(std::string& key) const {
  memory_.buddy.AppendKey(key);
  slab_.AppendKey(key);
}

void HeapSpec::AppendKey(std::string& key) const {
  memory_.buddy.AppendKey(key);
  for (const SlabStack& slab : slabs_) slab.AppendKey(key);
}

}  // namespace lockstep::suite
