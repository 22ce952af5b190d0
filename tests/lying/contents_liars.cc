// Who writes into memory that is in use.

#include <bit>
#include <cstddef>
#include <cstring>
#include <vector>

#include "lockstep/port.h"
#include "models/shadow/contents.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

// Whenever it has handed out a block, into the others.
class Scribbler : public PlainBuddy {
  virtual void Scribble(Address block, std::size_t bytes) = 0;

  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    if (status != LOCKSTEP_OK) return status;
    for (const auto& [address, live] : live_) {
      if (address != block && live.bytes != 0) Scribble(address, live.bytes);
    }
    return status;
  }
};

class SpoilsTheFirstByte final : public Scribbler {
  void Scribble(Address block, std::size_t /*bytes*/) override {
    *At(block) ^= std::byte{1};
  }
};

class SpoilsTheLastByte final : public Scribbler {
  void Scribble(Address block, std::size_t bytes) override {
    *At(block + bytes - 1) ^= std::byte{0x80};
  }
};

// Where the second of two halves would start.
class SpoilsTheMiddleByte final : public Scribbler {
  void Scribble(Address block, std::size_t bytes) override {
    if (bytes > kSmallBytes)
      *At(block + std::bit_floor(bytes) / 2) ^= std::byte{0x10};
  }
};

class LinksThroughTheNeighbour final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    if (status != LOCKSTEP_OK) return status;
    const auto next = live_.find(block + SpanOf(bytes, align));
    if (next != live_.end() && next->second.bytes >= sizeof(block)) {
      std::memcpy(At(next->first), &block, sizeof(block));
    }
    return status;
  }
};

class ClearsOneByteTooMany final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    const auto end = block + (status == LOCKSTEP_OK ? SpanOf(bytes, align) : 0);
    if (status == LOCKSTEP_OK && live_.contains(end)) *At(end) = std::byte{0};
    return status;
  }
};

}  // namespace

std::vector<Liar> ContentsLiars() {
  return {
      MakeLiar<SpoilsTheFirstByte>("lying_spoils_the_first_byte", kContentsRule,
                                   3),
      MakeLiar<SpoilsTheLastByte>("lying_spoils_the_last_byte", kContentsRule,
                                  3),
      MakeLiar<SpoilsTheMiddleByte>("lying_spoils_the_middle_byte",
                                    kContentsRule, 3),
      MakeLiar<LinksThroughTheNeighbour>("lying_links_through_the_neighbour",
                                         kContentsRule, 4),
      MakeLiar<ClearsOneByteTooMany>("lying_clears_one_byte_too_many",
                                     kContentsRule, 5),
  };
}

}  // namespace lockstep::suite
