#include "tools/cli/memory_map.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace lockstep::suite {
namespace {

constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

}  // namespace

void MemoryMap::Begin(const System& system) {
  system_ = &system;
  blocks_.clear();
  const std::uint64_t arena_bytes = system.arena().spec().bytes;
  touched_ = {std::numeric_limits<std::uint64_t>::max(), 0};
  if (window_.start >= window_.end) window_ = {0, arena_bytes};
}

Region MemoryMap::Touched() const {
  if (touched_.start < touched_.end) return touched_;
  return {0, system_->arena().spec().bytes};
}

Verdict MemoryMap::Observe(const Call& call, const Outcome& outcome) {
  if (call.op.verb == Verb::kAllocate && outcome.status == Status::kOk) {
    blocks_[call.op.slot] = {outcome.offset, call.bytes};
    touched_.start = std::min(touched_.start, outcome.offset);
    touched_.end = std::max(
        touched_.end, outcome.offset + std::max<std::uint64_t>(call.bytes, 1));
  } else if (call.op.verb == Verb::kFree && system_->IsDone(outcome.status)) {
    blocks_.erase(call.op.slot);
  }
  return {};
}

std::uint64_t MemoryMap::ColumnBytes() const {
  return (window_.bytes() + width_ - 1) / width_;
}

Region MemoryMap::ColumnsOf(std::uint64_t offset, std::uint64_t bytes) const {
  const std::uint64_t start = std::max(offset, window_.start);
  const std::uint64_t end =
      std::min(offset + std::max<std::uint64_t>(bytes, 1), window_.end);
  if (start >= end) return {0, 0};
  const std::uint64_t column = ColumnBytes();
  return {(start - window_.start) / column,
          (end - 1 - window_.start) / column + 1};
}

std::string MemoryMap::Draw() const {
  std::string row(width_, ' ');
  const auto cells = [&](std::uint64_t offset, std::uint64_t bytes) {
    const Region columns = ColumnsOf(offset, bytes);
    return std::span(row).subspan(static_cast<std::size_t>(columns.start),
                                  static_cast<std::size_t>(columns.bytes()));
  };
  for (const Region region : system_->memory().pieces()) {
    std::ranges::fill(cells(region.start, region.bytes()), '.');
  }
  for (const auto& [slot, block] : blocks_) {
    for (char& cell : cells(block.offset, block.bytes)) {
      const bool is_shared = cell != '.' && cell != ' ';
      cell = is_shared ? '#' : kLetters[slot % kLetters.size()];
    }
  }
  return row;
}

}  // namespace lockstep::suite
