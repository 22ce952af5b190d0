// Who keeps wrong books: statistics, usable sizes, audits.

#include <cstddef>
#include <vector>

#include "lockstep/port.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

class LosesAByte final : public PlainBuddy {
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    if (read.available != 0) --read.available;
    return read;
  }
};

class CountsRegionsTwice final : public PlainBuddy {
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    read.total *= 2;
    read.available = read.total - read.used;
    return read;
  }
};

class NeverUsesLess final : public PlainBuddy {
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    read.used = most_used_;
    read.available = read.total - read.used;
    return read;
  }
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    if (status == LOCKSTEP_OK) {
      most_used_ += static_cast<std::size_t>(SpanOf(bytes, align));
    }
    return status;
  }

  std::size_t most_used_ = 0;
};

class UsesHalfOfIt final : public PlainBuddy {
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    read.used = statistics_.requested / 2;
    read.available = read.total - read.used;
    return read;
  }
};

class RequestsWholeBlocks final : public PlainBuddy {
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    read.requested = read.used;
    return read;
  }
};

class CountsBeforeItLooks final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    if (status == LOCKSTEP_NO_MEMORY) ++statistics_.total;
    if (status == LOCKSTEP_NO_MEMORY) ++statistics_.used;
    return status;
  }
};

class CountsARefusedFree final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    if (status != LOCKSTEP_OK && statistics_.used != 0) {
      --statistics_.used;
      ++statistics_.available;
    }
    return status;
  }
};

class CountsARefusedRegion final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    const lockstep_status status = PlainBuddy::Add(start, bytes);
    if (status != LOCKSTEP_OK) {
      ++statistics_.total;
      ++statistics_.available;
    }
    return status;
  }
};

class CountsQuestions final : public PlainBuddy {
  lockstep_status Usable(std::size_t bytes, std::size_t align, std::size_t& min,
                         std::size_t& max) const override {
    ++questions_;
    return PlainBuddy::Usable(bytes, align, min, max);
  }
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    read.total += questions_;
    read.available += questions_;
    return read;
  }

  mutable std::size_t questions_ = 0;
};

class TakesAHeaderOff final : public PlainBuddy {
  lockstep_status Usable(std::size_t bytes, std::size_t align, std::size_t& min,
                         std::size_t& max) const override {
    const lockstep_status status = PlainBuddy::Usable(bytes, align, min, max);
    if (min >= sizeof(void*)) min -= sizeof(void*);
    return status;
  }
};

class HasLessAtMostThanAtLeast final : public PlainBuddy {
  lockstep_status Usable(std::size_t bytes, std::size_t align, std::size_t& min,
                         std::size_t& max) const override {
    return PlainBuddy::Usable(bytes, align, max, min);
  }
};

class CriesWolf final : public PlainBuddy {
  const char* Audit() const override {
    return live_.size() == 2 ? "wolf" : PlainBuddy::Audit();
  }
};

// And owns up to it.
class Loses4KiB final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    if (order < 12) PlainBuddy::PutBack(block, order);
  }
};

}  // namespace

std::vector<Liar> BookLiars() {
  return {
      MakeLiar<LosesAByte>("lying_loses_a_byte", kConservedRule, 1),
      MakeLiar<CountsRegionsTwice>("lying_counts_regions_twice", kConservedRule,
                                   1),
      MakeLiar<NeverUsesLess>("lying_never_uses_less", kConservedRule, 2,
                              kUnplaced),
      MakeLiar<UsesHalfOfIt>("lying_uses_half_of_it", kConservedRule, 2,
                             kUnplaced),
      MakeLiar<RequestsWholeBlocks>("lying_requests_whole_blocks",
                                    kConservedRule, 2),
      MakeLiar<CountsBeforeItLooks>("lying_counts_before_it_looks",
                                    kUnchangedRule, 2),
      MakeLiar<CountsARefusedFree>("lying_counts_a_refused_free",
                                   kUnchangedRule, 5),
      MakeLiar<CountsARefusedRegion>("lying_counts_a_refused_region",
                                     kUnchangedRule, 2),
      MakeLiar<CountsQuestions>("lying_counts_questions", kUnchangedRule, 1),
      MakeLiar<TakesAHeaderOff>("lying_takes_a_header_off", kUsableRule, 1),
      MakeLiar<HasLessAtMostThanAtLeast>("lying_has_less_at_most_than_at_least",
                                         kUsableRule, 1),
      MakeLiar<CriesWolf>("lying_cries_wolf", kAuditRule, 3),
      MakeLiar<Loses4KiB>("lying_loses_4_kib", kAuditRule, 2),
  };
}

}  // namespace lockstep::suite
