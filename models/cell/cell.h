#ifndef LOCKSTEP_MODELS_CELL_CELL_H_
#define LOCKSTEP_MODELS_CELL_CELL_H_

// Runs scripts in a child process, so that a crash or a loop without end is a
// verdict like any other.
//   Requires   that of Child.
//   Complexity Try: a script is copied, and two processes wait for each other
//              once; a fork after each script that broke a rule. Run: a fork.

#include <array>
#include <functional>
#include <memory>

#include "models/cell/board.h"
#include "models/cell/child.h"
#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

class Cell {
 public:
  // Runs a script from a fresh state. The child finds all as it is in this
  // process when it is made.
  using Trial = std::function<Verdict(const Script&)>;

  // The trial must tell the board's witness of its steps. The board must outlive
  // the cell.
  Cell(const Board& board, Trial trial);

  void SetPatience(Patience patience) { patience_ = patience; }

  // One child serves until a script breaks a rule; then the next one gets
  // another child.
  Verdict Try(const Script& script);

  // The next script gets a child that no other script ran in.
  void Renew() { child_.reset(); }

  // All of some work in a child of its own. `go_on` is asked ten times a second:
  // if it says no the child is ended, and there is no verdict.
  Verdict Run(const std::function<Verdict()>& work,
              const std::function<bool()>& go_on);

 private:
  const Board& board_;
  const std::array<const Board*, 1> boards_;
  Trial trial_;
  Patience patience_;
  std::unique_ptr<Child> child_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_CELL_H_
