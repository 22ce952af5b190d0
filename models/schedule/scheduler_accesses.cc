// The part of the scheduler that sees accesses, and recognises waiting loops.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "models/schedule/scheduler.h"
#include "models/schedule/task.h"

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

// An atomic operation that has read the same value so often, and changed
// nothing, belongs to a loop that waits.
constexpr std::uint32_t kSpins = 2;
// The same for a plain read. The number is larger, because a search may read a
// value several times.
constexpr std::uint32_t kReads = 64;

}  // namespace

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

bool Scheduler::IsSpinning(Task& task, const Access& access) const {
  for (const Task::Futile& old : task.futile) {
    if (old.instruction != access.instruction ||
        old.address != access.address || old.times < kSpins) {
      continue;
    }
    if (ValueAt(old.address, old.bytes) != old.value) continue;
    task.spun = old;
    return true;
  }
  return false;
}

void Scheduler::AtAtomic(Task& task, Access access) {
  if (task.number == 0 || !IsSpinning(task, access)) return At(task, access);
  ++task.point;
  task.pending = access;
  task.is_spinning = true;
  places_.Note(access, task.number);
  Decide(task);
}

void Scheduler::AtRead(Task& task, Access access) {
  Task::Futile& last = task.read;
  const bool is_same =
      last.instruction == access.instruction && last.address == access.address;
  last.times = is_same ? last.times + 1 : 0;
  last.instruction = access.instruction;
  last.address = access.address;
  if (task.number == 0 || last.times < kReads) return At(task, access);
  last.bytes = access.bytes;
  last.value = ValueAt(access.address, access.bytes);
  ++task.point;
  task.spun = last;
  task.pending = access;
  task.is_spinning = true;
  places_.Note(access, task.number);
  Decide(task);
}

void Scheduler::DidAtomic(Task& task, const Access& access, std::uint64_t value,
                          bool has_changed) {
  if (has_changed || access.bytes > sizeof(value)) {
    task.futile = {};
    forced_ = 0;
    return;
  }
  record_.NoteUnchanged(task.number, access);
  for (Task::Futile& old : task.futile) {
    if (old.instruction != access.instruction ||
        old.address != access.address) {
      continue;
    }
    if (old.value == value) {
      ++old.times;
      return;
    }
    for (Task::Futile& one : task.futile) one.times = 0;
    old.value = value;
    old.times = 1;
    return;
  }
  // A loop that waits reads nothing new after its first iteration, so this is
  // not such a loop.
  for (Task::Futile& one : task.futile) one.times = 0;
  task.futile[task.next_futile] = {access.instruction, access.address,
                                   access.bytes, value, 1};
  task.next_futile = (task.next_futile + 1) % task.futile.size();
}

void Scheduler::MakeProgress(Task& task) {
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
