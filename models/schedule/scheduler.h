#ifndef LOCKSTEP_MODELS_SCHEDULE_SCHEDULER_H_
#define LOCKSTEP_MODELS_SCHEDULE_SCHEDULER_H_

// Runs threads one at a time. Before each access that another thread may see, the
// thread that runs comes here, and a chooser says who goes on. So a run is
// decided by its choices, and can be repeated.
//
//     t1 ----*        *-----  *: a point; here t1 was left, and went on
//     t2      *------*
//
// The code under test comes here by itself: it is compiled with
// -fsanitize=thread, and what it then calls before each access is defined in
// memory_hooks.cc; what it calls to lock and to wait, in lock_hooks.cc.
//   Requires   one scheduler in a process, and code under test that begins no
//              threads of its own.
//   Errors     a deadlock, or threads that wait for ever, end the process: see
//              Stopped.
//   Complexity a point at which nobody is switched: some nanoseconds; a switch:
//              two system calls. A thread is made for each of a block.
//   Not seen   that a processor or a compiler may order accesses otherwise than
//              they are written: all are in the order in which they are made.

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
  // What cannot go on, in words.
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

  // A script begins; the chooser must outlive it.
  void BeginScript(Chooser& chooser);
  // Work of a thread that is alone, on this thread.
  void RunAlone(const std::function<void()>& work);
  // Calls work(thread) for each of the threads, on threads of their own, until
  // all have ended, thread-local variables and all.
  void RunBlock(ThreadSet threads,
                const std::function<void(std::uint8_t)>& work);

  // As a stage tells it of the thread that runs.
  void Begin(std::size_t step) override;
  void Touch(const void* address, std::size_t bytes, bool is_write) override;
  void Enter() override;
  void Leave() override;

  // A thread of a block, or the one that is alone.
  struct Task;
  // Of the calling thread, while it is in the code under test; else null.
  static Task* InsideTask();
  static Scheduler& Of(Task& task);

  // Before an access of the task's, which is the one that runs.
  void At(Task& task, Access access);
  // Before an atomic that would change nothing if it came to the same again: the
  // task goes on once another has written there.
  void AtAtomic(Task& task, Access access);
  // A read that is no atomic; if it comes to the same again and again, the task
  // waits for a change, too.
  void AtRead(Task& task, Access access);
  // After an atomic: what it read, and whether it changed anything.
  void DidAtomic(Task& task, const Access& access, std::uint64_t value,
                 bool has_changed);
  void Yield(Task& task, std::uintptr_t instruction);

  // What lock_hooks.cc has been asked for. Each returns once it is done.
  void Lock(Task& task, const void* lock, bool is_shared, bool is_recursive);
  bool TryLock(Task& task, const void* lock, bool is_shared, bool is_recursive);
  void Unlock(Task& task, const void* lock);
  // True: woken; false: the time is up.
  bool Wait(Task& task, const void* condition, const void* lock,
            bool has_limit);
  void Wake(Task& task, const void* condition, bool is_all);
  // As FUTEX_WAIT: waits to be woken if the word is still as expected. The errors are
  // 0, EAGAIN and ETIMEDOUT.
  int WaitAt(Task& task, const void* word, std::uint32_t expected,
             bool has_limit);
  // Waits until is_there() holds, which another task brings about.
  void Await(Task& task, const void* address,
             const std::function<bool()>& is_there,
             AccessKind kind = AccessKind::kAwait);
  // An access that is no atomic has changed memory, perhaps: no waiting loop is
  // without an end.
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
  // Chooses who goes on, and if it is another hands over to it. Returns when this
  // task goes on; at once if the task has ended.
  void Decide(Task& task);
  void DecideOutside(Task& task);
  // Nobody can go on: who waits for a change is let try again.
  std::uint8_t Force();
  // This task is the one that was chosen.
  void GoOn(Task& task);
  void Expect(Task& task, const void* condition, bool has_limit);
  void Sleep(Task& task);
  // At a point that is one only where others are concerned.
  void Meet(Task& task, const Access& access);
  bool IsSpinning(Task& task, const Access& access) const;
  void Finish(Task& task);
  [[noreturn]] void StopAll(std::string_view rule, const Task& task,
                            const std::string& came);
  std::string WhoWaits() const;

  const Record& record_;
  Places& places_;
  Stopped stopped_;
  Chooser* chooser_ = nullptr;
  std::unique_ptr<Task[]>
      tasks_;  // By number; the first is of work that is alone.
  Locks locks_;
  Decision decision_;
  ThreadSet alive_ = 0;
  std::uint64_t moves_ = 0;   // Nodes so far, of the script.
  std::uint64_t waits_ = 0;   // For a condition.
  std::uint64_t forced_ = 0;  // In a row.
  std::uint8_t last_forced_ = 0;
  std::atomic<std::uint32_t> main_go_{0};
  const std::function<void(std::uint8_t)>* work_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SCHEDULER_H_
