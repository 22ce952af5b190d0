// Who does well by any client, but not what the specification says.

#include <cstddef>
#include <vector>

#include "lockstep/port.h"
#include "models/system/region.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

class ServesTheOldestFirst final : public PlainBuddy {
  void Push(std::size_t order, Address block) override {
    free_[order].insert(free_[order].begin(), block);
  }
};

class ServesTheUpperHalf final : public PlainBuddy {
  void PushHalves(std::size_t order, Address block) override {
    Push(order - 1, block);
    Push(order - 1, block + BytesOf(order - 1));
  }
};

class SplitsTheLargest final : public PlainBuddy {
  std::size_t ChooseOrder(std::size_t wanted) const override {
    std::size_t order = kOrders - 1;
    while (order > wanted && free_[order].empty()) --order;
    return order < wanted || free_[order].empty() ? kOrders : order;
  }
};

class CarvesFromTheTop final : public PlainBuddy {
  void Carve(Region region) override {
    while (region.start < region.end) {
      std::size_t order = kOrders - 1;
      while (region.end % BytesOf(order) != 0 ||
             BytesOf(order) > region.bytes()) {
        --order;
      }
      region.end -= BytesOf(order);
      Push(order, region.end);
    }
  }
};

class MixesUpItsErrors final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    return status == LOCKSTEP_INVALID_PARAM ? LOCKSTEP_NOT_ALLOCATED : status;
  }
};

class CallsFullInvalid final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    return status == LOCKSTEP_NO_MEMORY ? LOCKSTEP_INVALID_PARAM : status;
  }
};

class UsesWhatWasRequested final : public PlainBuddy {
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    read.used = read.requested;
    read.available = read.total - read.used;
    return read;
  }
};

}  // namespace

std::vector<Liar> PlacementLiars() {
  return {
      MakeLiar<ServesTheOldestFirst>("lying_serves_the_oldest_first",
                                     kPlacementRule, 2),
      MakeLiar<ServesTheUpperHalf>("lying_serves_the_upper_half",
                                   kPlacementRule, 2),
      MakeLiar<SplitsTheLargest>("lying_splits_the_largest", kPlacementRule, 2),
      MakeLiar<CarvesFromTheTop>("lying_carves_from_the_top", kPlacementRule,
                                 3),
      MakeLiar<MixesUpItsErrors>("lying_mixes_up_its_errors", kPlacementRule,
                                 4),
      MakeLiar<CallsFullInvalid>("lying_calls_full_invalid", kPlacementRule, 2),
      MakeLiar<UsesWhatWasRequested>("lying_uses_what_was_requested",
                                     kPlacementRule, 2),
      // With no claim to be held to, there is still what was recorded.
      MakeLiar<ServesTheUpperHalf>("lying_serves_another_half", kRecordingRule,
                                   400, kUnplaced),
      MakeLiar<ServesTheUpperHalf>("lying_serves_not_what_its_twin_serves",
                                   kTwinRule, 2, kUnplaced),
  };
}

}  // namespace lockstep::suite
