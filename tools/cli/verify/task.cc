#include "tools/cli/verify/task.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "tools/cli/child_process.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/outcome.h"

namespace lockstep::suite::verify {

void Task::Begin() {
  began_ = Clock::now();
  is_running_ = true;
  process_ = Next(nullptr);
  if (process_ == nullptr) GoOn();
}

void Task::GoOn() {
  while (process_ != nullptr && process_->has_ended()) {
    auto next = Next(process_.get());
    // The last one is kept to be judged.
    if (next == nullptr) break;
    process_ = std::move(next);
  }
  if (process_ != nullptr && !process_->has_ended()) return;
  is_running_ = false;
  has_ended_ = true;
}

void Task::Send(int signal) const {
  if (process_ != nullptr) process_->Send(signal);
}

double Task::SecondsLeft() const {
  if (has_ended_ || is_interrupted_) return 0;
  return is_running_ ? std::max(0.0, means_seconds_ - SecondsSinceBegin())
                     : means_seconds_;
}

double Task::SecondsSinceBegin() const {
  return std::chrono::duration<double>(Clock::now() - began_).count();
}

CommandTask::CommandTask(Planned planned)
    : Task(planned.seconds), planned_(std::move(planned)) {}

std::string CommandTask::Status() const {
  if (process() == nullptr) return "";
  const auto lines = LinesOf(process()->stderr_text());
  return lines.empty() ? "" : std::string(lines.back());
}

Outcome CommandTask::Judge() const {
  if (process() == nullptr) return {.is_interrupted = true};
  return verify::Judge(*process(), is_interrupted());
}

std::unique_ptr<ChildProcess> CommandTask::Next(const ChildProcess* ended) {
  if (ended != nullptr) return nullptr;
  return std::make_unique<ChildProcess>(ChildProcess::Command{
      .words = planned_.words,
      // It prints its results, and annotations only for us.
      .environment = {{"GITHUB_ACTIONS", ""}},
      .allowed_seconds = kSlackSeconds + 2 * planned_.seconds});
}

}  // namespace lockstep::suite::verify
