#include "tools/cli/verify/job.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tools/cli/verify/fuzz_target.h"
#include "tools/cli/verify/fuzz_tasks.h"
#include "tools/cli/verify/setting.h"
#include "tools/cli/verify/sources.h"
#include "tools/cli/verify/task.h"

namespace lockstep::suite::verify {

Job::Job(const Source& its_source, const System& its_system,
         const Setting& setting)
    : source(&its_source), system(its_system) {
  if (source->commands == nullptr) {
    target = std::make_unique<FuzzTarget>(system, setting);
    tasks = FuzzTasks(*target, setting);
    return;
  }
  for (Planned& planned : source->commands(system, setting)) {
    tasks.push_back(std::make_unique<CommandTask>(std::move(planned)));
  }
}

bool Job::HasEnded() const {
  return std::ranges::all_of(
      tasks, [](const auto& task) { return task->has_ended(); });
}

void Job::AddUp() {
  for (const auto& task : tasks) outcome.Add(task->Judge());
  if (tasks.empty()) outcome.problems.emplace_back("there is nothing to run");
}

std::string Job::Title() const {
  constexpr std::size_t kColumns = 11;
  std::string title(source->name);
  title.resize(std::max(kColumns, title.size()), ' ');
  return title + system.name;
}

std::vector<Task*> InTurns(const std::vector<std::unique_ptr<Job>>& jobs) {
  using Place = std::tuple<const Source*, std::size_t, std::size_t>;
  std::vector<std::pair<Place, Task*>> placed;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    for (std::size_t turn = 0; turn < jobs[i]->tasks.size(); ++turn) {
      placed.push_back(
          {{jobs[i]->source, turn, i}, jobs[i]->tasks[turn].get()});
    }
  }
  std::ranges::sort(placed);
  std::vector<Task*> tasks;
  for (const auto& [place, task] : placed) tasks.push_back(task);
  return tasks;
}

}  // namespace lockstep::suite::verify
