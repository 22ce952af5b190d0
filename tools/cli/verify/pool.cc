#include "tools/cli/verify/pool.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "tools/cli/child_process.h"
#include "tools/cli/console.h"
#include "tools/cli/verify/task.h"

namespace lockstep::suite::verify {
namespace {

// From Ctrl-C until those that have not ended are killed.
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kLook{100};

volatile std::sig_atomic_t g_interrupts = 0;

void OnInterrupt(int /*signal*/) { g_interrupts = g_interrupts + 1; }

// As long as it lives, they are counted; then whatever was done before is done
// again.
class Interrupts {
 public:
  Interrupts() {
    g_interrupts = WasInterrupted() ? 1 : 0;
    struct sigaction action{};
    action.sa_handler = OnInterrupt;
    sigaction(SIGINT, &action, &before_int_);
    sigaction(SIGTERM, &action, &before_term_);
    sigaction(SIGHUP, &action, &before_hup_);
  }
  ~Interrupts() {
    sigaction(SIGINT, &before_int_, nullptr);
    sigaction(SIGTERM, &before_term_, nullptr);
    sigaction(SIGHUP, &before_hup_, nullptr);
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

 private:
  struct sigaction before_int_{};
  struct sigaction before_term_{};
  struct sigaction before_hup_{};
};

}  // namespace

Pool::Pool(std::vector<Task*> tasks, std::size_t width)
    : tasks_(std::move(tasks)), width_(width) {}

std::vector<Task*> Pool::Running() const {
  std::vector<Task*> running;
  std::ranges::copy_if(tasks_, std::back_inserter(running), &Task::is_running);
  return running;
}

bool Pool::BeginWhatCan() {
  if (is_interrupted_) return false;
  std::size_t count = Running().size();
  bool has_begun = false;
  for (Task* task : tasks_) {
    if (count >= width_) break;
    if (task->is_running() || task->has_ended() || !task->IsReady()) continue;
    task->Begin();
    has_begun = true;
    if (task->is_running()) ++count;
  }
  return has_begun;
}

void Pool::SendAll(int signal) {
  for (Task* task : Running()) task->Send(signal);
}

void Pool::LookForInterrupt() {
  if (g_interrupts > 0 && !is_interrupted_) {
    is_interrupted_ = true;
    kill_at_ = Clock::now() + kPatience;
    for (Task* task : tasks_) {
      if (!task->has_ended()) task->Interrupt();
    }
    SendAll(SIGINT);
  }
  if (kill_at_ && (g_interrupts > 1 || Clock::now() >= *kill_at_)) {
    SendAll(SIGKILL);
  }
}

void Pool::TellEnds(const std::function<void(Task&)>& on_end) {
  for (Task* task : tasks_) {
    if (task->has_ended() && told_.insert(task).second) on_end(*task);
  }
}

void Pool::Run(const std::function<void(Task&)>& on_end,
               const std::function<void()>& on_look) {
  const Interrupts interrupts;
  for (;;) {
    const bool has_begun = BeginWhatCan();
    const std::vector<Task*> running = Running();
    if (running.empty() && !has_begun) break;
    std::vector<ChildProcess*> processes;
    for (const Task* task : running) processes.push_back(task->process());
    if (!running.empty()) ChildProcess::WaitForAny(processes, kLook);
    LookForInterrupt();
    for (Task* task : running) task->GoOn();
    TellEnds(on_end);
    on_look();
  }
}

double Pool::SecondsLeft() const {
  double sum = 0;
  double longest = 0;
  for (const Task* task : tasks_) {
    sum += task->SecondsLeft();
    longest = std::max(longest, task->SecondsLeft());
  }
  return std::max(longest, sum / static_cast<double>(width_));
}

}  // namespace lockstep::suite::verify
