// The options of Google Benchmark, and --progress. tools/bench calls this, and
// makes ratios of it. What it reads besides times is in the JSON's context.

#include "bench/main.h"

#include <cstdio>
#include <cstring>
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

// True of what had begun when the interruption came, from then on of nothing else.
bool HasBegun(const std::string& name) {
  static std::mutex mutex;
  static std::set<std::string> begun;
  const std::scoped_lock lock(mutex);
  if (!IsInterrupted()) begun.insert(name);
  return begun.contains(name);
}

// Google Benchmark aborts when of several repetitions some end with an error
// and others do not. So only what had not begun ends with one; of the rest,
// nothing is repeated, and the label says that its time means nothing.
void EndAtOnce(benchmark::State& state, bool has_begun) {
  if (!has_begun) return state.SkipWithError("interrupted");
  state.SetLabel("interrupted");
  for (auto _ : state) continue;
}

}  // namespace

void LeaveOut(const std::string& name) {
  LeftOut() += (LeftOut().empty() ? "" : ",") + name;
}

bool Begin(benchmark::State& state, const std::string& name) {
  const bool has_begun = HasBegun(name);
  if (IsInterrupted()) {
    EndAtOnce(state, has_begun);
    return false;
  }
  if (has_progress && state.thread_index() == 0) {
    std::fprintf(stderr, "%s\n", name.c_str());
  }
  return true;
}

}  // namespace lockstep::suite::bench

int main(int argc, char** argv) {
  return lockstep::suite::bench::Run(argc, argv);
}
