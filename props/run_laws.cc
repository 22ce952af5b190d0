// Laws between two runs of a script, on instances that differ in what must not
// count.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "props/law.h"
#include "props/law_list.h"
#include "props/relate.h"

namespace lockstep::suite {
namespace {

Verdict Repeats(Lab& lab, const Script& script) {
  lab.one.Begin(script.arena);
  const auto expected = lab.one.DoAll(script.ops);
  lab.one.Begin(script.arena);
  lab.Apply();
  return FirstDifference(script.ops, expected, lab.one.DoAll(script.ops),
                         Mind::kStatisticsToo);
}

Verdict IsAStranger(Lab& lab, const Script& script) {
  lab.one.Begin(script.arena);
  const auto expected = lab.one.DoAll(script.ops);
  lab.one.Begin(script.arena);
  lab.other.Begin(script.arena);
  std::vector<Outcome> came;
  for (const Op& op : script.ops) {
    lab.other.Do(op);
    came.push_back(lab.one.Do(op));
  }
  lab.Apply();
  return FirstDifference(script.ops, expected, came, Mind::kStatisticsToo);
}

std::vector<Outcome> RunFilledWith(Subject& subject, const Script& script,
                                   std::byte arena, std::byte blocks) {
  subject.Begin(script.arena);
  subject.FillArena(arena);
  std::vector<Outcome> outcomes;
  for (const Op& op : script.ops) {
    const Outcome outcome = outcomes.emplace_back(subject.Do(op));
    if (op.verb == Verb::kAllocate && outcome.status == Status::kOk) {
      subject.Fill(outcome.offset, op.bytes, blocks);
    }
  }
  return outcomes;
}

Verdict ReadsNoContents(Lab& lab, const Script& script) {
  const auto expected =
      RunFilledWith(lab.one, script, std::byte{0}, std::byte{0});
  const auto came =
      RunFilledWith(lab.one, script, std::byte{0xFF}, std::byte{0xA5});
  lab.Apply();
  return FirstDifference(script.ops, expected, came, Mind::kStatisticsToo);
}

// What stays within an arena, and asks for no more alignment than that has.
Ops Movable(const Script& script) {
  const auto arena_log2 = std::countr_zero(std::bit_floor(script.arena.bytes));
  return Without(script.ops, [&](const Op& op) {
    const bool is_outside = op.offset > script.arena.bytes ||
                            op.bytes > script.arena.bytes - op.offset;
    return op.align_log2 > arena_log2 || (IsRegion(op) && is_outside);
  });
}

Ops MovedBy(Ops ops, std::uint64_t bytes) {
  for (Op& op : ops) {
    if (IsRegion(op) || op.verb == Verb::kFreeForeign) op.offset += bytes;
  }
  return ops;
}

// Within an arena of twice the size, from its lower to its upper half; where
// memory is pulled, to another arena.
Verdict Moves(Lab& lab, const Script& script) {
  const Ops ops = Movable(script);
  const std::uint64_t distance = Pulls(lab.port()) ? 0 : script.arena.bytes;
  const ArenaSpec arena{script.arena.bytes + distance,
                        script.arena.align_bytes + distance};
  lab.one.Begin(arena);
  const auto expected = lab.one.DoAll(ops);
  Subject& elsewhere = distance == 0 ? lab.other : lab.one;
  elsewhere.Begin(arena);
  auto came = elsewhere.DoAll(MovedBy(ops, distance));
  for (std::size_t i = 0; i < came.size(); ++i) {
    if (InfoOf(ops[i].verb).form == Form::kBlock) came[i].offset -= distance;
  }
  lab.Apply();
  return FirstDifference(ops, expected, came, Mind::kStatisticsToo);
}

Verdict IgnoresQueries(Lab& lab, const Script& script) {
  std::vector<Outcome> with_queries;
  lab.one.Begin(script.arena);
  for (const Op& op : script.ops) {
    with_queries.push_back(lab.one.Do(op));
    (void)lab.one.system().Audit();
  }
  lab.Mute(true);
  lab.one.Begin(script.arena);
  Verdict verdict;
  for (std::size_t i = 0; i < script.ops.size() && !verdict; ++i) {
    const Op& op = script.ops[i];
    if (IsQuery(op)) continue;
    verdict = Differ(op, i, lab.one.Do(op), with_queries[i], Mind::kOutcomes);
  }
  lab.Mute(false);
  lab.Apply();
  return verdict;
}

// A refusal of the provider's is used up by the op that it befell, so that one
// stays.
Verdict ForgetsFailures(Lab& lab, const Script& script) {
  lab.one.Begin(script.arena);
  std::vector<Outcome> with_failures;
  std::vector<bool> is_done;
  for (const Op& op : script.ops) {
    const Status status = with_failures.emplace_back(lab.one.Do(op)).status;
    is_done.push_back(status == Status::kOk || (status != Status::kSkipped &&
                                                lab.one.HasCalledProvider()));
  }
  lab.one.Begin(script.arena);
  for (std::size_t i = 0; i < script.ops.size(); ++i) {
    if (!is_done[i]) continue;
    const Outcome alone = lab.one.Do(script.ops[i]);
    if (auto verdict = Differ(script.ops[i], i, alone, with_failures[i],
                              Mind::kStatisticsToo)) {
      return verdict;
    }
  }
  lab.Apply();
  return std::nullopt;
}

constexpr std::string_view kRepeatably =
    "keep all state where it can be copied (SNAPSHOTS), or claim a placement";

}  // namespace

std::vector<Law> RunLaws() {
  return {
      {"same_script_same_outcomes",
       "nothing is left of the instance that was there before", kRepeatably,
       IsRepeatable, Repeats},
      {"instances_are_strangers",
       "what one instance does, another does not notice", kRepeatably,
       IsRepeatable, IsAStranger},
      {"contents_do_not_count",
       "what memory holds, before and as its clients write it, changes no "
       "outcome",
       kRepeatably, IsRepeatable, ReadsNoContents},
      {"only_offsets_count",
       "an arena moved by a multiple of its alignment moves every block by as "
       "much",
       "claim a placement", IsPlaced, Moves},
      {"queries_change_nothing",
       "without statistics, usable and audit all other outcomes are the same",
       kRepeatably, IsRepeatable, IgnoresQueries},
      {"failures_leave_no_trace",
       "an operation that failed can be deleted, and nothing after it changes",
       kRepeatably, IsRepeatable, ForgetsFailures},
  };
}

}  // namespace lockstep::suite
