// The part of the scheduler that sees accesses, records them, and recognises
// waiting loops.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "models/schedule/scheduler.h"
#include "models/schedule/task.h"
#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

// An atomic operation that has read the same value so often, and changed
// nothing, belongs to a loop that waits.
constexpr std::uint32_t kSpins = 2;
// The same for a plain read. The number is larger, because a search may read a
// value several times.
constexpr std::uint32_t kReads = 64;

constexpr std::uint64_t kMovesOfBeat = 1 << 12;
// The most nodes of a script. Where every access is a point, the room of the
// record is the limit instead.
constexpr std::size_t kMostChoices = std::size_t{1} << 17;

}  // namespace

void Scheduler::GoOn(Task& task) {
  const Node node{.access = task.pending,
                  .step = task.step,
                  .point = task.point,
                  .thread = task.number,
                  .from = decision_.from,
                  .is_forced = decision_.is_forced,
                  .enabled = decision_.enabled,
                  .from_step = decision_.step,
                  .from_point = decision_.point};
  if (++moves_ % kMovesOfBeat == 0) beats_->fetch_add(2);
  task.is_spinning = false;
  task.yielded_at = UINT64_MAX;
  chooser_->Did(node);
  const std::size_t most =
      places_.are_all_shared() ? Record::kMostNodes : kMostChoices;
  if (moves_ == most || !record_.Add(node)) {
    StopAll(kLivelockRule.name, task,
            Text("not all threads have ended after ", most, " points"));
  }
}

void Scheduler::Meet(Task& task, const Access& access) {
  task.pending = access;
  if (task.number == 0) return;
  places_.Note(access, task.number);
  if (places_.IsShared(access)) Decide(task);
}

void Scheduler::At(Task& task, Access access) {
  ++task.point;
  record_.points().fetch_add(1, std::memory_order_relaxed);
  if (access.instruction != 0) {
    record_.accesses().fetch_add(1, std::memory_order_relaxed);
  }
  Meet(task, access);
}

// The task has changed something: a loop that does so does not wait.
void Scheduler::Restart(Task& task) {
  task.futile = {};
  task.look_count = 0;
  ++task.era;
}

// Whether it has not read there since it last changed something. What it cannot
// remember counts as new.
bool Scheduler::IsNewLook(Task& task, std::uintptr_t address) {
  if (task.look_count == Task::kLooks / 2) {
    task.look_count = 0;
    ++task.era;
  }
  std::size_t at = address * 0x9E3779B97F4A7C15 >> 56;
  while (task.looks[at].era == task.era) {
    if (task.looks[at].address == address) return false;
    at = (at + 1) % Task::kLooks;
  }
  task.looks[at] = {address, task.era};
  ++task.look_count;
  return true;
}

bool Scheduler::IsSpinning(Task& task, const Access& access) const {
  for (const Task::Futile& old : task.futile) {
    const bool waits = old.times >= kSpins;
    if (old.instruction != access.instruction ||
        old.address != access.address || (!waits && old.all_times < kReads)) {
      continue;
    }
    if (ValueAt(old.address, old.bytes) != old.value) continue;
    // It may be a search, which ends by itself.
    if (!waits) record_.NotePartial();
    task.spun = old;
    return true;
  }
  return false;
}

// Until what it spins on has changed.
void Scheduler::Withhold(Task& task, const Access& access) {
  ++task.point;
  task.pending = access;
  task.is_spinning = true;
  places_.Note(access, task.number);
  Decide(task);
}

void Scheduler::AtAtomic(Task& task, Access access) {
  if (task.number == 0 || !IsSpinning(task, access)) return At(task, access);
  Withhold(task, access);
}

void Scheduler::AtRead(Task& task, Access access) {
  if (IsNewLook(task, access.address)) ++task.progress;
  Task::Futile& last = task.read;
  const bool is_same =
      last.instruction == access.instruction && last.address == access.address;
  last.times = is_same ? last.times + 1 : 0;
  last.instruction = access.instruction;
  last.address = access.address;
  if (task.number == 0 || last.times < kReads) return At(task, access);
  record_.NotePartial();
  last.bytes = access.bytes;
  last.value = ValueAt(access.address, access.bytes);
  task.spun = last;
  Withhold(task, access);
}

void Scheduler::DidAtomic(Task& task, const Access& access, std::uint64_t value,
                          bool has_changed) {
  if (has_changed || access.bytes > sizeof(value)) {
    Restart(task);
    forced_ = 0;
    return;
  }
  record_.NoteUnchanged(task.number, access);
  const auto old = std::ranges::find_if(task.futile, [&](const auto& one) {
    return one.instruction == access.instruction &&
           one.address == access.address;
  });
  if (old != task.futile.end() && old->value == value) {
    old->times = old->progress == task.progress ? old->times + 1 : 1;
    old->progress = task.progress;
    ++old->all_times;
    return;
  }
  // A loop that waits reads nothing new after its first iteration, so this is
  // not such a loop.
  for (Task::Futile& one : task.futile) one.times = one.all_times = 0;
  Task::Futile& place =
      old != task.futile.end() ? *old : task.futile[task.next_futile];
  if (old == task.futile.end()) {
    task.next_futile = (task.next_futile + 1) % task.futile.size();
  }
  place = {access.instruction,
           access.address,
           access.bytes,
           value,
           task.progress,
           1,
           1};
}

void Scheduler::MakeProgress(Task& task) {
  ++task.progress;
  task.read = {};
  forced_ = 0;
}

void Scheduler::Yield(Task& task, std::uintptr_t instruction) {
  ++task.point;
  if (task.number == 0) return;
  task.pending = {0, 0, AccessKind::kYield, instruction};
  task.yielded_at = moves_;
  Decide(task);
}

}  // namespace lockstep::suite
