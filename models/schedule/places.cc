#include "models/schedule/places.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

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
  std::size_t at = Hash(place);
  for (std::size_t tries = 0; tries < kRoom / 2; ++tries) {
    Seen& seen = seen_[at];
    if (seen.block != block_) seen = {place, block_, 0, 0};
    if (seen.place == place) {
      const bool was =
          seen.writers != 0 &&
          std::popcount(static_cast<unsigned>(seen.readers | seen.writers)) > 1;
      (is_write ? seen.writers : seen.readers) |= bit;
      const bool is =
          seen.writers != 0 &&
          std::popcount(static_cast<unsigned>(seen.readers | seen.writers)) > 1;
      if (is && !was) found_.push_back(place);
      return;
    }
    at = (at + 1) & (kRoom - 1);
  }
}

void Places::Forget() { ++block_; }

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
