#include "models/schedule/scheduler.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
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

// How often threads may take turns without an operation that begins.
constexpr std::uint64_t kMostHandovers = std::uint64_t{1} << 14;
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

}  // namespace

Scheduler::Scheduler(const Record& record, Places& places, Stopped stopped)
    : record_(record),
      places_(places),
      stopped_(std::move(stopped)),
      tasks_(std::make_unique<Task[]>(kMostThreads + 1)) {}

Scheduler::~Scheduler() = default;

Scheduler& Scheduler::Of(Task& task) { return *task.scheduler; }

Task* Scheduler::InsideTask() { return is_inside ? running : nullptr; }

void Scheduler::BeginScript(Chooser& chooser,
                            std::atomic<std::uint64_t>& beats) {
  chooser_ = &chooser;
  beats_ = &beats;
  locks_.Clear();
  record_.Clear();
  handovers_ = 0;
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
  // No other thread sees what a thread does before its first point, so it does
  // not matter which one begins.
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

// Destructors of keys are called in rounds. Those of other keys are to come
// first, so this one asks for further rounds.
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
  Restart(*running);
  running->read = {};
  running->failed_tries = 0;
  handovers_ = 0;
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

void Scheduler::Decide(Task& task) {
  // What the scheduler itself calls is not code under test.
  const bool was_inside = std::exchange(is_inside, false);
  const int error = errno;
  DecideOutside(task);
  errno = error;
  is_inside = was_inside;
}

void Scheduler::DecideOutside(Task& task) {
  if (task.number == 0) {
    if (task.has_limit && !IsEnabled(task)) {
      task.is_time_up = true;
      return;
    }
    if (!IsEnabled(task)) {
      StopAll(kDeadlockRule.name, task,
              "it waits, and there is no other thread to wake it");
    }
    return;
  }
  ThreadSet enabled = EnabledTasks();
  // Time has passed for the others, too.
  if (task.has_timed_out && (enabled & ~Only(task.number)) != 0) {
    enabled &= static_cast<ThreadSet>(~Only(task.number));
    task.has_timed_out = false;
  }
  decision_ = {task.number, task.step, task.point, enabled, enabled == 0};
  std::uint8_t to = 0;
  if (enabled == 0) {
    to = Force();
    record_.NotePartial();
    ++forced_;
  } else {
    to = chooser_->Choose({task.number, task.step, task.point, enabled});
    forced_ = 0;
  }
  if (to != task.number) {
    if (++handovers_ == kMostHandovers) {
      StopAll(kLivelockRule.name, task,
              Text("threads have taken turns ", kMostHandovers,
                   " times, and no operation has begun meanwhile"));
    }
    LetGo(tasks_[to].go);
    if (task.has_ended) return;
    AwaitGo(task.go);
  }
  GoOn(task);
}

void Scheduler::StopAll(std::string_view rule, const Task& task,
                        const std::string& came) {
  stopped_({rule, task.step, came});
  std::abort();
}

}  // namespace lockstep::suite
