// Who answers with what is no answer to such a question.

#include <cstddef>
#include <vector>

#include "lockstep/port.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

class AnswersWithANumber final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    return status == LOCKSTEP_OK ? -1 : status;
  }
};

class GivesNullForZeroBytes final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (bytes == 0) return LOCKSTEP_OK;
    return PlainBuddy::Allocate(bytes, align, block);
  }
};

class CallsFullAnOverlap final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    return status == LOCKSTEP_NO_MEMORY ? LOCKSTEP_MEMORY_OVERLAP : status;
  }
};

class LacksMemoryToFree final : public PlainBuddy {
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    return status == LOCKSTEP_NOT_ALLOCATED ? LOCKSTEP_NO_MEMORY : status;
  }
};

class CallsAnOverlapInvalid final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    const lockstep_status status = PlainBuddy::Add(start, bytes);
    return status == LOCKSTEP_MEMORY_OVERLAP ? LOCKSTEP_INVALID_PARAM : status;
  }
};

class HasNoUsableMemory final : public PlainBuddy {
  lockstep_status Usable(std::size_t /*bytes*/, std::size_t /*align*/,
                         std::size_t& /*min*/,
                         std::size_t& /*max*/) const override {
    return LOCKSTEP_NO_MEMORY;
  }
};

class HasNoRegionAllocated final : public PlainBuddy {
  lockstep_status Init(Address start, std::size_t bytes) override {
    const lockstep_status status = PlainBuddy::Init(start, bytes);
    return status == LOCKSTEP_OK ? status : LOCKSTEP_NOT_ALLOCATED;
  }
};

}  // namespace

std::vector<Liar> StatusLiars() {
  return {
      MakeLiar<AnswersWithANumber>("lying_answers_with_a_number", kStatusRule,
                                   2),
      MakeLiar<GivesNullForZeroBytes>("lying_gives_null_for_zero_bytes",
                                      kStatusRule, 2),
      MakeLiar<CallsFullAnOverlap>("lying_calls_full_an_overlap", kStatusRule,
                                   2),
      MakeLiar<LacksMemoryToFree>("lying_lacks_memory_to_free", kStatusRule, 4),
      MakeLiar<CallsAnOverlapInvalid>("lying_calls_an_overlap_invalid",
                                      kStatusRule, 2),
      MakeLiar<HasNoUsableMemory>("lying_has_no_usable_memory", kStatusRule, 1),
      MakeLiar<HasNoRegionAllocated>("lying_has_no_region_allocated",
                                     kStatusRule, 2),
  };
}

}  // namespace lockstep::suite
