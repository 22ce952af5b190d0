// Who has memory of its own, and breaks what holds there all the same.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "lockstep/port.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

class OwnBuddy : public PlainBuddy {
 public:
  OwnBuddy() {
    (void)PlainBuddy::Init(reinterpret_cast<std::uintptr_t>(memory_.data()),
                           memory_.size());
  }

 private:
  // So that every instance serves the same blocks.
  static constexpr std::size_t kBytes = std::size_t{1} << 18;
  alignas(kBytes) std::array<std::byte, kBytes> memory_;
};

class ServesOneTwice final : public OwnBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (align == 1 && !live_.empty()) {
      block = live_.begin()->first;
      return LOCKSTEP_OK;
    }
    return OwnBuddy::Allocate(bytes, align, block);
  }
};

class AlignsToHalf final : public OwnBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = OwnBuddy::Allocate(bytes, align, block);
    if (status == LOCKSTEP_OK) block += align / 2;
    return status;
  }
};

class ServesMoreThanThereIs final : public OwnBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    constexpr std::uintptr_t kEnd = std::numeric_limits<std::uintptr_t>::max();
    if (bytes <= 4096 || align > 4096 || bytes < kEnd / 2) {
      return OwnBuddy::Allocate(bytes, align, block);
    }
    block = kEnd - 4095;
    return LOCKSTEP_OK;
  }
};

class ClearsABlockTooMany final : public OwnBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = OwnBuddy::Free(block, bytes, align);
    if (!live_.empty() && live_.begin()->second.bytes != 0) {
      *At(live_.begin()->first) ^= std::byte{1};
    }
    return status;
  }
};

class CountsNoFrees final : public OwnBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const std::size_t before = statistics_.used;
    const lockstep_status status = OwnBuddy::Free(block, bytes, align);
    uncounted_ += before - statistics_.used;
    return status;
  }
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    read.total += uncounted_;
    read.used += uncounted_;
    return read;
  }

  std::size_t uncounted_ = 0;
};

class RefusesEveryThird final : public OwnBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (++requests_ % 3 == 0) return LOCKSTEP_NO_MEMORY;
    return OwnBuddy::Allocate(bytes, align, block);
  }

  std::size_t requests_ = 0;
};

template <class Lie>
lockstep_port Own(const char* name) {
  constexpr lockstep_port kPromises = PlainTable(
      nullptr, LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN |
                   LOCKSTEP_COUNTS_REQUESTED | LOCKSTEP_DETECTS_NULL |
                   LOCKSTEP_DETECTS_INTERIOR | LOCKSTEP_DETECTS_FREE_AGAIN |
                   LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT);
  lockstep_port port = PlainPort<Lie>::Behind(kPromises, name);
  port.init = nullptr;
  port.add = nullptr;
  return port;
}

template <class Lie>
Liar OwnLiar(const char* name, const Rule& rule, std::size_t most_ops) {
  return {Own<Lie>(name), Own<OwnBuddy>("honest"), rule.name, most_ops};
}

}  // namespace

std::vector<Liar> OwnMemoryLiars() {
  return {
      OwnLiar<ServesOneTwice>("lying_own_serves_one_twice", kDisjointRule, 2),
      OwnLiar<AlignsToHalf>("lying_own_aligns_to_half", kAlignedRule, 1),
      OwnLiar<ServesMoreThanThereIs>("lying_own_serves_more_than_there_is",
                                     kInsideRule, 1),
      OwnLiar<ClearsABlockTooMany>("lying_own_clears_a_block_too_many",
                                   kContentsRule, 3),
      OwnLiar<CountsNoFrees>("lying_own_counts_no_frees", kConservedRule, 2),
      OwnLiar<RefusesEveryThird>("lying_own_refuses_every_third", kRefusalRule,
                                 6),
  };
}

}  // namespace lockstep::suite
