#include "models/schedule/scheduler.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "models/schedule/task.h"
#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

// An atomic that comes to the same so often is a loop that waits.
constexpr std::uint32_t kSpins = 2;
// The same of a read: a search may look twice.
constexpr std::uint32_t kReads = 64;
// So often all that wait try again in vain before it is for ever.
constexpr std::uint64_t kMostForced = 400;

constinit thread_local Task* running = nullptr;
constinit thread_local bool is_inside = false;

void AwaitGo(std::atomic<std::uint32_t>& go) {
  while (go.exchange(0, std::memory_order_acquire) == 0) {
    syscall(SYS_futex, &go, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
  }
}

void LetGo(std::atomic<std::uint32_t>& go) {
  go.store(1, std::memory_order_release);
  syscall(SYS_futex, &go, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

std::uint64_t ValueAt(std::uintptr_t address, std::uint32_t bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(address),
              std::min<std::size_t>(bytes, sizeof(value)));
  return value;
}

}  // namespace

Scheduler::Scheduler(const Record& record, Places& places, Stopped stopped)
    : record_(record),
      places_(places),
      stopped_(std::move(stopped)),
      tasks_(std::make_unique<Task[]>(kMostThreads + 1)) {}

Scheduler::~Scheduler() = default;

Scheduler& Scheduler::Of(Task& task) { return *task.scheduler; }

Task* Scheduler::InsideTask() { return is_inside ? running : nullptr; }

void Scheduler::BeginScript(Chooser& chooser) {
  chooser_ = &chooser;
  locks_.Clear();
  record_.Clear();
  moves_ = 0;
  last_forced_ = 0;
  waits_ = 0;
  forced_ = 0;
}

void Scheduler::RunAlone(const std::function<void()>& work) {
  Task& task = tasks_[0];
  task.scheduler = this;
  running = &task;
  work();
  running = nullptr;
}

void Scheduler::RunBlock(ThreadSet threads,
                         const std::function<void(std::uint8_t)>& work) {
  tasks_ = std::make_unique<Task[]>(kMostThreads + 1);
  work_ = &work;
  alive_ = threads;
  for (ThreadSet left = threads; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    Task& task = tasks_[static_cast<std::size_t>(std::countr_zero(left))];
    task.scheduler = this;
    task.number = static_cast<std::uint8_t>(std::countr_zero(left));
    if (const int error =
            pthread_create(&task.thread, nullptr, ThreadMain, &task)) {
      throw std::system_error(error, std::generic_category(),
                              "no thread for a script");
    }
  }
  // What it does before its first point nobody sees, so another can still be
  // first.
  const std::uint8_t first = DefaultChoice(0, threads);
  decision_ = {0, 0, 0, Only(first), false};
  LetGo(tasks_[first].go);
  AwaitGo(main_go_);
  for (ThreadSet left = threads; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    pthread_join(
        tasks_[static_cast<std::size_t>(std::countr_zero(left))].thread,
        nullptr);
  }
  places_.Forget();
}

pthread_key_t Scheduler::ExitKey() {
  static const pthread_key_t kKey = [] {
    pthread_key_t key{};
    if (const int error = pthread_key_create(&key, OnThreadExit)) {
      throw std::system_error(error, std::generic_category(), "no thread key");
    }
    return key;
  }();
  return kKey;
}

// Whatever the code under test does when a thread ends is part of the schedule.
void* Scheduler::ThreadMain(void* argument) {
  Task& task = *static_cast<Task*>(argument);
  pthread_setspecific(ExitKey(), argument);
  AwaitGo(task.go);
  running = &task;
  task.scheduler->GoOn(task);
  (*task.scheduler->work_)(task.number);
  is_inside = true;
  return nullptr;
}

// The destructors of other keys come first: they are called in turns.
void Scheduler::OnThreadExit(void* argument) {
  Task& task = *static_cast<Task*>(argument);
  constexpr std::uint32_t kRounds = 2;
  if (++task.exit_rounds <= kRounds) {
    pthread_setspecific(ExitKey(), argument);
    return;
  }
  is_inside = false;
  running = nullptr;
  task.scheduler->Finish(task);
}

void Scheduler::Finish(Task& task) {
  task.has_ended = true;
  ++task.point;
  alive_ &= static_cast<ThreadSet>(~Only(task.number));
  if (alive_ == 0) {
    LetGo(main_go_);
  } else {
    Decide(task);
  }
}

void Scheduler::Begin(std::size_t step) {
  if (running == nullptr) return;
  running->step = static_cast<std::uint32_t>(step);
  running->point = 0;
  running->futile = {};
  running->read = {};
  running->failed_tries = 0;
  forced_ = 0;
}

void Scheduler::Touch(const void* address, std::size_t bytes, bool is_write) {
  if (running == nullptr || bytes == 0) return;
  At(*running, {reinterpret_cast<std::uintptr_t>(address),
                static_cast<std::uint32_t>(bytes),
                is_write ? AccessKind::kWrite : AccessKind::kRead});
}

void Scheduler::Enter() { is_inside = running != nullptr; }
void Scheduler::Leave() { is_inside = false; }

bool Scheduler::IsEnabled(const Task& task) const {
  if (task.has_ended) return false;
  if (task.lock != nullptr) {
    return locks_.IsFree(task.lock, task.number, task.is_shared,
                         task.is_recursive);
  }
  if (task.is_there != nullptr) return (*task.is_there)();
  if (task.condition != nullptr) return task.is_woken;
  if (task.is_spinning) {
    return ValueAt(task.spun.address, task.spun.bytes) != task.spun.value;
  }
  return task.yielded_at != moves_;
}

ThreadSet Scheduler::EnabledTasks() const {
  ThreadSet enabled = 0;
  for (ThreadSet left = alive_; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(left));
    if (IsEnabled(tasks_[number])) enabled |= Only(number);
  }
  return enabled;
}

void Scheduler::Decide(Task& task) {
  // What the scheduler itself calls is no code under test.
  const bool was_inside = std::exchange(is_inside, false);
  DecideOutside(task);
  is_inside = was_inside;
}

void Scheduler::DecideOutside(Task& task) {
  if (task.number == 0) {
    if (task.condition != nullptr && task.has_limit && !task.is_woken) {
      task.is_time_up = true;
      return;
    }
    if (!IsEnabled(task)) {
      StopAll(kDeadlockRule.name, task,
              "it waits, and no other thread is there to end it");
    }
    return;
  }
  const ThreadSet enabled = EnabledTasks();
  decision_ = {task.number, task.step, task.point, enabled, enabled == 0};
  std::uint8_t to = 0;
  if (enabled == 0) {
    to = Force();
    ++forced_;
  } else {
    to = chooser_->Choose({task.number, task.step, task.point, enabled});
    forced_ = 0;
  }
  if (to != task.number) {
    LetGo(tasks_[to].go);
    if (task.has_ended) return;
    AwaitGo(task.go);
  }
  GoOn(task);
}

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
  ++moves_;
  task.is_spinning = false;
  task.yielded_at = UINT64_MAX;
  chooser_->Did(node);
  if (!record_.Add(node)) {
    StopAll(
        kLivelockRule.name, task,
        Text("after ", Record::kMostNodes, " points there is no end to it"));
  }
}

// First those that wait by looking again and again, in turns; then those whose
// time would be up.
std::uint8_t Scheduler::Force() {
  ThreadSet looking = 0;
  ThreadSet limited = 0;
  for (ThreadSet left = alive_; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(left));
    const Task& task = tasks_[number];
    const bool waits = task.lock != nullptr || task.condition != nullptr ||
                       (task.is_there != nullptr && !task.is_trying);
    if (!waits) looking |= Only(number);
    if (task.condition != nullptr && task.has_limit) limited |= Only(number);
  }
  constexpr std::uint64_t kBeforeLimits = 20;
  if (limited != 0 && (looking == 0 || forced_ > kBeforeLimits)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(limited));
    tasks_[number].is_time_up = true;
    return number;
  }
  const Task& first =
      tasks_[static_cast<std::size_t>(std::countr_zero(alive_))];
  if (looking == 0) StopAll(kDeadlockRule.name, first, WhoWaits());
  if (forced_ >= kMostForced) {
    StopAll(kLivelockRule.name, first,
            "all that go on look for a change again and again, and nobody "
            "makes one");
  }
  ThreadSet next =
      looking & static_cast<ThreadSet>(~((2u << last_forced_) - 1));
  if (next == 0) next = looking;
  last_forced_ = static_cast<std::uint8_t>(std::countr_zero(next));
  return last_forced_;
}

std::string Scheduler::WhoWaits() const {
  std::string text;
  for (ThreadSet left = alive_; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(left));
    const Task& task = tasks_[number];
    text += Text(text.empty() ? "" : "; ", "t", int{number}, ", at point ",
                 task.point, " of step ", task.step, ", ");
    if (task.lock == nullptr) {
      text += "waits to be woken";
      continue;
    }
    const std::uint8_t owner = locks_.OwnerOf(task.lock, task.number);
    text += owner == number ? Text("waits for a lock that it holds itself")
            : owner == 0
                ? Text("waits for a lock that was never given up")
                : Text("waits for a lock that t", int{owner}, " holds");
  }
  return text;
}

void Scheduler::StopAll(std::string_view rule, const Task& task,
                        const std::string& came) {
  stopped_({rule, task.step, came});
  std::abort();
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
  // A loop that waits has nothing new after its first turn.
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
