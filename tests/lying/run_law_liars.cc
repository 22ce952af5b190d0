// Who lets count what must not: other instances, contents, addresses, queries.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lockstep/port.h"
#include "tests/lying/law_liar.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

// Serves the upper half where it pleases.
class Moody : public PlainBuddy {
 protected:
  virtual bool PrefersTheUpperHalf(Address block) const = 0;

 private:
  void PushHalves(std::size_t order, Address block) override {
    const bool is_upper = PrefersTheUpperHalf(block);
    Push(order - 1, is_upper ? block : block + BytesOf(order - 1));
    Push(order - 1, is_upper ? block + BytesOf(order - 1) : block);
  }
};

class CountsItsPredecessors final : public Moody {
 public:
  CountsItsPredecessors() : is_odd_(++g_instances % 2 != 0) {}

 private:
  bool PrefersTheUpperHalf(Address /*block*/) const override { return is_odd_; }

  static inline unsigned g_instances = 0;
  bool is_odd_;
};

// Where the last allocation of all was another instance's.
class LooksAtOthers final : public Moody {
 public:
  LooksAtOthers() { g_last = this; }

 private:
  bool PrefersTheUpperHalf(Address /*block*/) const override {
    return g_last != this;
  }
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    g_last = this;
    return status;
  }

  static inline const void* g_last = nullptr;
};

class ReadsWhatItSplits final : public Moody {
  bool PrefersTheUpperHalf(Address block) const override {
    return (*At(block) & std::byte{1}) != std::byte{0};
  }
};

class LooksAtHighBits final : public Moody {
  bool PrefersTheUpperHalf(Address block) const override {
    constexpr unsigned kSmallestArenaLog2 = 17;
    return std::popcount(block >> kSmallestArenaLog2) % 2 != 0;
  }
};

class TiresOfQuestions final : public Moody {
  bool PrefersTheUpperHalf(Address /*block*/) const override {
    return questions_ > 1;
  }
  lockstep_statistics ReadStatistics() const override {
    ++questions_;
    return PlainBuddy::ReadStatistics();
  }

  mutable unsigned questions_ = 0;
};

class RemembersFailures final : public Moody {
  bool PrefersTheUpperHalf(Address /*block*/) const override {
    return has_failed_;
  }
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const lockstep_status status = PlainBuddy::Allocate(bytes, align, block);
    has_failed_ |= status == LOCKSTEP_NO_MEMORY;
    return status;
  }

  bool has_failed_ = false;
};

class CountsItsRegions final : public Moody {
  bool PrefersTheUpperHalf(Address /*block*/) const override {
    return regions_.regions().size() > 1;
  }
};

class LikesOddBytes final : public Moody {
  bool PrefersTheUpperHalf(Address /*block*/) const override { return is_odd_; }
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    is_odd_ = bytes % 2 != 0;
    return PlainBuddy::Allocate(bytes, align, block);
  }

  bool is_odd_ = false;
};

template <class Lie>
LawLiar Breaks(std::string_view law, const char* name) {
  return {PlainPort<Lie>::Behind(kPlain, name),
          PlainPort<PlainBuddy>::Behind(kPlain, "honest"), law};
}

}  // namespace

std::vector<LawLiar> RunLawLiars() {
  return {
      Breaks<CountsItsPredecessors>("same_script_same_outcomes",
                                    "unlawful_counts_its_predecessors"),
      Breaks<LooksAtOthers>("instances_are_strangers",
                            "unlawful_looks_at_others"),
      Breaks<ReadsWhatItSplits>("contents_do_not_count",
                                "unlawful_reads_what_it_splits"),
      Breaks<LooksAtHighBits>("only_offsets_count",
                              "unlawful_looks_at_high_bits"),
      Breaks<TiresOfQuestions>("queries_change_nothing",
                               "unlawful_tires_of_questions"),
      Breaks<RemembersFailures>("failures_leave_no_trace",
                                "unlawful_remembers_failures"),
      Breaks<CountsItsRegions>("a_full_region_is_no_region",
                               "unlawful_counts_its_regions"),
      Breaks<LikesOddBytes>("spans_alone_count", "unlawful_likes_odd_bytes"),
  };
}

}  // namespace lockstep::suite
