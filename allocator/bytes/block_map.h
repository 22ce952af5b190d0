#ifndef LOCKSTEP_ALLOCATOR_BYTES_BLOCK_MAP_H_
#define LOCKSTEP_ALLOCATOR_BYTES_BLOCK_MAP_H_

// A map of the blocks that an allocator has, in memory that its caller gives
// with each region: one entry for each unit, which says what begins there.
//
//     region   +---------------+-------+-------+-------+-------+
//              | used, order 13        | free  | slab  | slab  |  units of 4096
//              +---------------+-------+-------+-------+-------+
//     map      | used | 13     |   0   | free  | slab  | slab  |
//              +---------------+-------+-------+-------+-------+
//
// The allocator has a table of regions and their maps, by address. What does not
// fit into it, because many regions touch, forms a chain through the maps:
//
//     table in the allocator          memory of the 17th map
//     +------+---------+              +------+---------+------+------+--------
//     | span | entries |    chain --->| span | entries | next | seal | entries
//     | span | entries |              +------+----*----+------+------+--------
//     | ...  |                                    +------------------^
//
//   Units      bytes, except `order`: 1 << order bytes. kUnitBytes is the
//              smallest block that has an entry.
//   Requires   memory for the map that nobody else uses, as long as the regions.
//   Errors     Add: kInvalidParam (memory that is null, misaligned, too small,
//              or past the end of the address space), kMemoryOverlap (it shares
//              memory with a region or a map), kNoMemory (regions further apart
//              than the links of List reach; or the chain is damaged).
//   Complexity Find and SetTag O(1) in the region that was found last, and
//              otherwise O(log(regions)), for the first kTableParts; O(regions)
//              for more. Add O(entries + regions); Audit, ForEach O(entries).
//   Memory     PageMap: 16 bytes for each 4096 (0.39 %). UnitMap: one for each
//              8 bytes (12.5 %). BytesFor adds 40 for each region, and 24 on a
//              machine of 32 bits.
//   Invariant  blocks fill the regions, each aligned to its size; between their
//              first entries there is nothing (checked by Audit).
//
// No bit of the map that flips makes anybody write outside the regions and their
// maps: a block is looked up before it is believed, tags of different kinds
// differ in two bits, and what leads to the next map is under a seal.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "allocator/base/address.h"
#include "allocator/base/error.h"
#include "allocator/bytes/map_entry.h"
#include "allocator/bytes/region_table.h"
#include "allocator/bytes/two_way_list.h"

namespace lockstep {

template <std::size_t kUnit, class Entry>
class BlockMap {
 public:
  using List = TwoWayList<kUnit>;
  static constexpr bool kIsMapped = true;
  static constexpr std::size_t kUnitBytes = kUnit;

  // What a region of that size takes, aligned as std::max_align_t.
  static constexpr std::size_t BytesFor(std::size_t region_bytes) {
    return sizeof(ChainedPart) + region_bytes / kUnit * sizeof(Entry);
  }

  // Requires a span of whole units. The map says that nothing begins there.
  Result<void> Add(Span region, void* memory, std::size_t bytes);

  // The entry of a unit, or null outside the regions.
  Entry* Find(Address unit) const {
    return IsNear(unit) ? &Near(unit) : FindFurther(unit);
  }

  // The same in the region that Find found last, and for what lies in it.
  bool IsNear(Address unit) const { return near_.Has(unit); }
  Entry& Near(Address unit) const { return near_.At(unit); }

  Tag TagAt(Address unit) const {
    const Entry* const entry = Find(unit);
    return entry == nullptr ? kNoTag : entry->tag;
  }

  // Outside the regions, nothing.
  void SetTag(Address unit, Tag tag) const {
    if (Entry* const entry = Find(unit); entry != nullptr) entry->tag = tag;
  }

  // The name of the first broken invariant, or null. Adds up what is free.
  const char* Audit(std::span<const Span> regions,
                    std::size_t& free_bytes) const;

  // Shows every entry that has this tag.
  template <class See>
  void ForEach(Tag tag, See see) const;

 private:
  // One region and its map.
  struct Part {
    Address start;
    std::size_t bytes;
    Entry* entries;

    bool Has(Address unit) const { return unit - start < bytes; }
    Entry& At(Address unit) const { return entries[(unit - start) / kUnit]; }
    Span Region() const { return {start, start + bytes}; }
    Span Memory() const {
      const Address low = AddressOf(entries) - sizeof(ChainedPart);
      return {low, low + BytesFor(bytes)};
    }
  };

  // At the start of each map, but it is used only in the chain.
  struct alignas(std::uint64_t) ChainedPart {
    Part part;
    ChainedPart* next;
    Address seal;

    // No memory that is filled with one byte is sealed.
    Address Seal() const {
      return static_cast<Address>(0x5EA1'C0DE'5EA1'0DD5) ^ part.start ^
             part.bytes ^ AddressOf(part.entries) ^ AddressOf(next);
    }
  };
  static constexpr unsigned kTableParts = 16;

  // 0: no block of this map can have that tag.
  static std::size_t BytesOf(Tag tag) {
    if (IsSlabTag(tag)) return std::is_same_v<Entry, PageEntry> ? kUnit : 0;
    if (!IsFreeTag(tag) && !IsUsedTag(tag)) return 0;
    return static_cast<std::size_t>(std::uint64_t{1} << OrderOf(tag));
  }

  // Null if the seal is broken, too.
  static const ChainedPart* Sound(const ChainedPart* part) {
    return part != nullptr && part->seal == part->Seal() ? part : nullptr;
  }

  static bool Overlap(Span a, Span b) {
    return a.start < b.end && b.start < a.end;
  }

  static bool IsTooFar(Span a, Span b) {
    return std::max(a.end, b.end) - std::min(a.start, b.start) >
           List::kReachBytes;
  }

  [[gnu::noinline]] Entry* FindFurther(Address unit) const;
  // The first that see(part) is true of, or null. Ends where the chain is
  // damaged.
  template <class See>
  const Part* AnyPart(See see) const;
  bool IsChainSound() const;
  void Insert(const Part& part);
  Result<void> Check(Span region, Span memory) const;
  const char* AuditBlock(Address start, Address end, std::size_t& free_bytes,
                         std::size_t& bytes) const;
  // Whether each of these units has an entry, and nothing begins at any of them.
  bool IsBlank(Span units) const;

  mutable Part near_{};        // Found last. Also const calls write it.
  Part table_[kTableParts]{};  // By address.
  unsigned parts_ = 0;         // In the table.
  ChainedPart* chain_ = nullptr;
};

// Units of 8 bytes, also on a machine of 32 bits: there the buddy then has no
// blocks of 4 bytes, which it has without a map.
using UnitMap = BlockMap<sizeof(TwoWayBlock), UnitEntry>;
using PageMap = BlockMap<4096, PageEntry>;

template <std::size_t kUnit, class Entry>
Result<void> BlockMap<kUnit, Entry>::Add(Span region, void* memory,
                                         std::size_t bytes) {
  const Address low = AddressOf(memory);
  const std::size_t needed = BytesFor(region.bytes());
  if (memory == nullptr || !IsAligned(low, alignof(ChainedPart)) ||
      bytes < needed || needed > UINTPTR_MAX - low) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  if (const auto fits = Check(region, {low, low + needed}); !fits) return fits;
  auto* const entries =
      static_cast<Entry*>(PointerTo(low + sizeof(ChainedPart)));
  for (std::size_t i = 0; i < region.bytes() / kUnit; ++i) {
    ::new (entries + i) Entry{};
  }
  const Part part{region.start, region.bytes(), entries};
  if (parts_ < kTableParts) {
    Insert(part);
  } else {
    chain_ = ::new (memory) ChainedPart{part, chain_, 0};
    chain_->seal = chain_->Seal();
  }
  return {};
}

template <std::size_t kUnit, class Entry>
void BlockMap<kUnit, Entry>::Insert(const Part& part) {
  unsigned at = parts_++;
  for (; at > 0 && table_[at - 1].start > part.start; --at) {
    table_[at] = table_[at - 1];
  }
  table_[at] = part;
  near_ = part;
}

template <std::size_t kUnit, class Entry>
Result<void> BlockMap<kUnit, Entry>::Check(Span region, Span memory) const {
  if (IsTooFar(region, region) || !IsChainSound()) {
    return std::unexpected(AllocError::kNoMemory);
  }
  if (Overlap(memory, region)) {
    return std::unexpected(AllocError::kMemoryOverlap);
  }
  if (AnyPart([&](const Part& part) {
        return Overlap(memory, part.Region()) ||
               Overlap(memory, part.Memory()) || Overlap(region, part.Memory());
      })) {
    return std::unexpected(AllocError::kMemoryOverlap);
  }
  if (AnyPart(
          [&](const Part& part) { return IsTooFar(region, part.Region()); })) {
    return std::unexpected(AllocError::kNoMemory);
  }
  return {};
}

template <std::size_t kUnit, class Entry>
template <class See>
auto BlockMap<kUnit, Entry>::AnyPart(See see) const -> const Part* {
  for (unsigned i = 0; i < parts_; ++i) {
    if (see(table_[i])) return &table_[i];
  }
  for (const auto* chained = Sound(chain_); chained != nullptr;
       chained = Sound(chained->next)) {
    if (see(chained->part)) return &chained->part;
  }
  return nullptr;
}

template <std::size_t kUnit, class Entry>
bool BlockMap<kUnit, Entry>::IsChainSound() const {
  const ChainedPart* chained = chain_;
  while (Sound(chained) != nullptr) chained = chained->next;
  return chained == nullptr;
}

template <std::size_t kUnit, class Entry>
Entry* BlockMap<kUnit, Entry>::FindFurther(Address unit) const {
  unsigned low = 0;  // The last part that begins at or below the unit.
  for (unsigned step = kTableParts / 2; step > 0; step /= 2) {
    if (low + step < parts_ && table_[low + step].start <= unit) low += step;
  }
  const Part* part = &table_[low];
  if (!part->Has(unit)) {
    if (chain_ == nullptr) return nullptr;
    part = AnyPart([unit](const Part& of) { return of.Has(unit); });
    if (part == nullptr) return nullptr;
  }
  near_ = *part;
  return &near_.At(unit);
}

template <std::size_t kUnit, class Entry>
const char* BlockMap<kUnit, Entry>::Audit(std::span<const Span> regions,
                                          std::size_t& free_bytes) const {
  if (!IsChainSound()) return "map.chain";
  for (const Span region : regions) {
    Address start = region.start;
    while (start < region.end) {
      std::size_t bytes = 0;
      const char* const broken =
          AuditBlock(start, region.end, free_bytes, bytes);
      if (broken != nullptr) return broken;
      start += bytes;
    }
  }
  return nullptr;
}

template <std::size_t kUnit, class Entry>
const char* BlockMap<kUnit, Entry>::AuditBlock(Address start, Address end,
                                               std::size_t& free_bytes,
                                               std::size_t& bytes) const {
  const Tag tag = TagAt(start);
  bytes = BytesOf(tag);
  if (bytes < kUnit || bytes > end - start || !IsAligned(start, bytes)) {
    return "map.blocks";
  }
  if (!IsBlank({start + kUnit, start + bytes})) return "map.inside";
  if (IsFreeTag(tag)) free_bytes += bytes;
  return nullptr;
}

template <std::size_t kUnit, class Entry>
bool BlockMap<kUnit, Entry>::IsBlank(Span units) const {
  while (units.start < units.end) {
    const Entry* entry = Find(units.start);  // In near_.
    if (entry == nullptr) return false;
    const Address end = std::min(units.end, near_.Region().end);
    for (; units.start < end; units.start += kUnit, ++entry) {
      if (entry->tag != kNoTag) return false;
    }
  }
  return true;
}

template <std::size_t kUnit, class Entry>
template <class See>
void BlockMap<kUnit, Entry>::ForEach(Tag tag, See see) const {
  AnyPart([&](const Part& part) {
    for (std::size_t i = 0; i < part.bytes / kUnit; ++i) {
      if (part.entries[i].tag == tag) see(part.entries[i]);
    }
    return false;
  });
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_BLOCK_MAP_H_
