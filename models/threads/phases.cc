#include "models/threads/phases.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/script/op.h"

namespace lockstep::suite {

std::vector<Phase> PhasesOf(const Script& script) {
  std::vector<Phase> phases;
  for (std::size_t i = 0; i < script.ops.size(); ++i) {
    const bool is_parallel = script.ops[i].thread != 0;
    if (phases.empty() || phases.back().is_parallel != is_parallel) {
      phases.push_back({is_parallel, i, i});
    }
    phases.back().end = i + 1;
  }
  return phases;
}

std::vector<std::vector<std::size_t>> StepsOfThreads(const Script& script,
                                                     Phase phase) {
  std::vector<std::vector<std::size_t>> steps;
  for (std::size_t i = phase.begin; i < phase.end; ++i) {
    const std::size_t thread = script.ops[i].thread;
    if (thread == 0) continue;
    if (steps.size() < thread) steps.resize(thread);
    steps[thread - 1].push_back(i);
  }
  return steps;
}

std::uint8_t ThreadsOf(const Script& script) {
  std::uint8_t threads = 0;
  for (const Op& op : script.ops) threads = std::max(threads, op.thread);
  return threads;
}

}  // namespace lockstep::suite
