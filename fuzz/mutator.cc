#include "fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <utility>

#include "fuzz/comparisons.h"
#include "models/script/encoding.h"
#include "models/script/op.h"

namespace lockstep::suite {
namespace {

using Record = std::array<std::uint8_t, kEncodedBytes>;
using Records = std::vector<Record>;
using Bytes = std::span<const std::uint8_t>;

// Where in a record the slot is, whichever way the record is read.
constexpr std::size_t kSlotAt = 1;
constexpr std::size_t kSlotBytes = 2;
// Where in the first one it says what is on.
constexpr std::size_t kSubsetAt = 8;
constexpr std::size_t kSubsetBytes = 4;

Records RecordsOf(Bytes bytes) {
  Records records((bytes.size() + kEncodedBytes - 1) / kEncodedBytes);
  if (!bytes.empty()) {
    std::memcpy(records.data(), bytes.data(), bytes.size());
  }
  if (records.empty()) records.emplace_back();
  return records;
}

std::vector<std::uint8_t> BytesOf(const Records& records,
                                  std::size_t max_bytes) {
  const std::size_t count = std::min(records.size(), max_bytes / kEncodedBytes);
  std::vector<std::uint8_t> bytes(count * kEncodedBytes);
  if (count != 0) std::memcpy(bytes.data(), records.data(), bytes.size());
  return bytes;
}

// One change after another, to the ops behind the first record.
class Surgeon {
 public:
  Surgeon(Records& records, std::uint64_t seed)
      : records_(records), random_(seed) {}

  void Change() {
    if (records_.size() < 2) return Insert();
    // Without a comparison there is no size to ask for.
    switch (Below(ComparedConstant(0) == 0 ? 16 : 20)) {
      case 0:
        return Reswarm();
      case 1:
      case 2:
      case 3:
        return Insert();
      case 4:
      case 5:
        return Delete();
      case 6:
      case 7:
        return Double();
      case 8:
        return std::swap(Any(), Any());
      case 9:
      case 10:
      case 11:
        return AimAtTheSlotOf(Any(), Any());
      case 16:
      case 17:
        Any() = Request();
        return;
      case 18:
      case 19:
        records_.insert(Place(), Request());
        return;
      default:
        return Roll(Any());
    }
  }

  // From 0 to range - 1. Requires range > 0.
  std::size_t Below(std::size_t range) { return random_() % range; }

 private:
  Record& Any() { return records_[1 + Below(records_.size() - 1)]; }

  Records::iterator Place() {
    return records_.begin() + 1 +
           static_cast<std::ptrdiff_t>(Below(records_.size()));
  }

  // A few ops in a row; now and then many.
  std::pair<Records::iterator, Records::iterator> Run() {
    const std::size_t count = records_.size() - 1;
    const std::size_t first = Below(count);
    const std::size_t most = Below(8) == 0 ? count : std::size_t{4};
    const std::size_t length = 1 + Below(std::min(most, count - first));
    const auto begin =
        records_.begin() + 1 + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(length)};
  }

  Record Fresh() {
    Record fresh;
    for (auto& byte : fresh) byte = static_cast<std::uint8_t>(random_());
    return fresh;
  }

  // An allocation, spelled out, of so many bytes as something was compared with,
  // or about so many; now and then of few bytes.
  Record Request() {
    constexpr std::size_t kFew = 1024;
    constexpr std::uint64_t kAbout = 16;
    std::uint64_t bytes = ComparedConstant(random_());
    if (Below(8) == 0) {
      bytes = Below(kFew);
    } else if (Below(4) == 0) {
      bytes += Below(2 * kAbout + 1) - kAbout;
    }
    const Op op{.verb = Verb::kAllocate,
                .align_log2 = static_cast<std::uint8_t>(Below(5)),
                .slot = static_cast<std::uint32_t>(Below(kEncodedSlotsEnd)),
                .bytes = bytes};
    constexpr std::uint64_t kArenaBytes = 1u << kMinArenaOrder;
    const auto script =
        Encode({.arena = {kArenaBytes, kArenaBytes}, .ops = {op}});
    Record record;
    std::copy_n(script->end() - kEncodedBytes, kEncodedBytes, record.begin());
    return record;
  }

  // Here and there; or many in a row, for what only a crowd brings about.
  void Insert() {
    if (Below(4) == 0) {
      Records crowd(1 + Below(64));
      std::ranges::generate(crowd, [this] { return Fresh(); });
      records_.insert(Place(), crowd.begin(), crowd.end());
      return;
    }
    for (std::size_t more = 1 + Below(4); more > 0; --more) {
      records_.insert(Place(), Fresh());
    }
  }

  // Another swarm, or one with everything on.
  void Reswarm() {
    Record& first = records_[0];
    switch (Below(4)) {
      case 0:
        first = Fresh();
        break;
      case 1:
        std::fill_n(first.begin() + kSubsetAt, kSubsetBytes, 0xFF);
        break;
      default:
        Roll(first);
        break;
    }
  }

  void Delete() {
    const auto [begin, end] = Run();
    records_.erase(begin, end);
  }

  void Double() {
    const auto [begin, end] = Run();
    const Records again(begin, end);
    records_.insert(Place(), again.begin(), again.end());
  }

  // So that what one allocates the other frees.
  void AimAtTheSlotOf(Record& aimed, const Record& other) {
    std::copy_n(other.begin() + kSlotAt, kSlotBytes, aimed.begin() + kSlotAt);
  }

  // One field: of a made op the verb, slot, classes, or part of the number.
  void Roll(Record& record) {
    const std::size_t at = Below(kEncodedBytes);
    auto& byte = record[at];
    switch (Below(4)) {
      case 0:
        byte = static_cast<std::uint8_t>(byte ^ 1u << Below(8));
        break;
      case 1:
        ++byte;
        break;
      case 2:
        --byte;
        break;
      default:
        byte = static_cast<std::uint8_t>(random_());
        break;
    }
  }

  Records& records_;
  std::mt19937_64 random_;
};

}  // namespace

std::vector<std::uint8_t> Mutated(Bytes bytes, std::size_t max_bytes,
                                  std::uint64_t seed) {
  Records records = RecordsOf(bytes);
  Surgeon surgeon(records, seed);
  for (std::size_t more = 1 + surgeon.Below(3); more > 0; --more) {
    surgeon.Change();
  }
  return BytesOf(records, max_bytes);
}

std::vector<std::uint8_t> Spliced(Bytes one, Bytes other, std::size_t max_bytes,
                                  std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Records records = RecordsOf(one);
  const Records tail = RecordsOf(other);
  records.resize(1 + random() % records.size());
  const auto from = static_cast<std::ptrdiff_t>(random() % tail.size());
  records.insert(records.end(),
                 tail.begin() + std::max<std::ptrdiff_t>(from, 1), tail.end());
  return BytesOf(records, max_bytes);
}

}  // namespace lockstep::suite
