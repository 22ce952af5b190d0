#ifndef LOCKSTEP_TESTS_LYING_PLAIN_BUDDY_H_
#define LOCKSTEP_TESTS_LYING_PLAIN_BUDDY_H_

// An honest buddy allocator with its books outside the memory that it manages:
// what the liars are made of. It is exact with the specification "buddy", and
// never touches the memory, so that a liar may do with it what it likes.
//   Complexity of no interest.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "lockstep/port.h"
#include "models/system/region.h"

namespace lockstep::suite {

class PlainBuddy {
 public:
  using Address = std::uint64_t;

  PlainBuddy() = default;
  virtual ~PlainBuddy() = default;
  PlainBuddy(const PlainBuddy&) = delete;
  PlainBuddy& operator=(const PlainBuddy&) = delete;

  virtual lockstep_status Init(Address start, std::size_t bytes);
  virtual lockstep_status Add(Address start, std::size_t bytes);
  virtual lockstep_status Allocate(std::size_t bytes, std::size_t align,
                                   Address& block);
  virtual lockstep_status Free(Address block, std::size_t bytes,
                               std::size_t align);
  virtual lockstep_status Usable(std::size_t bytes, std::size_t align,
                                 std::size_t& min, std::size_t& max) const;
  virtual lockstep_statistics ReadStatistics() const { return statistics_; }
  virtual const char* Audit() const;

 protected:
  static constexpr std::size_t kOrders = 32;

  struct Live {
    std::size_t bytes;
    std::size_t align;
  };
  using LiveBlocks = std::map<Address, Live>;

  static std::size_t OrderOf(std::size_t bytes, std::size_t align);
  static std::uint64_t BytesOf(std::size_t order) {
    return std::uint64_t{1} << order;
  }
  static std::uint64_t SpanOf(std::size_t bytes, std::size_t align) {
    return BytesOf(OrderOf(bytes, align));
  }
  static std::byte* At(Address address) {
    return reinterpret_cast<std::byte*>(static_cast<std::uintptr_t>(address));
  }

  // What a buddy allocator does inside, and a liar does otherwise.
  virtual void Push(std::size_t order, Address block);
  virtual void PushHalves(std::size_t order, Address block);
  virtual void Carve(Region region);
  virtual std::size_t ChooseOrder(std::size_t wanted) const;
  virtual void PutBack(Address block, std::size_t order);

  lockstep_status Give(Address start, std::size_t bytes);
  bool Owns(Address block, std::uint64_t bytes) const {
    return regions_.Contains(block, bytes);
  }

  std::array<std::vector<Address>, kOrders> free_;  // The top is the back.
  LiveBlocks live_;
  RegionSet regions_;
  lockstep_statistics statistics_{};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_LYING_PLAIN_BUDDY_H_
