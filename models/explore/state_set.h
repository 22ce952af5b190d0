#ifndef LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_
#define LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_

// A set of byte strings that only grows. Exact: strings are kept and compared,
// a hash only finds them.
//
//     part      of 256, by eight bits of the hash
//       entry   24 bits of the hash | 40 bits: where the string is
//     chunks    length string length string ...
//
// The entries of a part are in the order of their bits of the hash, except where
// they collide. So a part can grow without reading the strings.
//   Units      bytes.
//   Requires   strings of less than kMostBytes. Any number of threads may ask
//              while none inserts.
//   Complexity O(length), expected. A string takes 1 to 2 bytes more than its
//              length, and 11 to 14 in the table. Asking waits for memory twice,
//              unless ExpectEntry, and later ExpectString, were called before.

#include <array>
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

  // Fetch what a question about such a hash will look at.
  void ExpectEntry(std::uint64_t hash) const;
  void ExpectString(std::uint64_t hash) const;

  bool Contains(std::string_view key, std::uint64_t hash) const;
  // False if it was there.
  bool Insert(std::string_view key, std::uint64_t hash);

  std::uint64_t size() const { return size_; }
  std::uint64_t Bytes() const;
  // What it may come to at once, should another `count` strings be added.
  std::uint64_t BytesWith(std::uint64_t count) const;

 private:
  // 0 if there is none.
  using Entry = std::uint64_t;
  static constexpr unsigned kPlaceBits = 40;
  static constexpr unsigned kTagBits = 64 - kPlaceBits;
  static constexpr std::uint64_t kChunkBytes = std::uint64_t{1} << 24;
  static constexpr std::uint64_t kPlaces = (std::uint64_t{1} << kPlaceBits) - 1;
  static constexpr std::size_t kParts = 256;

  struct Part {
    std::vector<Entry> entries;
    std::uint64_t count = 0;

    std::size_t IndexOf(Entry entry) const {
      return static_cast<std::size_t>((entry >> kPlaceBits) * entries.size() >>
                                      kTagBits);
    }
    std::size_t After(std::size_t index) const {
      return index + 1 == entries.size() ? 0 : index + 1;
    }
    // Requires that it is not full.
    void Enter(Entry entry);
    void Grow();
  };

  static Entry TagOf(std::uint64_t hash) { return hash & ~kPlaces; }
  const Part& PartOf(std::uint64_t hash) const {
    return parts_[static_cast<std::size_t>(hash >> kTagBits) % kParts];
  }
  std::string_view At(std::uint64_t place) const;
  std::uint64_t Append(std::string_view key);

  std::array<Part, kParts> parts_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::uint64_t end_ = 0;  // Where the next string goes.
  std::uint64_t size_ = 0;
  std::uint64_t entries_ = 0;       // Used or not, of all parts.
  std::uint64_t most_entries_ = 0;  // The same of the largest.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_
