#ifndef LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_
#define LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_

// A set of byte strings that only grows. Exact: strings are kept and compared,
// a hash only finds them.
//
//     shard       of 4, by bits of the hash
//       part      of 64, by others
//         entry   28 bits of the hash | 36 bits: where the string is
//       chunks    length string length string ...
//
// The entries of a part are in the order of their bits of the hash, except where
// they collide. So a part can grow without reading the strings.
//   Units      bytes.
//   Requires   strings of less than kMostBytes. Any number of threads may ask
//              while none inserts; and may insert, each into shards of its own.
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
  static constexpr std::size_t kMostBytes = std::size_t{1} << 21;
  static constexpr std::size_t kShards = 4;

  StateSet();

  static std::uint64_t HashOf(std::string_view key);
  // Of a string with such a hash.
  static std::size_t ShardOf(std::uint64_t hash) {
    return static_cast<std::size_t>(hash % kShards);
  }

  // Fetch what a question about such a hash will look at.
  void ExpectEntry(std::uint64_t hash) const { Of(hash).ExpectEntry(hash); }
  void ExpectString(std::uint64_t hash) const { Of(hash).ExpectString(hash); }

  bool Contains(std::string_view key, std::uint64_t hash) const {
    return Of(hash).Contains(key, hash);
  }
  // False if it was there.
  bool Insert(std::string_view key, std::uint64_t hash) {
    return shards_[ShardOf(hash)].Insert(key, hash);
  }

  std::uint64_t size() const;
  std::uint64_t Bytes() const;
  // What it may come to at once, should another `count` strings be added.
  std::uint64_t BytesWith(std::uint64_t count) const;

 private:
  // 0 if there is none.
  using Entry = std::uint64_t;
  static constexpr unsigned kPlaceBits = 36;
  static constexpr unsigned kTagBits = 64 - kPlaceBits;
  static constexpr std::uint64_t kPlaces = (std::uint64_t{1} << kPlaceBits) - 1;
  static constexpr std::size_t kParts = 64;

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

  // On cache lines of its own.
  struct alignas(64) Shard {
    std::array<Part, kParts> parts;
    std::vector<std::unique_ptr<char[]>> chunks;
    std::uint64_t end = 0;  // Where the next string goes.

    static std::size_t PartOf(std::uint64_t hash) {
      return static_cast<std::size_t>(hash / kShards % kParts);
    }
    void ExpectEntry(std::uint64_t hash) const;
    void ExpectString(std::uint64_t hash) const;
    bool Contains(std::string_view key, std::uint64_t hash) const;
    bool Insert(std::string_view key, std::uint64_t hash);
    const char* At(Entry entry) const;
    std::uint64_t Append(std::string_view key);
  };

  static Entry TagOf(std::uint64_t hash) { return hash & ~kPlaces; }
  const Shard& Of(std::uint64_t hash) const { return shards_[ShardOf(hash)]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_STATE_SET_H_
