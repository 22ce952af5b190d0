#include "models/cell/cell.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "models/cell/symbolizer.h"

namespace lockstep::suite {
namespace {

bool Always() { return true; }

// What ended a child may end many more, when this one's script is made short.
Violation Describe(const Child& child, Child::State state, const Board& board) {
  const Violation violation = child.Describe(state, board);
  if (!violation.last_words.empty()) StartSymbolizer();
  return violation;
}

}  // namespace

Cell::Cell(const Board& board, Trial trial)
    : board_(board), boards_{&board}, trial_(std::move(trial)) {}

Verdict Cell::Try(const Script& script) {
  if (script.ops.size() > board_.most_ops()) {
    return Run([&] { return trial_(script); }, Always);
  }
  board_.Write(script);
  if (child_ == nullptr) {
    child_ = std::make_unique<Child>(boards_, [this](Child& self) {
      while (self.Serve()) {
        board_.Write(trial_(board_.ReadScript()));
        self.Answer();
      }
    });
  }
  child_->Ask();
  const Child::State state = child_->Wait(patience_, 0);
  if (state == Child::State::kAnswered) {
    Verdict verdict = board_.ReadVerdict();
    // What broke a rule may have broken more than that.
    if (verdict) child_.reset();
    return verdict;
  }
  const Violation violation = Describe(*child_, state, board_);
  child_.reset();
  return violation;
}

Verdict Cell::Run(const std::function<Verdict()>& work,
                  const std::function<bool()>& go_on) {
  board_.Write(Verdict());
  Child child(boards_, [&](Child&) { board_.Write(work()); });
  Child::State state = Child::State::kRunning;
  while (state == Child::State::kRunning) {
    if (!go_on()) return std::nullopt;
    state = child.Wait(patience_, Child::kLookSeconds);
  }
  if (state == Child::State::kReturned) return board_.ReadVerdict();
  return Describe(child, state, board_);
}

}  // namespace lockstep::suite
