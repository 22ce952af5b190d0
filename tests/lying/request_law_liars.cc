// Who serves, refuses, merges or charges as no allocator of its kind does.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "allocator/bytes/heap.h"
#include "lockstep/port.h"
#include "models/system/region.h"
#include "ports/cpp_port.h"
#include "tests/lying/law_liar.h"
#include "tests/lying/liar.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kLargeBytes = 4096;

// What is freed is served last.
class QueuesWhatIsFreed final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    for (; order < kOrders - 1; ++order) {
      if (std::erase(free_[order], block ^ BytesOf(order)) == 0) break;
      block &= ~BytesOf(order);
    }
    free_[order].insert(free_[order].begin(), block);
  }
};

class RefusesWordsOnly final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    const bool is_word = std::max(bytes, align) <= sizeof(void*);
    if (is_word && !live_.empty()) return LOCKSTEP_NO_MEMORY;
    return PlainBuddy::Allocate(bytes, align, block);
  }
};

class RestsAfterAFree final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (is_resting_ && bytes > kLargeBytes) return LOCKSTEP_NO_MEMORY;
    return PlainBuddy::Allocate(bytes, align, block);
  }
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    is_resting_ |= status == LOCKSTEP_OK;
    return status;
  }

  bool is_resting_ = false;
};

// Refuses what is large at first.
class LetsItselfBeAskedTwice final : public PlainBuddy {
  lockstep_status Allocate(std::size_t bytes, std::size_t align,
                           Address& block) override {
    if (bytes > kLargeBytes && ++asked_ == 1) return LOCKSTEP_NO_MEMORY;
    return PlainBuddy::Allocate(bytes, align, block);
  }

  unsigned asked_ = 0;
};

class MergesIntoTheUpperHalf final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    const Address buddy = block ^ BytesOf(order);
    if (order == kOrders - 1 || std::erase(free_[order], buddy) == 0) {
      Push(order, block);
    } else {
      Push(order + 1, std::max(block, buddy));
    }
  }
};

class MergesUpwardsOnly final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    for (; order < kOrders - 1; ++order) {
      if ((block & BytesOf(order)) != 0) break;
      if (std::erase(free_[order], block + BytesOf(order)) == 0) break;
    }
    Push(order, block);
  }
};

class LosesPages final : public PlainBuddy {
  void PutBack(Address block, std::size_t order) override {
    if (BytesOf(order) != kLargeBytes) PlainBuddy::PutBack(block, order);
  }
};

class HalvesWhatComesBelow final : public PlainBuddy {
  lockstep_status Add(Address start, std::size_t bytes) override {
    is_below_ =
        !regions_.regions().empty() && start < regions_.regions().front().start;
    return PlainBuddy::Add(start, bytes);
  }
  void Carve(Region region) override {
    if (is_below_) region.end -= region.bytes() / 2;
    PlainBuddy::Carve(region);
  }

  bool is_below_ = false;
};

class LosesAByte final : public PlainBuddy {
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    if (read.available != 0) --read.available;
    return read;
  }
};

class PromisesAWordMore final : public PlainBuddy {
  lockstep_status Usable(std::size_t bytes, std::size_t align, std::size_t& min,
                         std::size_t& max) const override {
    const lockstep_status status = PlainBuddy::Usable(bytes, align, min, max);
    min = max += sizeof(void*);
    return status;
  }
};

class UsesLessOfMore final : public PlainBuddy {
  lockstep_status Usable(std::size_t bytes, std::size_t align, std::size_t& min,
                         std::size_t& max) const override {
    const lockstep_status status = PlainBuddy::Usable(bytes, align, min, max);
    if (bytes <= kLargeBytes) max += 2 * kLargeBytes;
    return status;
  }
};

// Adds to what is used, honestly conserved.
class Charges : public PlainBuddy {
 protected:
  virtual std::size_t Extra() const = 0;

 private:
  lockstep_statistics ReadStatistics() const override {
    lockstep_statistics read = statistics_;
    const std::size_t extra = std::min(Extra(), read.available);
    read.used += extra;
    read.available -= extra;
    return read;
  }
};

class ChargesAPageForAWord final : public Charges {
  std::size_t Extra() const override {
    return kLargeBytes *
           static_cast<std::size_t>(
               std::ranges::count_if(live_, [](const auto& live) {
                 return SpanOf(live.second.bytes, live.second.align) <= 64;
               }));
  }
};

class KeepsTheChange final : public Charges {
  std::size_t Extra() const override { return kept_; }
  lockstep_status Free(Address block, std::size_t bytes,
                       std::size_t align) override {
    const lockstep_status status = PlainBuddy::Free(block, bytes, align);
    if (status == LOCKSTEP_OK) {
      kept_ += static_cast<std::size_t>(SpanOf(bytes, align)) - bytes;
    }
    return status;
  }

  std::size_t kept_ = 0;
};

constexpr lockstep_port HonestHeap() {
  auto port = CppPort<Heap>::Table("heap", "for tests of the laws");
  port.region_align_bytes = Heap::kPageBytes;
  port.init_granule_bytes = Heap::kMinRegionBytes;
  return port;
}
constexpr lockstep_port kHonestHeap = HonestHeap();

// Where a second one can be had, that one.
lockstep_status ServesTheSecond(void* state, std::size_t bytes,
                                std::size_t align, void** block) {
  void* first = nullptr;
  const auto status = kHonestHeap.allocate(state, bytes, align, &first);
  if (status != LOCKSTEP_OK) return status;
  if (kHonestHeap.allocate(state, bytes, align, block) != LOCKSTEP_OK) {
    *block = first;
    return LOCKSTEP_OK;
  }
  return kHonestHeap.deallocate(state, first, bytes, align);
}

LawLiar SpoiltHeap() {
  lockstep_port port = kHonestHeap;
  port.name = "unlawful_serves_the_second";
  port.allocate = ServesTheSecond;
  return {port, kHonestHeap, "slabs_are_stacks"};
}

template <class Lie>
LawLiar Breaks(std::string_view law, const char* name) {
  return {PlainPort<Lie>::Behind(kPlain, name),
          PlainPort<PlainBuddy>::Behind(kPlain, "honest"), law};
}

}  // namespace

std::vector<LawLiar> RequestLawLiars() {
  return {
      Breaks<QueuesWhatIsFreed>("free_undoes_allocate",
                                "unlawful_queues_what_is_freed"),
      Breaks<RefusesWordsOnly>("smaller_fits_where_larger_does",
                               "unlawful_refuses_words_only"),
      Breaks<RestsAfterAFree>("frees_do_no_harm",
                              "unlawful_rests_after_a_free"),
      Breaks<LetsItselfBeAskedTwice>("refusals_last",
                                     "unlawful_lets_itself_be_asked_twice"),
      SpoiltHeap(),
      Breaks<LosesAByte>("books_balance", "unlawful_loses_a_byte"),
      Breaks<UsesLessOfMore>("usable_grows_with_the_request",
                             "unlawful_uses_less_of_more"),
      Breaks<PromisesAWordMore>("usable_bytes_are_ones_own",
                                "unlawful_promises_a_word_more"),
      Breaks<ChargesAPageForAWord>("more_costs_no_less",
                                   "unlawful_charges_a_page_for_a_word"),
      Breaks<KeepsTheChange>("frees_refund_in_full",
                             "unlawful_keeps_the_change"),
      Breaks<MergesIntoTheUpperHalf>("halves_are_buddies",
                                     "unlawful_merges_into_the_upper_half"),
      Breaks<MergesUpwardsOnly>("order_of_frees_is_forgotten",
                                "unlawful_merges_upwards_only"),
      Breaks<LosesPages>("all_free_is_as_fresh", "unlawful_loses_pages"),
      Breaks<HalvesWhatComesBelow>("order_of_regions_is_forgotten",
                                   "unlawful_halves_what_comes_below"),
  };
}

}  // namespace lockstep::suite
