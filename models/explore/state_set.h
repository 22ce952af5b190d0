#ifndef LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_
#define LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_

// A set of byte strings that only grows. Exact: strings are kept and compared,
// a hash only finds them.
//   Units      bytes.
//   Requires   strings of less than kMostBytes. Any number of threads may ask
//              while none inserts.
//   Complexity O(length), expected. A string takes 1 to 2 bytes more than its
//              length, and 11 to 23 in the table.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace lockstep::suite {

class StateSet {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{1} << 22;

  StateSet();

  static std::uint64_t HashOf(std::string_view key);

  bool Contains(std::string_view key, std::uint64_t hash) const;
  // False if it was there.
  bool Insert(std::string_view key, std::uint64_t hash);

  std::uint64_t size() const { return size_; }
  std::uint64_t Bytes() const;
  // What it may come to at once, should another `count` strings be added.
  std::uint64_t BytesWith(std::uint64_t count) const;

 private:
  // Where a string is, and some bits of its hash; 0 if there is none.
  using Entry = std::uint64_t;
  static constexpr unsigned kPlaceBits = 40;
  static constexpr std::uint64_t kChunkBytes = std::uint64_t{1} << 24;
  static constexpr std::uint64_t kPlaces = (std::uint64_t{1} << kPlaceBits) - 1;

  static Entry TagOf(std::uint64_t hash) { return hash & ~kPlaces; }
  static std::uint64_t TableSizeFor(std::uint64_t count);
  std::string_view At(std::uint64_t place) const;
  std::uint64_t Append(std::string_view key);
  void Grow();
  void Enter(Entry entry, std::uint64_t hash);

  std::vector<Entry> table_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::uint64_t end_ = 0;  // Where the next string goes.
  std::uint64_t size_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_
