// Who refuses what it promised to take or to serve.

#include <cstddef>
#include <vector>

#include "lockstep/port.h"
#include "models/system/region.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

class NeverMerges final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    Push(order, block);
  }
};

// And covers it up.
class LosesHalf final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    if (BytesOf(order) > 256) --order;
    PlainBuddy::PutBack(block, order);
  }
  const char* Audit() const override { return nullptr; }
};

class RefusesWhatWasJustFreed final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (has_freed_ && bytes == bytes_ && align == align_) {
      return LOCKSTEP_NO_MEMORY;
    }
    return PlainBuddy::Allocate(bytes, align, block);
  }
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    has_freed_ = status == LOCKSTEP_OK;
    bytes_ = bytes;
    align_ = align;
    return status;
  }

  bool has_freed_ = false;
  std::size_t bytes_ = 0;
  std::size_t align_ = 0;
};

class RefusesNowAndThen final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (++requests_ % 6 == 0) return LOCKSTEP_NO_MEMORY;
    return PlainBuddy::Allocate(bytes, align, block);
  }

  std::size_t requests_ = 0;
};

class RefusesZeroBytes final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (bytes == 0) return LOCKSTEP_INVALID_PARAM;
    return PlainBuddy::Allocate(bytes, align, block);
  }
};

class RefusesAnExactFit final : public PlainBuddy {
  std::size_t ChooseOrder(std::size_t wanted) const override {
    const std::size_t more = PlainBuddy::ChooseOrder(wanted + 1);
    return more < kOrders ? PlainBuddy::ChooseOrder(wanted) : kOrders;
  }
};

class KeepsZeroBytes final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    if (bytes == 0) return LOCKSTEP_INVALID_PARAM;
    return PlainBuddy::Free(block, bytes, align);
  }
};

class ForgetsWhatIsLive final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    if (live_.size() > 3) return LOCKSTEP_NOT_ALLOCATED;
    return PlainBuddy::Free(block, bytes, align);
  }
};

class WantsNoMore final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    const lockstep_status status = PlainBuddy::Add(start, bytes);
    return status == LOCKSTEP_OK ? LOCKSTEP_INVALID_PARAM : status;
  }
};

class WantsWholePages final : public PlainBuddy {
  lockstep_status Init(Address start, std::size_t bytes) override {
    if (start % 4096 != 0) return LOCKSTEP_NO_MEMORY;
    return PlainBuddy::Init(start, bytes);
  }
};

class CallsTouchingOverlapping final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    const Region region{start, start + bytes};
    if (bytes != 0 && regions_.Touches(region)) return LOCKSTEP_MEMORY_OVERLAP;
    return PlainBuddy::Add(start, bytes);
  }
};

}  // namespace

std::vector<Liar> RefusalLiars() {
  return {
      MakeLiar<NeverMerges>("lying_never_merges", kRefusalRule, 11, kMerging),
      MakeLiar<LosesHalf>("lying_loses_half", kRefusalRule, 4, kMerging),
      MakeLiar<RefusesWhatWasJustFreed>("lying_refuses_what_was_just_freed",
                                        kRefusalRule, 4, kModest),
      // Were all promised, it might first refuse when all is free.
      MakeLiar<RefusesNowAndThen>("lying_refuses_now_and_then", kRefusalRule, 8,
                                  kMerging),
      MakeLiar<RefusesZeroBytes>("lying_refuses_zero_bytes", kRefusalRule, 2,
                                 kUnplaced),
      MakeLiar<RefusesAnExactFit>("lying_refuses_an_exact_fit", kRefusalRule, 2,
                                  kUnplaced),
      MakeLiar<KeepsZeroBytes>("lying_keeps_zero_bytes", kAcceptedRule, 2,
                               kUnplaced),
      MakeLiar<ForgetsWhatIsLive>("lying_forgets_what_is_live", kAcceptedRule,
                                  5, kUnplaced),
      MakeLiar<WantsNoMore>("lying_wants_no_more", kAcceptedRule, 2),
      MakeLiar<WantsWholePages>("lying_wants_whole_pages", kAcceptedRule, 1,
                                kUnplaced),
      MakeLiar<CallsTouchingOverlapping>("lying_calls_touching_overlapping",
                                         kAcceptedRule, 2, kUnplaced),
      // What promises less breaks its word later.
      MakeLiar<NeverMerges>("lying_never_merges_at_last", kRestoredRule, 2,
                            kModest),
      MakeLiar<LosesHalf>("lying_loses_half_at_last", kRestoredRule, 2,
                          kRestoring),
  };
}

}  // namespace lockstep::suite
