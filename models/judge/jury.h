#ifndef LOCKSTEP_MODELS_JUDGE_JURY_H_
#define LOCKSTEP_MODELS_JUDGE_JURY_H_

// A system before the models that judge it: what every front end runs its
// scripts on.
//   Complexity that of Lockstep; Report: that of Minimise.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/cell/cell.h"
#include "models/judge/lockstep.h"
#include "models/judge/minimise.h"
#include "models/judge/recording.h"
#include "models/judge/twin.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "models/shadow/shadow.h"
#include "models/spec/placement.h"
#include "models/system/model.h"
#include "models/system/tried.h"

namespace lockstep::suite {

class Jury {
 public:
  struct Options {
    bool shadow = true;
    bool placement = true;
    bool recording = true;
    // Runs beside the port, and must come to the same. Outlives the jury.
    const lockstep_port* twin = nullptr;
    // Judges nothing, and is told of every call before those that do. Outlives
    // the jury.
    Model* watcher = nullptr;
    // See Lockstep.
    std::size_t check_every = 1;
    // For reports: the command line that has the port.
    std::string program = "lockstep";
    // For what is shared with child processes; null: one of its own. Outlives the
    // jury.
    const Board* board = nullptr;
    // Nothing runs in a child process: for debuggers.
    bool is_in_process = false;
    // Where a script asks for no bytes, one is asked for.
    bool is_without_zero = false;
    // What follows the command in a report that shows a violation again.
    std::string arguments{};
    // A debugger is called before the op with this number, from 0.
    std::optional<std::size_t> break_at = std::nullopt;
    // Of making a script short.
    double minimise_seconds = 10;
    GoOn go_on = nullptr;
  };

  // The port must outlive it.
  Jury(const lockstep_port& port, Options options);

  // From a fresh state, in this process. In the second form recorded outcomes
  // count as well.
  Verdict Try(const Script& script);
  Verdict Try(const Trace& trace);

  // Work that calls Try, in a child process; see Cell. What it tries is counted
  // in `tried` as ever.
  Verdict RunInCell(const std::function<Verdict()>& work,
                    const std::function<bool()>& go_on);
  Verdict TryInCell(
      const Trace& trace,
      const std::function<bool()>& go_on = [] { return true; });

  // All about a violation that Try returned for this script, as the text of a
  // trace, minimised, that breaks the same rule when it is replayed; or the one
  // that turns out to break before it, when all is checked after every op. A
  // broken recording is cut off after the step, not minimised: a recorded
  // outcome holds for a whole history.
  std::string Report(const Script& script, const Violation& violation);
  // The two halves of Report.
  Minimised Reduce(const Script& script, const Violation& violation);
  std::string Describe(const Script& script, const Minimised& reduced);

  const Board& board() const { return *board_; }
  const Tried& tried() const { return lockstep_.tried(); }
  std::uint64_t operations() const { return lockstep_.operations(); }

 private:
  std::vector<Model*> Chosen();

  const lockstep_port& port_;
  Options options_;
  const std::unique_ptr<const Board> own_board_;
  const Board* const board_;
  Shadow shadow_;
  Placement placement_;
  Recording recording_;
  std::optional<Twin> twin_;
  Lockstep lockstep_;
  Cell cell_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_JURY_H_
