#include "models/explore/explore_in_cell.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "models/cell/board.h"
#include "models/cell/child.h"
#include "models/judge/jury.h"
#include "models/script/trace.h"

namespace lockstep::suite {
namespace {

// Longer than any path through the states of a small system.
constexpr std::size_t kMostOps = 4096;

struct Shared {
  Explorer::Progress came;
  Explorer::Ending ending;
};
static_assert(std::is_trivially_copyable_v<Shared>);

// The thread at fault is the one whose script breaks the port again. If no script
// does, the script of the first thread is reported.
Findings::Broken BrokenBy(const lockstep_port& port, const Child& child,
                          Child::State state,
                          std::span<const Board* const> boards) {
  // What was found before the crash.
  for (const Board* board : boards) {
    if (const Verdict found = board->ReadVerdict()) {
      return {board->ReadScript(), *found};
    }
  }
  Jury jury(port, {.recording = false});
  for (const Board* board : boards) {
    Script script = board->ReadScript();
    const Verdict verdict = jury.TryInCell({port.name, script, {}});
    if (verdict) return {std::move(script), *verdict};
  }
  return {boards.front()->ReadScript(), child.Describe(state, *boards.front())};
}

}  // namespace

std::optional<Findings::Broken> TryMakeAlphabet(const lockstep_port& port,
                                                AlphabetOptions options) {
  const Board board(kMostOps);
  options.board = &board;
  const std::array<const Board*, 1> boards = {&board};
  Child child(boards, [&](Child&) { (void)MakeAlphabet(port, options); });
  const Child::State state = child.Wait(Patience(), 0);
  if (state == Child::State::kReturned) return std::nullopt;
  return BrokenBy(port, child, state, boards);
}

Explored ExploreInCell(
    const lockstep_port& port, const Alphabet& alphabet,
    Explorer::Options options,
    const std::function<bool(const Explorer::Progress&)>& go_on) {
  if (options.sameness == Sameness::kBytes) options.threads = 1;
  std::vector<std::unique_ptr<Board>> owned;
  for (unsigned i = 0; i < std::max(options.threads, 1u); ++i) {
    owned.push_back(std::make_unique<Board>(kMostOps));
    options.boards.push_back(owned.back().get());
  }
  const std::vector<const Board*>& boards = options.boards;
  const SharedMemory memory(sizeof(Shared));
  auto* const shared = new (memory.data()) Shared();
  Child child(boards, [&](Child&) {
    Explorer explorer(port, alphabet, options);
    shared->ending = explorer.Run([&](const Explorer::Progress& now) {
      shared->came = now;
      return true;
    });
    shared->came = explorer.progress();
    if (shared->ending != Explorer::Ending::kViolated) return;
    boards.front()->Write(explorer.broken().script);
    boards.front()->Write(Verdict(explorer.broken().violation));
  });
  Child::State state = Child::State::kRunning;
  while (state == Child::State::kRunning) {
    if (!go_on(shared->came))
      return {Explorer::Ending::kStopped, shared->came, {}};
    state = child.Wait(Patience(), Child::kLookSeconds);
  }
  Explored explored{shared->ending, shared->came, std::nullopt};
  if (state != Child::State::kReturned) {
    explored.ending = Explorer::Ending::kViolated;
    explored.broken = BrokenBy(port, child, state, boards);
  } else if (const Verdict verdict = boards.front()->ReadVerdict()) {
    explored.broken = {boards.front()->ReadScript(), *verdict};
  }
  return explored;
}

}  // namespace lockstep::suite
