#include "models/schedule/places.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace lockstep::suite {

Places::Places()
    : memory_(sizeof(Shared)),
      shared_(static_cast<Shared*>(memory_.data())),
      seen_(kRoom) {}

void Places::Clear() { std::memset(memory_.data(), 0, sizeof(Shared)); }

bool Places::Contains(std::uint64_t place) const {
  std::size_t at = Hash(place);
  while (shared_->places[at] != 0) {
    if (shared_->places[at] == place) return true;
    at = (at + 1) & (kRoom - 1);
  }
  return false;
}

// Half of the table stays free, so that a search in it ends. What does not fit
// counts as private.
void Places::Insert(std::uint64_t place) {
  if (shared_->count >= kRoom / 2) return;
  std::size_t at = Hash(place);
  while (shared_->places[at] != 0) at = (at + 1) & (kRoom - 1);
  shared_->places[at] = place;
  ++shared_->count;
}

bool Places::IsShared(const Access& access) const {
  if (is_all_) return true;
  for (std::uint64_t place = access.first_place(); place < access.end_place();
       ++place) {
    if (Contains(place)) return true;
  }
  return false;
}

void Places::Note(const Access& access, std::uint8_t thread) {
  for (std::uint64_t place = access.first_place(); place < access.end_place();
       ++place) {
    NotePlace(place, access.IsWrite(), thread);
  }
}

void Places::NotePlace(std::uint64_t place, bool is_write,
                       std::uint8_t thread) {
  const auto bit = static_cast<std::uint16_t>(1u << thread);
  if (seen_count_ >= seen_.size() / 2 && !Grow()) return;
  Seen& seen = SeenAt(place);
  const bool was = seen.IsShared();
  (is_write ? seen.writers : seen.readers) |= bit;
  if (seen.IsShared() && !was) found_.push_back(place);
}

bool Places::Seen::IsShared() const {
  return writers != 0 &&
         std::popcount(static_cast<unsigned>(readers | writers)) > 1;
}

Places::Seen& Places::SeenAt(std::uint64_t place) {
  const std::size_t mask = seen_.size() - 1;
  std::size_t at = static_cast<std::size_t>(Scatter(place) >> 32) & mask;
  while (seen_[at].block == block_ && seen_[at].place != place) {
    at = (at + 1) & mask;
  }
  if (seen_[at].block != block_) {
    seen_[at] = {place, block_, 0, 0};
    ++seen_count_;
  }
  return seen_[at];
}

// False: there are too many, and nothing more is noted.
bool Places::Grow() {
  if (seen_.size() == kMostSeen) {
    shared_->has_overflowed = true;
    return false;
  }
  const std::vector<Seen> old =
      std::exchange(seen_, std::vector<Seen>(2 * seen_.size()));
  seen_count_ = 0;
  for (const Seen& one : old) {
    if (one.block == block_) SeenAt(one.place) = one;
  }
  return true;
}

void Places::Forget() {
  ++block_;
  seen_count_ = 0;
}

bool Places::Take() {
  std::size_t more = 0;
  for (const std::uint64_t place : found_) {
    if (Contains(place)) continue;
    Insert(place);
    ++more;
  }
  found_.clear();
  return more != 0;
}

}  // namespace lockstep::suite
