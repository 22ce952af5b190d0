#include "models/schedule/happens_before.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace lockstep::suite {
namespace {

bool Waits(const Access& access) {
  return access.kind == AccessKind::kAcquire ||
         access.kind == AccessKind::kShare;
}

}  // namespace

void HappensBefore::Join(Clock& clock, const Clock& other) {
  for (std::size_t i = 0; i < clock.size(); ++i) {
    clock[i] = std::max(clock[i], other[i]);
  }
}

void HappensBefore::Add(const OnRace& on_race) {
  const std::size_t index = of_nodes_.size();
  const Node& node = nodes_[index];
  const Clock before = of_threads_[node.thread];
  FindEarlier(node);
  Clock clock = before;
  for (const Earlier& one : earlier_) Join(clock, of_nodes_[one.node]);
  clock[node.thread] = static_cast<std::uint32_t>(index + 1);
  of_threads_[node.thread] = clock;
  of_nodes_.push_back(clock);
  for (const Earlier& one : earlier_) {
    if (IsRace(one, before)) on_race(one.race_with, index);
  }
  Note(node, static_cast<std::uint32_t>(index + 1));
}

void HappensBefore::FindEarlier(const Node& node) {
  earlier_.clear();
  const Access& access = node.access;
  for (auto place = access.first_place(); place < access.end_place(); ++place) {
    const Last& last = last_[place];
    Consider(last.write, node);
    if (!access.IsWrite()) continue;
    for (const std::uint32_t read : last.reads) Consider(read, node);
  }
}

void HappensBefore::Consider(std::uint32_t number, const Node& node) {
  if (number == 0 || nodes_[number - 1].thread == node.thread) return;
  const Node& other = nodes_[number - 1];
  const bool waits = Waits(node.access) &&
                     other.access.kind == AccessKind::kRelease &&
                     other.access.address == node.access.address;
  const std::uint32_t taken =
      waits ? taken_[node.access.address].last_released : 0;
  earlier_.push_back(
      {number - 1, waits && taken != 0 ? taken - 1 : number - 1, waits});
}

bool HappensBefore::IsRace(const Earlier& one, const Clock& before) const {
  const Node& other = nodes_[one.race_with];
  // Nobody had acquired this lock.
  if (one.has_waited && one.race_with == one.node) return false;
  if (before[other.thread] >= one.race_with + 1) return false;
  return std::ranges::none_of(earlier_, [&](const Earlier& later) {
    return later.node != one.node && one.node < later.node &&
           IsBefore(one.node, later.node);
  });
}

void HappensBefore::Note(const Node& node, std::uint32_t number) {
  const Access& access = node.access;
  if (Waits(access) || access.kind == AccessKind::kTry) {
    Taken& taken = taken_[access.address];
    if (taken.depths[node.thread]++ == 0) taken.nodes[node.thread] = number;
  }
  if (access.kind == AccessKind::kRelease) {
    // Some release a lock that another thread has acquired: see Locks::Drop.
    Taken& taken = taken_[access.address];
    std::size_t owner = node.thread;
    if (taken.depths[owner] == 0) {
      owner = static_cast<std::size_t>(
          std::ranges::find_if(taken.depths,
                               [](std::uint32_t depth) { return depth != 0; }) -
          taken.depths.begin());
    }
    taken.last_released = 0;
    if (owner < taken.depths.size()) {
      --taken.depths[owner];
      taken.last_released = taken.nodes[owner];
    }
  }
  for (auto place = access.first_place(); place < access.end_place(); ++place) {
    Last& last = last_[place];
    if (access.IsWrite()) {
      last.write = number;
      last.reads = {};
    } else {
      last.reads[node.thread] = number;
    }
  }
}

}  // namespace lockstep::suite
