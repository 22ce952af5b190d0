#include "models/explore/state_key.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace lockstep::suite {
namespace {

// More than any drain: only a port that lies hands out so many.
constexpr std::size_t kMostDrained = 1u << 16;
// More than there are slots.
constexpr unsigned kSlotBits = 8;
static_assert(kMostSlots < 1u << kSlotBits);
constexpr std::uint64_t kForEver = std::numeric_limits<std::uint64_t>::max();

// Free memory may be poisoned; and a loop that is not volatile would become a
// memcpy, which AddressSanitizer watches.
[[gnu::no_sanitize_address]] void CopyUnwatched(const std::byte* from,
                                                std::size_t bytes, char* to) {
  const volatile std::byte* const start = from;
  for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<char>(start[i]);
}

unsigned BitsFor(std::uint64_t largest) {
  return static_cast<unsigned>(std::bit_width(largest));
}

}  // namespace

StateKeys::StateKeys(const lockstep_port& port, const Alphabet& alphabet,
                     Sameness sameness)
    : alphabet_(alphabet),
      sameness_(sameness),
      grain_log2_(
          (port.capabilities & LOCKSTEP_COALESCES) != 0
              ? static_cast<unsigned>(std::countr_zero(alphabet.unit_bytes))
              : 0),
      offset_bits_(BitsFor(alphabet.arena.bytes >> grain_log2_)),
      request_bits_(BitsFor(alphabet.requests.size() - 1)),
      count_bits_(BitsFor(alphabet.slots)) {}

std::string_view StateKeys::Of(System& system,
                               const std::function<void()>& go_back) {
  end_ = 0;
  tail_ = 0;
  tail_bits_ = 0;
  PutLive(system);
  if (!system.memory().IsPassive()) PutBooks(system);
  if (system.Promises(LOCKSTEP_DETECTS_FREE_AGAIN)) PutFreed(system);
  if (system.Promises(LOCKSTEP_DETECTS_USE_BEFORE_INIT)) PutRegion(system);
  if (sameness_ == Sameness::kConcrete) {
    PutStatistics(system);
    PutOrder(system, go_back);
  }
  PutTail();
  if (sameness_ == Sameness::kBytes) PutBytes(system);
  return std::string_view(key_).substr(0, end_);
}

// The bits that fill no word, in as few bytes as hold them.
void StateKeys::PutTail() {
  if (end_ + kWordBytes > key_.size()) key_.resize(2 * key_.size());
  for (; tail_bits_ != 0; tail_bits_ -= std::min(tail_bits_, 8u)) {
    key_[end_++] = static_cast<char>(tail_ & 0xFF);
    tail_ >>= 8;
  }
}

// Digits of so many bits, and before each of them whether there is one.
void StateKeys::PutCount(std::uint64_t count) {
  constexpr unsigned kDigitBits = 3;
  for (; count != 0; count >>= kDigitBits) {
    Put(1 | (count & 7) << 1, 1 + kDigitBits);
  }
  Put(0, 1);
}

std::uint64_t StateKeys::RequestOf(const System::Slot& slot) const {
  const auto found =
      std::ranges::find_if(alphabet_.requests, [&](const Op& op) {
        return op.bytes == slot.bytes && op.align_log2 == slot.align_log2;
      });
  return static_cast<std::uint64_t>(found - alphabet_.requests.begin());
}

void StateKeys::PutLive(const System& system) {
  // Of each its offset and its slot in one number: there are few, and lower slots
  // tend to have lower blocks.
  offsets_.clear();
  const auto slots = system.slots();
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot].state != System::SlotState::kLive) continue;
    const std::uint64_t live =
        std::min(slots[slot].offset, alphabet_.arena.bytes) << kSlotBits | slot;
    std::size_t i = offsets_.size();
    offsets_.push_back(live);
    for (; i != 0 && live < offsets_[i - 1]; --i) offsets_[i] = offsets_[i - 1];
    offsets_[i] = live;
  }
  Put(offsets_.size(), count_bits_);
  std::uint64_t end = 0;
  for (const std::uint64_t live : offsets_) {
    const System::Slot& slot =
        slots[static_cast<std::size_t>(live % (1u << kSlotBits))];
    PutOffset(slot.offset, end);
    Put(RequestOf(slot), request_bits_);
    end = slot.offset + slot.bytes;
  }
}

void StateKeys::PutBooks(const System& system) {
  for (std::uint32_t i = 0; i < system.port().handle_count; ++i) {
    Put(system.IsAttached(i) ? 1 : 0, 1);
  }
  for (const std::uint64_t count : system.memory().pending()) {
    Put(std::min<std::uint64_t>(count, 3), 2);
  }
  for (const Region piece : system.memory().pieces()) {
    Put(1, 1);
    PutOffset(piece.start);
  }
  Put(0, 1);
}

void StateKeys::PutFreed(const System& system) {
  offsets_.clear();
  for (const System::Slot& slot : system.slots()) {
    if (system.IsFreedSinceAllocation(slot)) offsets_.push_back(slot.offset);
  }
  std::ranges::sort(offsets_);
  for (const std::uint64_t offset : offsets_) {
    Put(1, 1);
    PutOffset(offset);
  }
  Put(0, 1);
}

// Nothing is live before init, and at first nothing after it.
void StateKeys::PutRegion(const System& system) {
  Put(system.memory().pieces().empty() ? 0 : 1, 1);
}

// Where free spans coalesce, they follow from what is live.
void StateKeys::PutStatistics(const System& system) {
  if (system.Promises(LOCKSTEP_COALESCES)) return;
  const Statistics now = system.ReadStatistics();
  for (const std::uint64_t bytes : {now.total, now.used}) {
    Put(bytes & 0xFFFFFFFF, 32);
    Put(bytes >> 32, 32);
  }
}

// Where free spans coalesce, the smallest request meets every one of them.
void StateKeys::PutOrder(System& system, const std::function<void()>& go_back) {
  PutDrain(system, alphabet_.requests.front());
  if (system.Promises(LOCKSTEP_COALESCES)) return;
  for (std::size_t i = 1; i < alphabet_.requests.size(); ++i) {
    go_back();
    PutDrain(system, alphabet_.requests[i]);
  }
}

void StateKeys::PutDrain(System& system, const Op& request) {
  if (!system.memory().IsPassive()) {
    const Op refuse{.verb = Verb::kRefuse, .bytes = kForEver};
    if (const auto call = system.Resolve(refuse, 0)) system.Perform(*call);
  }
  Op op = request;
  op.slot = alphabet_.slots;
  offsets_.clear();
  if (const auto call = system.Resolve(op, 0)) {
    system.Drain(*call, kMostDrained, offsets_);
  }
  PutCount(offsets_.size());
  std::uint64_t end = 0;
  for (const std::uint64_t offset : offsets_) {
    PutOffset(offset, end);
    end = offset + request.bytes;
  }
}

void StateKeys::PutBytes(const System& system) {
  const auto put = [&](const std::byte* from, std::uint64_t bytes) {
    const std::size_t start = end_;
    end_ += static_cast<std::size_t>(bytes);
    if (end_ >= key_.size()) key_.resize(2 * end_);
    CopyUnwatched(from, static_cast<std::size_t>(bytes), &key_[start]);
  };
  put(system.state().data(), system.state().size());
  for (const Region span : system.memory().pieces()) {
    const std::size_t start = end_;
    put(system.arena().At(span.start), span.bytes());
    for (const System::Slot& slot : system.slots()) {
      if (slot.state != System::SlotState::kLive ||
          !span.Contains(slot.offset, slot.bytes)) {
        continue;
      }
      std::fill_n(key_.begin() + static_cast<std::ptrdiff_t>(
                                     start + slot.offset - span.start),
                  slot.bytes, '\0');
    }
  }
}

}  // namespace lockstep::suite
