// Who hands out memory that is not to be had.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "lockstep/port.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

class HandsOutPastTheEnd final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    if (status == LOCKSTEP_OK) block = regions_.regions().back().end;
    return status;
  }
};

class HangsOverTheEnd final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    if (status == LOCKSTEP_OK && bytes > sizeof(void*)) {
      block = regions_.regions().back().end - sizeof(void*);
    }
    return status;
  }
};

class UsesWhatWasRoundedOff final : public PlainBuddy {
  lockstep_status Init(Address start, std::size_t bytes) override {
    if (start % sizeof(void*) != 0 && regions_.regions().empty()) edge_ = start;
    return PlainBuddy::Init(start, bytes);
  }
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    if (status == LOCKSTEP_OK && bytes <= sizeof(void*) && align == 1 &&
        edge_ != 0) {
      block = edge_;
    }
    return status;
  }

  Address edge_ = 0;
};

class AlignsToHalf final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (std::max(bytes, align) > 4096 || align == 1 ||
        ChooseOrder(OrderOf(bytes, align) + 1) == kOrders) {
      return PlainBuddy::Allocate(bytes, align, block);
    }
    const auto twice = static_cast<std::size_t>(2 * SpanOf(bytes, align));
    const lockstep_status status = PlainBuddy::Allocate(twice, align, block);
    if (status == LOCKSTEP_OK) block += align / 2;
    return status;
  }
};

class HandsOutTwice : public PlainBuddy {
 protected:
  // Whether a live block will do for that.
  virtual bool WouldDo(std::size_t bytes, std::size_t align,
                       const LiveBlocks::value_type& live) const {
    return SpanOf(bytes, align) <= SpanOf(live.second.bytes, live.second.align);
  }
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    for (const auto& live : live_) {
      if (bytes > 4096 || align > 4096 || !WouldDo(bytes, align, live)) {
        continue;
      }
      block = live.first;
      return LOCKSTEP_OK;
    }
    return PlainBuddy::Allocate(bytes, align, block);
  }
};

class SharesZeroBytes final : public HandsOutTwice {
  bool WouldDo(std::size_t bytes, std::size_t align,
               const LiveBlocks::value_type& live) const override {
    return bytes == 0 && live.second.bytes == 0 &&
           HandsOutTwice::WouldDo(bytes, align, live);
  }
};

class CarvesFromALiveBlock final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    for (const auto& [address, live] : live_) {
      const auto half = SpanOf(live.bytes, live.align) / 2;
      if (bytes > half || align > half || SpanOf(bytes, align) > half) continue;
      block = address + half;
      return LOCKSTEP_OK;
    }
    return PlainBuddy::Allocate(bytes, align, block);
  }
};

// And has nothing to say of it.
class PutsBackTwice final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    PlainBuddy::PutBack(block, order);
    Push(order, block);
  }
  const char* Audit() const override { return nullptr; }
};

}  // namespace

std::vector<Liar> BlockLiars() {
  return {
      MakeLiar<HandsOutPastTheEnd>("lying_hands_out_past_the_end", kInsideRule,
                                   2),
      MakeLiar<HangsOverTheEnd>("lying_hangs_over_the_end", kInsideRule, 2),
      MakeLiar<UsesWhatWasRoundedOff>("lying_uses_what_was_rounded_off",
                                      kInsideRule, 2),
      MakeLiar<AlignsToHalf>("lying_aligns_to_half", kAlignedRule, 2),
      MakeLiar<HandsOutTwice>("lying_hands_out_twice", kDisjointRule, 3),
      MakeLiar<SharesZeroBytes>("lying_shares_zero_bytes", kDisjointRule, 3),
      MakeLiar<CarvesFromALiveBlock>("lying_carves_from_a_live_block",
                                     kDisjointRule, 3),
      MakeLiar<PutsBackTwice>("lying_puts_back_twice", kDisjointRule, 5,
                              kUnplaced),
  };
}

}  // namespace lockstep::suite
