// Who accepts misuse that it promised to detect.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "lockstep/port.h"
#include "models/system/region.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

// Says ok to what is refused for good reason, if it is of the kind.
class Accomplice : public PlainBuddy {
 protected:
  virtual bool Approves(Address block, std::size_t bytes,
                        std::size_t align) const = 0;
  bool IsOurs(Address block) const { return Owns(block, 1); }
  // The live block at or before an address, or the end.
  LiveBlocks::const_iterator LiveUpTo(Address block) const {
    const auto next = live_.upper_bound(block);
    return next == live_.begin() ? live_.end() : std::prev(next);
  }

 private:
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    return Approves(block, bytes, align) ? LOCKSTEP_OK : status;
  }
};

class FreesNull final : public Accomplice {
  bool Approves(Address block, std::size_t /*bytes*/,
                std::size_t /*align*/) const override {
    return block == 0;
  }
};

class FreesForeignMemory final : public Accomplice {
  bool Approves(Address block, std::size_t /*bytes*/,
                std::size_t /*align*/) const override {
    return block != 0 && !IsOurs(block);
  }
};

class FreesInside final : public Accomplice {
  bool Approves(Address block, std::size_t bytes,
                std::size_t /*align*/) const override {
    const auto live = LiveUpTo(block);
    return live != live_.end() && live->first != block &&
           live->second.bytes == bytes && block - live->first < bytes;
  }
};

class FreesAgain final : public Accomplice {
  bool Approves(Address block, std::size_t /*bytes*/,
                std::size_t /*align*/) const override {
    const auto live = LiveUpTo(block);
    return IsOurs(block) && (live == live_.end() ||
                             block - live->first >= SpanOf(live->second.bytes,
                                                           live->second.align));
  }
};

// Looks at the tops of its lists alone.
class FreesAgainLater final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const bool is_again = !live_.contains(block) && block != last_;
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    if (status == LOCKSTEP_OK) last_ = block;
    return is_again && status == LOCKSTEP_NOT_ALLOCATED && Owns(block, 1)
               ? LOCKSTEP_OK
               : status;
  }

  Address last_ = 0;
};

class FreesWithAnyAlign final : public Accomplice {
  bool Approves(Address block, std::size_t /*bytes*/,
                std::size_t align) const override {
    return live_.contains(block) && block % align != 0;
  }
};

class FreesAnySize final : public Accomplice {
  bool Approves(Address block, std::size_t bytes,
                std::size_t /*align*/) const override {
    return live_.contains(block) && !Owns(block, bytes);
  }
};

class FreesAnyClass final : public Accomplice {
  bool Approves(Address block, std::size_t bytes,
                std::size_t align) const override {
    return live_.contains(block) && Owns(block, bytes) && block % align == 0;
  }
};

class AcceptsAnOverlap final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    const lockstep_status status = PlainBuddy::Add(start, bytes);
    return status == LOCKSTEP_MEMORY_OVERLAP ? LOCKSTEP_OK : status;
  }
};

class AcceptsNothing final : public PlainBuddy {
  lockstep_status Init(Address start, std::size_t bytes) override {
    if (bytes < sizeof(void*)) return LOCKSTEP_OK;
    return PlainBuddy::Init(start, bytes);
  }
};

class AcceptsAllThatIsLeft final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    const bool wraps = bytes > UINTPTR_MAX - start;
    return wraps ? LOCKSTEP_OK : PlainBuddy::Add(start, bytes);
  }
};

class InitsAgain final : public PlainBuddy {
  lockstep_status Init(Address start, std::size_t bytes) override {
    return Give(start, bytes);
  }
};

class NeedsNoInit final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    return Give(start, bytes);
  }
};

class FreesBeforeInit final : public Accomplice {
  bool Approves(Address /*block*/, std::size_t /*bytes*/,
                std::size_t /*align*/) const override {
    return regions_.regions().empty();
  }
};

}  // namespace

std::vector<Liar> MisuseLiars() {
  return {
      MakeLiar<FreesNull>("lying_frees_null", kDetectedRule, 2),
      MakeLiar<FreesForeignMemory>("lying_frees_foreign_memory", kDetectedRule,
                                   2),
      MakeLiar<FreesInside>("lying_frees_inside", kDetectedRule, 3),
      MakeLiar<FreesAgain>("lying_frees_again", kDetectedRule, 4),
      MakeLiar<FreesAgainLater>("lying_frees_again_later", kDetectedRule, 6,
                                kWary),
      MakeLiar<FreesWithAnyAlign>("lying_frees_with_any_align", kDetectedRule,
                                  4),
      MakeLiar<FreesAnySize>("lying_frees_any_size", kDetectedRule, 3),
      MakeLiar<FreesAnyClass>("lying_frees_any_class", kDetectedRule, 3,
                              kExact),
      MakeLiar<AcceptsAnOverlap>("lying_accepts_an_overlap", kDetectedRule, 2),
      MakeLiar<AcceptsNothing>("lying_accepts_nothing", kDetectedRule, 1),
      MakeLiar<AcceptsAllThatIsLeft>("lying_accepts_all_that_is_left",
                                     kDetectedRule, 2),
      MakeLiar<InitsAgain>("lying_inits_again", kDetectedRule, 2, kUnplaced),
      MakeLiar<NeedsNoInit>("lying_needs_no_init", kDetectedRule, 1, kWary),
      MakeLiar<FreesBeforeInit>("lying_frees_before_init", kDetectedRule, 1,
                                kWary),
  };
}

}  // namespace lockstep::suite
