#ifndef LOCKSTEP_MODELS_SCHEDULE_SCHEDULER_H_
#define LOCKSTEP_MODELS_SCHEDULE_SCHEDULER_H_

// Runs threads one at a time. Before each access that another thread may see,
// the thread that runs calls the scheduler, and a chooser says which thread
// goes on. So a run is decided by its choices, and can be repeated.
//
//     t1 ----*        *-----  *: a point; t1 was stopped, and went on later
//     t2      *------*
//
// The code under test is compiled with -fsanitize=thread. The functions that it
// then calls before each access are defined in memory_hooks.cc, and those that
// it calls to lock and to wait in lock_hooks.cc and wait_hooks.cc. They call
// the scheduler.
//   Requires   one scheduler in a process, and code under test that starts no
//              threads of its own.
//   Errors     a deadlock or a livelock ends the process: see Stopped.
//   Complexity some nanoseconds for a point without a switch; two system calls
//              for a switch. Each parallel block creates its threads.
//   Not seen   reordering by a processor or a compiler: all threads see
//              accesses in the order in which they are made.

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "models/schedule/access.h"
#include "models/schedule/chooser.h"
#include "models/schedule/locks.h"
#include "models/schedule/places.h"
#include "models/schedule/record.h"
#include "models/script/op.h"
#include "models/threads/stage_watch.h"

namespace lockstep::suite {

class Scheduler final : public StageWatch {
 public:
  // Why the run cannot go on.
  struct Stop {
    std::string_view rule;
    std::size_t step = 0;
    std::string came;
  };
  // Must not return.
  using Stopped = std::function<void(const Stop&)>;

  // Record, places and the function must outlive it.
  Scheduler(const Record& record, Places& places, Stopped stopped);
  ~Scheduler() override;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Begins a script; the chooser must outlive it.
  // `beats` rises by 2 every some thousand points, so that who watches sees that it
  // goes on.
  void BeginScript(Chooser& chooser, std::atomic<std::uint64_t>& beats);
  // Does work outside a parallel block, on this thread.
  void RunAlone(const std::function<void()>& work);
  // Calls work(thread) for each of the threads, on threads of their own.
  // Returns when all have ended, and their thread-local variables were
  // destroyed.
  void RunBlock(ThreadSet threads,
                const std::function<void(std::uint8_t)>& work);

  // Called by the stage on the thread that runs.
  void Begin(std::size_t step) override;
  void Touch(const void* address, std::size_t bytes, bool is_write) override;
  void Enter() override;
  void Leave() override;

  // A thread of a parallel block, or the one that runs outside of them.
  struct Task;
  // The task of the calling thread while it is in the code under test; else
  // null.
  static Task* InsideTask();
  static Scheduler& Of(Task& task);

  // Called before an access by the task, which must be the one that runs.
  void At(Task& task, Access access);
  // Called before an atomic operation. If it has repeatedly read the same value
  // and changed nothing, the task goes on only once that value has changed.
  void AtAtomic(Task& task, Access access);
  // Called before a read that is not atomic. If it is repeated many times, the
  // task waits for a change, too.
  void AtRead(Task& task, Access access);
  // Called after an atomic operation: what it read, and whether it changed
  // anything.
  void DidAtomic(Task& task, const Access& access, std::uint64_t value,
                 bool has_changed);
  void Yield(Task& task, std::uintptr_t instruction);

  // For the hooks of locks and waits. Each returns once it is done.
  // False: the time is up.
  bool Lock(Task& task, const void* lock, bool is_shared, bool is_recursive,
            bool has_limit = false);
  bool TryLock(Task& task, const void* lock, bool is_shared, bool is_recursive);
  void Unlock(Task& task, const void* lock);
  // True: woken; false: the time is up.
  bool Wait(Task& task, const void* condition, const void* lock,
            bool has_limit);
  // Wakes those that have waited longest, and returns how many: of a futex, those
  // whose mask has a bit of this one.
  std::uint32_t Wake(Task& task, const void* condition, std::uint32_t most,
                     std::uint32_t mask = UINT32_MAX);
  // As FUTEX_WAIT_BITSET: waits to be woken if the word is still as expected.
  // Returns 0, EAGAIN or ETIMEDOUT.
  int WaitAt(Task& task, const void* word, std::uint32_t expected,
             bool has_limit, std::uint32_t mask);
  // As FUTEX_REQUEUE: lets threads wait at another word, and returns how many.
  std::uint32_t Move(Task& task, const void* from, const void* to,
                     std::uint32_t most);
  // Waits until is_there() holds, which another task brings about.
  void Await(Task& task, const void* address,
             const std::function<bool()>& is_there,
             AccessKind kind = AccessKind::kAwait);
  // A plain access may have changed memory, so threads that wait in loops are
  // not yet in a livelock.
  void MakeProgress(Task& task);
  void Notify(Task& task, const void* address);

 private:
  struct Decision {
    std::uint8_t from = 0;
    std::uint32_t step = 0;
    std::uint32_t point = 0;
    ThreadSet enabled = 0;
    bool is_forced = false;
  };
  static void* ThreadMain(void* argument);
  static void OnThreadExit(void* argument);
  static pthread_key_t ExitKey();

  bool IsEnabled(const Task& task) const;
  ThreadSet EnabledTasks() const;
  // Chooses which task goes on, and hands over to it if it is another one.
  // Returns when this task goes on, or at once if it has ended.
  void Decide(Task& task);
  void DecideOutside(Task& task);
  // No task can go on: chooses one that waits for a change, to try again.
  std::uint8_t Force();
  // Records that this task was chosen.
  void GoOn(Task& task);
  void Expect(Task& task, const void* condition, bool has_limit,
              std::uint32_t mask = UINT32_MAX);
  // The one that has waited longest; null: none waits there.
  Task* FirstAt(const void* condition, std::uint32_t mask);
  void Sleep(Task& task);
  // Decides at an access only if other threads share its place.
  void Meet(Task& task, const Access& access);
  static void Restart(Task& task);
  static bool IsNewLook(Task& task, std::uintptr_t address);
  bool IsSpinning(Task& task, const Access& access) const;
  void Withhold(Task& task, const Access& access);
  void Finish(Task& task);
  [[noreturn]] void StopAll(std::string_view rule, const Task& task,
                            const std::string& came);
  std::string WhoWaits() const;

  const Record& record_;
  Places& places_;
  Stopped stopped_;
  Chooser* chooser_ = nullptr;
  std::atomic<std::uint64_t>* beats_ = nullptr;
  // By number; the first is for operations outside a parallel block.
  std::unique_ptr<Task[]> tasks_;
  Locks locks_;
  Decision decision_;
  ThreadSet alive_ = 0;
  std::uint64_t handovers_ = 0;  // Since an operation began.
  std::uint64_t moves_ = 0;      // Nodes of the script so far.
  std::uint64_t waits_ = 0;      // For conditions so far.
  std::uint64_t forced_ = 0;     // In a row.
  std::uint8_t last_forced_ = 0;
  std::atomic<std::uint32_t> main_go_{0};
  const std::function<void(std::uint8_t)>* work_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SCHEDULER_H_
