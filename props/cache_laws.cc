// Laws of systems that pull their memory: of handles and families.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "props/law.h"
#include "props/law_list.h"
#include "props/relate.h"

namespace lockstep::suite {
namespace {

bool HasHandles(const lockstep_port& port) {
  return Pulls(port) && port.handle_count > 1 && IsRepeatable(port);
}

bool PullsRepeatably(const lockstep_port& port) {
  return Pulls(port) && IsRepeatable(port);
}

bool TrimsRepeatably(const lockstep_port& port) {
  return PullsRepeatably(port) && port.trim != nullptr;
}

bool SpoilsTheProvider(const Op& op) {
  return op.verb == Verb::kRefuse || op.verb == Verb::kMisalign ||
         op.verb == Verb::kKeep;
}

bool IsOfHandle(const Op& op) {
  return op.verb == Verb::kAttach || op.verb == Verb::kDetach;
}

Verdict RenamesHandles(Lab& lab, const Script& script) {
  Ops renamed = script.ops;
  for (Op& op : renamed) {
    if (IsOfHandle(op)) op.slot = (op.slot + 1) % lab.port().handle_count;
  }
  lab.one.Begin(script.arena);
  const auto expected = lab.one.DoAll(script.ops);
  lab.one.Begin(script.arena);
  lab.Apply();
  return FirstDifference(script.ops, expected, lab.one.DoAll(renamed),
                         Mind::kStatisticsToo);
}

// From a third of the script to two thirds, where nothing is detached, there is
// one handle more.
Verdict MindsNoOtherHandle(Lab& lab, const Script& script) {
  const std::uint32_t extra = lab.port().handle_count - 1;
  const std::size_t from = script.ops.size() / 3;
  const std::size_t to = script.ops.size() * 2 / 3;
  Ops ops;
  for (std::size_t i = 0; i < script.ops.size(); ++i) {
    const bool is_between = from <= i && i < to;
    const Op& op = script.ops[i];
    const bool is_dropped =
        IsOfHandle(op) &&
        (op.slot == extra || (is_between && op.verb == Verb::kDetach));
    // A query stands for it, so that steps keep their numbers.
    ops.push_back(is_dropped ? Op{.verb = Verb::kStatistics} : op);
  }
  lab.one.Begin(script.arena);
  const auto expected = lab.one.DoAll(ops);
  lab.one.Begin(script.arena);
  std::vector<Outcome> came;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (i == from) {
      if (!lab.one.system().HasHandle()) return std::nullopt;
      lab.one.Do({.verb = Verb::kAttach, .slot = extra});
    }
    if (i == to) lab.one.Do({.verb = Verb::kDetach, .slot = extra});
    came.push_back(lab.one.Do(ops[i]));
  }
  if (from < to) lab.Apply();
  return FirstDifference(ops, expected, came, Mind::kStatisticsToo);
}

// With something in reserve: what some blocks more needed that are free again.
Verdict TrimsAtOnce(Lab& lab, const Script& script) {
  constexpr std::uint32_t kMoreBlocks = 32;
  Subject& subject = lab.one;
  subject.Begin(script.arena);
  subject.DoAll(script.ops);
  for (std::uint32_t i = 0; i < kMoreBlocks; ++i) {
    subject.Allocate(Subject::kSpareSlot + i, 1);
  }
  for (std::uint32_t i = 0; i < kMoreBlocks; ++i) {
    subject.Free(Subject::kSpareSlot + i);
  }
  const Op trim{.verb = Verb::kTrim};
  const Outcome once = subject.Do(trim);
  if (once.status == Status::kSkipped) return std::nullopt;
  lab.Apply();
  const Outcome twice = subject.Do(trim);
  const bool is_idle = twice.status == Status::kOk &&
                       !subject.HasCalledProvider() &&
                       twice.statistics == once.statistics;
  if (is_idle) return std::nullopt;
  return Broken(script.ops.size(), "nothing left to give back by a second trim",
                Text(FormatOutcome(trim, twice), ", then total=",
                     twice.statistics.total, " after ", once.statistics.total));
}

void EndFamily(Subject& subject) {
  for (const std::uint32_t slot : subject.LiveSlots()) subject.Free(slot);
  for (std::uint32_t handle = 0; handle < subject.system().port().handle_count;
       ++handle) {
    subject.Do({.verb = Verb::kDetach, .slot = handle});
  }
}

// The second half of a script, attached.
std::vector<Outcome> DoSecondHalf(Subject& subject, const Ops& ops) {
  std::vector<Outcome> outcomes{subject.Do({.verb = Verb::kAttach})};
  for (std::size_t i = ops.size() / 2; i < ops.size(); ++i) {
    outcomes.push_back(subject.Do(ops[i]));
  }
  return outcomes;
}

// The first half makes a family and ends it. Nobody frees what it freed again,
// nor what was its memory.
Verdict LeavesNothing(Lab& lab, const Script& script) {
  const Ops ops = Without(script.ops, [](const Op& op) {
    return op.verb == Verb::kFreeAgain || op.verb == Verb::kFreeForeign;
  });
  lab.one.Begin(script.arena);
  const auto expected = DoSecondHalf(lab.one, ops);
  lab.one.Begin(script.arena);
  for (std::size_t i = 0; i < ops.size() / 2; ++i) {
    if (!SpoilsTheProvider(ops[i])) lab.one.Do(ops[i]);
  }
  EndFamily(lab.one);
  lab.Apply();
  const auto came = DoSecondHalf(lab.one, ops);
  const Op attach{.verb = Verb::kAttach};
  for (std::size_t i = 0; i < came.size(); ++i) {
    const std::size_t step = ops.size() / 2 + i - 1;
    if (auto verdict = Differ(i == 0 ? attach : ops[step], i == 0 ? 0 : step,
                              expected[i], came[i], Mind::kStatisticsToo)) {
      return verdict;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<Law> CacheLaws() {
  return {
      {"handles_have_no_number",
       "with other handles everything goes as with these",
       "pull their memory for several handles, repeatably", HasHandles,
       RenamesHandles},
      {"two_handles_are_as_one",
       "a handle more, while there is one, changes nothing",
       "pull their memory for several handles, repeatably", HasHandles,
       MindsNoOtherHandle},
      {"a_second_trim_does_nothing", "one trim gives back all that can be",
       "pull their memory, trim, and are repeatable", TrimsRepeatably,
       TrimsAtOnce},
      {"a_dead_family_leaves_nothing",
       "after the last handle and the last block all is as at first",
       "pull their memory, repeatably", PullsRepeatably, LeavesNothing},
  };
}

}  // namespace lockstep::suite
