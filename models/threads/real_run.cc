#include "models/threads/real_run.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "models/cell/crash_handler.h"
#include "models/threads/forked.h"
#include "models/threads/pauses.h"
#include "models/threads/performing.h"
#include "models/threads/phases.h"

namespace lockstep::suite {
namespace {

// The thread that forks does so before every eighth of its ops in a block.
constexpr std::size_t kOpsOfFork = 8;

// Lets threads go on once all of them have arrived.
class Gate {
 public:
  explicit Gate(std::size_t threads) : missing_(threads) {}

  void Pass() {
    constexpr int kSpins = 200;
    missing_.fetch_sub(1);
    for (int i = 0; missing_.load() != 0; ++i) {
      if (i > kSpins) sched_yield();
    }
  }

 private:
  std::atomic<std::size_t> missing_;
};

// A run of a script.
class Run {
 public:
  Run(Stage& stage, const Script& script, const RealRun& how)
      : stage_(stage), script_(script), how_(how), pauses_(how.pauses) {}

  RealHistory All() {
    {
      const Witness::Call call(*how_.witnesses.front(), Function::kCreate);
      stage_.Begin(script_, &pauses_);
    }
    pauses_.BeginThread(0);
    for (const Phase phase : PhasesOf(script_)) {
      phase.is_parallel ? RunParallel(phase) : RunAlone(phase);
    }
    return std::move(result_);
  }

 private:
  void RunAlone(Phase phase) {
    for (std::size_t step = phase.begin; step < phase.end; ++step) {
      result_.history.push_back(
          Performed(stage_, script_.ops[step], step, *how_.witnesses.front()));
    }
  }

  void RunParallel(Phase phase) {
    const auto steps = StepsOfThreads(script_, phase);
    const auto is_at_work = [](const auto& some) { return !some.empty(); };
    Gate gate(
        static_cast<std::size_t>(std::ranges::count_if(steps, is_at_work)));
    std::vector<History> histories(steps.size());
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].empty()) continue;
      histories[i].reserve(steps[i].size());
      threads.emplace_back([&, i] {
        const auto thread = static_cast<std::uint8_t>(i + 1);
        NumberThread(thread);
        pauses_.BeginThread(thread);
        gate.Pass();
        RunThread(steps[i], *how_.witnesses[i + 1], histories[i]);
      });
    }
    threads.clear();
    Merge(histories);
  }

  void RunThread(std::span<const std::size_t> steps, Witness& witness,
                 History& history) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Op& op = script_.ops[steps[i]];
      if (i % kOpsOfFork == 0 && op.thread == how_.fork_thread &&
          !result_.of_child) {
        ++result_.forks;
        result_.of_child = ForkAndGoOn(stage_, script_, op, steps[i], witness);
      }
      history.push_back(Performed(stage_, op, steps[i], witness));
    }
  }

  void Merge(std::vector<History>& histories) {
    const auto begin = static_cast<std::ptrdiff_t>(result_.history.size());
    for (History& history : histories) {
      std::ranges::move(history, std::back_inserter(result_.history));
    }
    std::ranges::sort(result_.history.begin() + begin, result_.history.end(),
                      {}, &Event::before);
  }

  Stage& stage_;
  const Script& script_;
  const RealRun& how_;
  Pauses& pauses_;
  RealHistory result_;
};

}  // namespace

RealHistory RunOnThreads(Stage& stage, const Script& script,
                         const RealRun& how) {
  return Run(stage, script, how).All();
}

}  // namespace lockstep::suite
