// The options of Google Benchmark, and --progress. tools/bench calls this, and
// makes ratios of it. What it reads besides times is in the JSON's context.

#include "bench/main.h"

#include <cstdio>
#include <cstring>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "bench/interruption.h"
#include "benchmark/benchmark.h"

namespace lockstep::suite::bench {
namespace {

constexpr int kExitUsage = 2;
constexpr int kExitInterrupted = 130;

bool has_progress = false;

std::string& LeftOut() {
  static std::string names;
  return names;
}

// Takes the option off the arguments.
bool TakeOption(const char* option, int& count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(arguments[i], option) != 0) continue;
    --count;
    for (int j = i; j < count; ++j) arguments[j] = arguments[j + 1];
    return true;
  }
  return false;
}

void Describe(const std::vector<std::string>& subjects) {
  std::string names;
  for (const std::string& subject : subjects) {
    names += (names.empty() ? "" : ",") + subject;
  }
  benchmark::AddCustomContext("subjects", names);
  benchmark::AddCustomContext("left_out", LeftOut());
  benchmark::AddCustomContext("build", LOCKSTEP_BENCH_BUILD);
  if (std::strcmp(LOCKSTEP_BENCH_BUILD, "opt") != 0) {
    std::fputs("bench: not built with -c opt: no figure means anything\n",
               stderr);
  }
}

int Run(int count, char** arguments) {
  has_progress = TakeOption("--progress", count, arguments);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) {
    return kExitUsage;
  }
  ListenForInterruption();
  Describe(RegisterAll());
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return IsInterrupted() ? kExitInterrupted : 0;
}

// Google Benchmark aborts when of several repetitions some end with an error
// and others do not. So after an interruption it matters which have begun.
class Begun {
 public:
  // Whether it has begun: now, or before an interruption.
  bool Begin(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    if (!IsInterrupted()) names_.insert(name);
    return names_.contains(name);
  }
  // It ended with an error, and so will its other repetitions.
  void Fail(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    names_.erase(name);
  }

 private:
  std::mutex mutex_;
  std::set<std::string> names_;
};

// What has not begun ends with an error. Of the rest, what is left of a loop is
// empty, and a label says that its time means nothing.
void EndAtOnce(benchmark::State& state, bool has_begun) {
  if (!has_begun) return state.SkipWithError("interrupted");
  state.SetLabel("interrupted");
  for (auto _ : state) continue;
}

}  // namespace

void LeaveOut(const std::string& name) {
  LeftOut() += (LeftOut().empty() ? "" : ",") + name;
}

void Time(benchmark::State& state, const std::string& name,
          const std::function<void()>& work) {
  static Begun begun;
  const std::string run = name + "/threads:" + std::to_string(state.threads());
  const bool has_begun = begun.Begin(run);
  if (IsInterrupted()) return EndAtOnce(state, has_begun);
  if (has_progress && state.thread_index() == 0) {
    std::fprintf(stderr, "%s\n", name.c_str());
  }
  work();
  if (state.error_occurred()) begun.Fail(run);
}

}  // namespace lockstep::suite::bench

int main(int argc, char** argv) {
  return lockstep::suite::bench::Run(argc, argv);
}
