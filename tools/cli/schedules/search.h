#ifndef LOCKSTEP_TOOLS_CLI_SCHEDULES_SEARCH_H_
#define LOCKSTEP_TOOLS_CLI_SCHEDULES_SEARCH_H_

// `lockstep schedules`: its options, and what it does with them.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/schedule/schedule_trial.h"
#include "models/schedule/search.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "tools/cli/console.h"
#include "tools/cli/finding_book.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace CLI {
class App;
}

namespace lockstep::suite {

// The progress of the searches in all children.
struct Progression {
  std::atomic<std::uint64_t> scripts{0};
  std::atomic<std::uint64_t> whole{0};    // Scripts all of whose schedules ran.
  std::atomic<std::uint64_t> bounded{0};  // Those that met a bound.
  std::atomic<std::uint64_t> unrepeatable{0};
};

struct Schedules {
  SystemChoice choice;
  std::string system{};    // Its name.
  std::string argument{};  // As it is called on a command line.
  std::string strategy = "mixed";
  unsigned depth = 3;
  unsigned preemptions = 2;
  std::uint64_t schedules = 0;  // 0: the default of the strategy.
  std::uint64_t scripts = 0;    // 0: as many as there is time for.
  double seconds = 10;
  std::uint64_t threads = 0;  // 0: two and three in turns.
  std::size_t ops = 3;
  std::optional<std::uint64_t> seed;
  std::string trace;   // A file with a script.
  std::string replay;  // A file with a schedule.
  std::uint32_t times = 100;
  bool is_fresh = false;
  std::size_t keep_going = 1;
  double minimise_seconds = 10;
  std::string output;
  ResultOptions form;

  FindingBook book;
  std::vector<Finding> findings{};
  Progress progress;
  SharedMemory memory{sizeof(Progression)};
  Progression* const at = new (memory.data()) Progression();

  ExitCode Run();
  const lockstep_port* PortOrComplain();
  ExitCode RunOn(const lockstep_port& port);
  ExitCode TryAll(ScheduleTrial& trial,
                  const std::function<Script(std::uint64_t)>& script_of);
  Verdict TryScript(ScheduleTrial& trial, const Script& script,
                    std::uint64_t its_seed) const;
  Searched SearchWhole(ScheduleTrial& trial, const Script& script) const;
  ExitCode Replay(ScheduleTrial& trial);
  void Note(ScheduleTrial& trial, const Violation& violation,
            const std::string& found_by);
  ExitCode Shown(const ScheduleTrial& trial, ExitCode exit_code) const;
  Result ResultOf(const ScheduleTrial& trial, ExitCode exit_code) const;
  bool IsWhole() const { return strategy == "all" || strategy == "bounded"; }
  bool IsDone() const {
    return (scripts != 0 && at->scripts >= scripts) ||
           progress.Seconds() >= seconds;
  }
  std::string Options() const { return is_fresh ? " --fresh" : ""; }
  std::string Command(std::uint64_t script_seed) const;
};

void AddOptionsTo(CLI::App& command, Schedules& schedules);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SCHEDULES_SEARCH_H_
