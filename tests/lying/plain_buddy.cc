#include "tests/lying/plain_buddy.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "models/spec/spec.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kMaxRegions = 16;

}  // namespace

std::size_t PlainBuddy::OrderOf(std::size_t bytes, std::size_t align) {
  return static_cast<std::size_t>(std::countr_zero(std::max<std::uint64_t>(
      {std::bit_ceil(std::uint64_t{bytes}), align, kWordBytes})));
}

lockstep_status PlainBuddy::Init(Address start, std::size_t bytes) {
  if (!regions_.regions().empty()) return LOCKSTEP_INVALID_PARAM;
  return Give(start, bytes);
}

lockstep_status PlainBuddy::Add(Address start, std::size_t bytes) {
  if (regions_.regions().empty()) return LOCKSTEP_INVALID_PARAM;
  return Give(start, bytes);
}

lockstep_status PlainBuddy::Give(Address start, std::size_t bytes) {
  if (bytes > UINTPTR_MAX - start) return LOCKSTEP_INVALID_PARAM;
  const Region region = RoundInward({start, start + bytes}, kWordBytes);
  if (region.start >= region.end) return LOCKSTEP_INVALID_PARAM;
  if (regions_.Overlaps(region)) return LOCKSTEP_MEMORY_OVERLAP;
  if (!regions_.Touches(region) && regions_.regions().size() == kMaxRegions) {
    return LOCKSTEP_NO_MEMORY;
  }
  regions_.Add(region);
  statistics_.total += static_cast<std::size_t>(region.bytes());
  statistics_.available += static_cast<std::size_t>(region.bytes());
  Carve(region);
  return LOCKSTEP_OK;
}

void PlainBuddy::Carve(Region region) {
  while (region.start < region.end) {
    std::size_t order = kOrders - 1;
    while (region.start % BytesOf(order) != 0 ||
           BytesOf(order) > region.bytes()) {
      --order;
    }
    Push(order, region.start);
    region.start += BytesOf(order);
  }
}

void PlainBuddy::Push(std::size_t order, Address block) {
  free_[order].push_back(block);
}

void PlainBuddy::PushHalves(std::size_t order, Address block) {
  Push(order - 1, block + BytesOf(order - 1));
  Push(order - 1, block);
}

std::size_t PlainBuddy::ChooseOrder(std::size_t wanted) const {
  while (wanted < kOrders && free_[wanted].empty()) ++wanted;
  return wanted;
}

lockstep_status PlainBuddy::Allocate(std::size_t bytes, std::size_t align,
                                     Address& block) {
  if (!IsLayout(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  const std::size_t wanted = OrderOf(bytes, align);
  std::size_t order = ChooseOrder(wanted);
  if (order >= kOrders) return LOCKSTEP_NO_MEMORY;
  for (; order > wanted; --order) {
    const Address whole = free_[order].back();
    free_[order].pop_back();
    PushHalves(order, whole);
  }
  block = free_[wanted].back();
  free_[wanted].pop_back();
  live_[block] = {bytes, align};
  statistics_.used += static_cast<std::size_t>(BytesOf(wanted));
  statistics_.available -= static_cast<std::size_t>(BytesOf(wanted));
  statistics_.requested += bytes;
  return LOCKSTEP_OK;
}

lockstep_status PlainBuddy::Free(Address block, std::size_t bytes,
                                 std::size_t align) {
  if (!IsLayout(bytes, align) || block == 0) return LOCKSTEP_INVALID_PARAM;
  const std::size_t order = OrderOf(bytes, align);
  if (order >= kOrders) return LOCKSTEP_INVALID_PARAM;
  if (!Owns(block, BytesOf(order))) return LOCKSTEP_NOT_ALLOCATED;
  if (block % BytesOf(order) != 0) return LOCKSTEP_INVALID_PARAM;
  const auto live = live_.find(block);
  if (live == live_.end() ||
      SpanOf(live->second.bytes, live->second.align) != BytesOf(order)) {
    return LOCKSTEP_NOT_ALLOCATED;
  }
  live_.erase(live);
  statistics_.used -= static_cast<std::size_t>(BytesOf(order));
  statistics_.available += static_cast<std::size_t>(BytesOf(order));
  statistics_.requested -= bytes;
  PutBack(block, order);
  return LOCKSTEP_OK;
}

void PlainBuddy::PutBack(Address block, std::size_t order) {
  for (; order < kOrders - 1; ++order) {
    if (std::erase(free_[order], block ^ BytesOf(order)) == 0) break;
    block &= ~BytesOf(order);
  }
  Push(order, block);
}

lockstep_status PlainBuddy::Usable(std::size_t bytes, std::size_t align,
                                   std::size_t& min, std::size_t& max) const {
  if (!IsLayout(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  min = bytes;
  max = static_cast<std::size_t>(SpanOf(bytes, align));
  return LOCKSTEP_OK;
}

const char* PlainBuddy::Audit() const {
  std::uint64_t free_bytes = 0;
  for (std::size_t order = 0; order < kOrders; ++order) {
    free_bytes += free_[order].size() * BytesOf(order);
  }
  return free_bytes == statistics_.available ? nullptr : "free_bytes";
}

}  // namespace lockstep::suite
