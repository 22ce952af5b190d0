#include "models/explore/walker.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

// Checks are asked for one by one.
constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

bool IsQuery(Verb verb) {
  return verb == Verb::kStatistics || verb == Verb::kUsable;
}

}  // namespace

Walker::Walker(const lockstep_port& port, const Alphabet& alphabet,
               Options options, const StateTree& tree, const StateSet& known,
               const Board* board)
    : alphabet_(alphabet),
      options_(options),
      tree_(tree),
      known_(known),
      board_(board),
      lockstep_(port, Models(), kNever,
                board == nullptr ? nullptr : &board->witness()),
      keys_(port, alphabet, options.sameness) {
  script_.arena = alphabet.arena;
  if (board_ != nullptr) board_->WriteArena(alphabet.arena);
}

std::vector<Model*> Walker::Models() {
  std::vector<Model*> models = {&shadow_, &placement_};
  if (options_.sameness == Sameness::kBytes) models.push_back(&wiping_);
  return models;
}

std::string Walker::Root(Findings& findings) {
  if (!GoTo(0, findings)) return "";
  return std::string(Key([&] { return GoBack(findings); }));
}

// Of where the system is, and where `go_there` leads.
std::string_view Walker::Key(const std::function<bool()>& go_there) {
  is_moved_ = true;
  return keys_.Of(lockstep_.system(), [&] {
    (void)go_there();
    is_moved_ = true;
  });
}

void Walker::Expand(StateTree::Id id, Findings& findings) {
  if (!GoTo(id, findings)) return;
  Choose();
  for (const std::uint16_t index : chosen_) {
    if (!Try(index, findings)) return;
  }
}

// Where the system is in the state that is expanded: once for all ops, so that
// nobody goes back for one that cannot be tried.
void Walker::Choose() {
  const System& system = lockstep_.system();
  chosen_.clear();
  for (std::size_t i = 0; i < alphabet_.ops.size(); ++i) {
    const auto index = static_cast<std::uint16_t>(i);
    const Op op = Aimed(index);
    if (op.verb == Verb::kFree && !system.IsLive(op.slot)) continue;
    if (op.verb == Verb::kAllocate && op.slot >= alphabet_.slots) continue;
    if (system.Resolve(op, 0)) chosen_.push_back(index);
  }
}

bool Walker::Open(Findings& findings) {
  lockstep_.Begin(alphabet_.arena);
  script_.ops.clear();
  for (const Op& op : alphabet_.opening) {
    if (!Do(op, findings)) return false;
  }
  if (!options_.replays) Push(0);
  return true;
}

// Ids rise on the way down, so a frame with a higher one is not on the way.
bool Walker::GoTo(StateTree::Id id, Findings& findings) {
  path_.clear();
  if (options_.replays || depth_ == 0) {
    depth_ = 0;
    for (StateTree::Id at = id; at != 0; at = tree_.ParentOf(at)) {
      path_.push_back(at);
    }
    if (!Open(findings)) return false;
  } else {
    for (StateTree::Id at = id;; at = tree_.ParentOf(at)) {
      while (frames_[depth_ - 1].id > at) --depth_;
      if (frames_[depth_ - 1].id == at) break;
      path_.push_back(at);
    }
    lockstep_.Restore(frames_[depth_ - 1].snapshot);
    script_.ops.resize(alphabet_.opening.size() + depth_ - 1);
  }
  for (; !path_.empty(); path_.pop_back()) {
    // It was checked when it was found.
    const Verdict verdict = Step(Aimed(tree_.OpOf(path_.back())));
    if (verdict) return Break(*verdict, findings);
    if (!options_.replays) Push(path_.back());
  }
  at_ = id;
  steps_ = script_.ops.size();
  is_moved_ = false;
  return true;
}

void Walker::Push(StateTree::Id id) {
  if (frames_.size() == depth_) frames_.emplace_back();
  frames_[depth_].id = id;
  lockstep_.Save(frames_[depth_].snapshot);
  ++depth_;
}

// What held on the way there the first time holds again, if the port's state is
// where it says, and it does the same again when the same is done.
bool Walker::GoBack(Findings& findings) {
  script_.ops.resize(steps_);
  if (!is_moved_) return true;
  if (options_.replays) return GoTo(at_, findings);
  lockstep_.Restore(frames_[depth_ - 1].snapshot);
  is_moved_ = false;
  return true;
}

Op Walker::Aimed(std::uint16_t index) const {
  Op op = alphabet_.ops[index];
  if (op.verb != Verb::kAllocate) return op;
  op.slot = 0;
  while (lockstep_.system().IsLive(op.slot)) ++op.slot;
  return op;
}

Verdict Walker::Step(const Op& op) {
  script_.ops.push_back(op);
  if (board_ != nullptr) board_->WriteOp(script_.ops.size() - 1, op);
  is_moved_ = true;
  Verdict verdict = lockstep_.Step(op);
  was_done_ = lockstep_.system().IsDone(lockstep_.outcome().status);
  return verdict;
}

bool Walker::Do(const Op& op, Findings& findings) {
  Verdict verdict = Step(op);
  const System& system = lockstep_.system();
  // Of the regions' bytes as they are, all has been checked.
  if (!verdict && !options_.replays && depth_ != 0 &&
      (!was_done_ || IsQuery(op.verb)) &&
      system.Holds(frames_[depth_ - 1].snapshot.system)) {
    is_moved_ = false;
    verdict = shadow_.CheckOutside(script_.ops.size() - 1);
    return !verdict || Break(*verdict, findings);
  }
  if (!verdict) verdict = lockstep_.Check();
  return !verdict || Break(*verdict, findings);
}

bool Walker::Break(const Violation& violation, Findings& findings) {
  findings.broken.emplace(script_, violation);
  if (board_ != nullptr) board_->Write(Verdict(violation));
  return false;
}

bool Walker::Try(std::uint16_t index, Findings& findings) {
  if (!GoBack(findings)) return false;
  const Op op = Aimed(index);
  if (!Do(op, findings)) return false;
  const bool was_done = was_done_;
  Tally& tally = findings.tallies[static_cast<std::size_t>(op.verb)];
  ++(was_done ? tally.done : tally.refused);
  const bool is_free = was_done && op.verb == Verb::kFree;
  const bool is_idle = (is_free || (was_done && op.verb == Verb::kDetach)) &&
                       lockstep_.system().live_count() == 0 &&
                       !lockstep_.system().HasHandle();
  if (is_moved_ && !Note(index, findings)) return false;
  if (is_free && !TryEchoes(op, findings)) return false;
  return !is_idle || TryEnd(op, findings);
}

bool Walker::Note(std::uint16_t index, Findings& findings) {
  const auto go_there = [&] { return Repeat(Aimed(index), findings); };
  // By reference: a copy would be one from the free store.
  const std::string_view key = Key(std::ref(go_there));
  if (findings.broken) return false;
  pending_.push_back({at_, index, key.size(), StateSet::HashOf(key)});
  pending_keys_ += key;
  if (pending_.size() == kPending) Settle(findings);
  return true;
}

void Walker::Settle(Findings& findings) {
  for (const auto& one : pending_) known_.ExpectEntry(one.hash);
  for (const auto& one : pending_) known_.ExpectString(one.hash);
  std::string_view keys = pending_keys_;
  for (const auto& one : pending_) {
    const std::string_view key = keys.substr(0, one.key_bytes);
    keys.remove_prefix(one.key_bytes);
    if (known_.Contains(key, one.hash)) continue;
    findings.keys += key;
    findings.reached.push_back(one);
  }
  pending_.clear();
  pending_keys_.clear();
}

bool Walker::Repeat(const Op& op, Findings& findings) {
  return GoBack(findings) && Do(op, findings);
}

bool Walker::TryEchoes(const Op& op, Findings& findings) {
  // A concrete key has used the state up.
  bool is_there = options_.sameness == Sameness::kAbstract;
  for (Op echo : alphabet_.echoes) {
    if (!is_there && !Repeat(op, findings)) return false;
    is_there = false;
    const System::Slot& freed = lockstep_.system().slots()[op.slot];
    echo.slot = op.slot;
    if (echo.verb == Verb::kAllocate) {
      echo.bytes = freed.bytes;
      echo.align_log2 = freed.align_log2;
    }
    if (!Do(echo, findings)) return false;
    Tally& tally = findings.tallies[static_cast<std::size_t>(echo.verb)];
    ++(was_done_ ? tally.done : tally.refused);
  }
  return true;
}

// Nothing is live, and no handle attached: as at a script's end.
bool Walker::TryEnd(const Op& op, Findings& findings) {
  if (!Repeat(op, findings)) return false;
  const Verdict verdict = lockstep_.Finish();
  return !verdict || Break(*verdict, findings);
}

}  // namespace lockstep::suite
