#include "models/explore/state_key.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace lockstep::suite {
namespace {

// More than any drain: only a port that lies hands out so many.
constexpr std::size_t kMostDrained = 1u << 16;
// More than there are slots.
constexpr unsigned kSlotBits = 8;
static_assert(kMostSlots < 1u << kSlotBits);
// More than are put once, and than how many were drained takes.
constexpr std::size_t kFewNumbers = 128;
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
  out_ = BitWriter(key_.data());
  MakeRoom(kFewNumbers + system.port().handle_count +
           4 * system.slots().size() + 2 * system.memory().pieces().size());
  PutLive(system);
  if (!system.memory().IsPassive()) PutBooks(system);
  if (system.Promises(LOCKSTEP_DETECTS_FREE_AGAIN)) PutFreed(system);
  if (system.Promises(LOCKSTEP_DETECTS_USE_BEFORE_INIT)) PutRegion(system);
  if (sameness_ == Sameness::kConcrete) {
    PutStatistics(system);
    PutOrder(system, go_back);
  }
  auto end = static_cast<std::size_t>(out_.End() - key_.data());
  if (sameness_ == Sameness::kBytes) end = PutBytes(system, end);
  return std::string_view(key_).substr(0, end);
}

void StateKeys::MakeRoom(std::size_t numbers) {
  const auto end = static_cast<std::size_t>(out_.to() - key_.data());
  const std::size_t bytes = end + (numbers + 1) * BitWriter::kMostBytes;
  if (bytes <= key_.size()) return;
  key_.resize(2 * bytes);
  out_.MoveTo(key_.data() + end);
}

// Digits of so many bits, and before each of them whether there is one.
void StateKeys::PutCount(BitWriter& out, std::uint64_t count) {
  constexpr unsigned kDigitBits = 3;
  for (; count != 0; count >>= kDigitBits) {
    out.Put(1 | (count & 7) << 1, 1 + kDigitBits);
  }
  out.Put(0, 1);
}

// All are looked at: at which one it is found cannot be predicted.
std::uint64_t StateKeys::RequestOf(const System::Slot& slot) const {
  std::size_t found = alphabet_.requests.size();
  for (std::size_t i = found; i-- != 0;) {
    const Op& op = alphabet_.requests[i];
    const bool is_it =
        (op.bytes == slot.bytes) & (op.align_log2 == slot.align_log2);
    found = is_it ? i : found;
  }
  return found;
}

void StateKeys::PutLive(const System& system) {
  // Of each its offset and its slot in one number: there are few, and lower slots
  // tend to have lower blocks.
  const auto slots = system.slots();
  offsets_.resize(slots.size());
  std::size_t count = 0;
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot].state != System::SlotState::kLive) continue;
    const std::uint64_t live =
        std::min(slots[slot].offset, alphabet_.arena.bytes) << kSlotBits | slot;
    std::size_t i = count++;
    for (; i != 0 && live < offsets_[i - 1]; --i) offsets_[i] = offsets_[i - 1];
    offsets_[i] = live;
  }
  BitWriter out = out_;
  out.Put(count, count_bits_);
  std::uint64_t end = 0;
  for (const std::uint64_t live : std::span(offsets_).first(count)) {
    const System::Slot& slot =
        slots[static_cast<std::size_t>(live % (1u << kSlotBits))];
    PutOffset(out, slot.offset, end);
    out.Put(RequestOf(slot), request_bits_);
    end = slot.offset + slot.bytes;
  }
  out_ = out;
}

void StateKeys::PutBooks(const System& system) {
  for (std::uint32_t i = 0; i < system.port().handle_count; ++i) {
    out_.Put(system.IsAttached(i) ? 1 : 0, 1);
  }
  for (const std::uint64_t count : system.memory().pending()) {
    out_.Put(std::min<std::uint64_t>(count, 3), 2);
  }
  for (const Region piece : system.memory().pieces()) {
    out_.Put(1, 1);
    PutOffset(out_, piece.start);
  }
  out_.Put(0, 1);
}

void StateKeys::PutFreed(const System& system) {
  offsets_.clear();
  for (const System::Slot& slot : system.slots()) {
    if (system.IsFreedSinceAllocation(slot)) offsets_.push_back(slot.offset);
  }
  std::ranges::sort(offsets_);
  for (const std::uint64_t offset : offsets_) {
    out_.Put(1, 1);
    PutOffset(out_, offset);
  }
  out_.Put(0, 1);
}

// Nothing is live before init, and at first nothing after it.
void StateKeys::PutRegion(const System& system) {
  out_.Put(system.memory().pieces().empty() ? 0 : 1, 1);
}

// Where free spans coalesce, they follow from what is live.
void StateKeys::PutStatistics(const System& system) {
  if (system.Promises(LOCKSTEP_COALESCES)) return;
  const Statistics now = system.ReadStatistics();
  for (const std::uint64_t bytes : {now.total, now.used}) {
    out_.Put(bytes & 0xFFFFFFFF, 32);
    out_.Put(bytes >> 32, 32);
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
  MakeRoom(offsets_.size() + kFewNumbers);
  BitWriter out = out_;
  PutCount(out, offsets_.size());
  std::uint64_t end = 0;
  for (const std::uint64_t offset : offsets_) {
    PutOffset(out, offset, end);
    end = offset + request.bytes;
  }
  out_ = out;
}

std::size_t StateKeys::PutBytes(const System& system, std::size_t end) {
  const auto put = [&](const std::byte* from, std::uint64_t bytes) {
    const std::size_t start = end;
    end += static_cast<std::size_t>(bytes);
    if (end >= key_.size()) key_.resize(2 * end);
    CopyUnwatched(from, static_cast<std::size_t>(bytes), &key_[start]);
  };
  put(system.state().data(), system.state().size());
  for (const Region span : system.memory().pieces()) {
    const std::size_t start = end;
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
  return end;
}

}  // namespace lockstep::suite
