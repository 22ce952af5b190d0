#include "tools/cli/verify/fuzz_tasks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/child_process.h"
#include "tools/cli/verify/fuzz_round.h"
#include "tools/cli/verify/lines.h"

namespace lockstep::suite::verify {
namespace {

namespace fs = std::filesystem;

constexpr double kRoundSeconds = 60;

}  // namespace

FuzzMerge::FuzzMerge(FuzzTarget& target, std::vector<const Task*> rounds)
    : Task(0),
      target_(target),
      rounds_(std::move(rounds)),
      merged_(target.corpus() + ".merging") {}

bool FuzzMerge::IsReady() const {
  return std::ranges::all_of(rounds_, &Task::has_ended);
}

std::unique_ptr<ChildProcess> FuzzMerge::Next(const ChildProcess* ended) {
  std::error_code error;
  if (ended == nullptr) {
    // Of one that was ended before it was done.
    fs::remove_all(merged_, error);
    fs::create_directories(merged_, error);
    return std::make_unique<ChildProcess>(
        target_.Merging(merged_), [this](std::string_view line) {
          status_ = Text("merging ", line);
          words_ = LastOf(Text(words_, line, '\n'));
        });
  }
  target_.is_merged =
      ended->exit_code() == 0 && !is_interrupted() && target_.Replace(merged_);
  fs::remove_all(merged_, error);
  if (!target_.is_merged && !is_interrupted()) {
    problem_ = EndedWith(*ended, words_);
  }
  return nullptr;
}

Outcome FuzzMerge::Judge() const {
  Outcome outcome;
  outcome.is_interrupted = is_interrupted();
  if (!problem_.empty()) outcome.problems.push_back(problem_);
  return outcome;
}

std::vector<std::unique_ptr<Task>> FuzzTasks(FuzzTarget& target,
                                             const Setting& setting) {
  constexpr std::uint64_t kApart = 1000003;
  const auto count =
      std::max(1LL, std::llround(setting.seconds / kRoundSeconds));
  std::vector<std::unique_ptr<Task>> tasks;
  std::vector<const Task*> rounds;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
    const auto seed = static_cast<std::uint32_t>(
        (setting.seed + i * kApart) % 0xFFFFFFFFU + 1);
    tasks.push_back(std::make_unique<FuzzRound>(
        target, setting.seconds / static_cast<double>(count), seed));
    rounds.push_back(tasks.back().get());
  }
  tasks.push_back(std::make_unique<FuzzMerge>(target, rounds));
  return tasks;
}

}  // namespace lockstep::suite::verify
