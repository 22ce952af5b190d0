"""The source fuzz: scripts from bytes that coverage guides, one system for each
fuzz target.
"""

import os
import tempfile

from lib import outcome
from lib.frame import ROOT
from verify import crashes, fuzz_process, fuzz_target

# The targets take turns: a campaign that is interrupted has fuzzed all of them.
ROUND_SECONDS = 60


class Fuzz:
  """As verify.Source."""
  name = "fuzz"
  summary = "scripts from bytes, guided by the coverage that they reach"
  is_timed = True

  def __init__(self):
    self._scratch = None

  def systems(self, setting):
    return fuzz_target.names_in(setting.fuzzers) if setting.fuzzers else []

  def processes(self, system, setting):
    # Until the program ends.
    self._scratch = self._scratch or tempfile.TemporaryDirectory(
        prefix="lockstep-fuzz-")
    target = fuzz_target.Target(
        system, setting.fuzzers, setting.corpora, os.path.join(ROOT, "fuzz"),
        self._scratch.name)
    book = crashes.Book(target.crashes)
    count = max(1, round(setting.seconds / ROUND_SECONDS))
    rounds = [
        fuzz_process.Round(target, book, setting.seconds / count,
                           (setting.seed + i * 1000003) % 0xFFFFFFFF + 1)
        for i in range(count)
    ]
    return rounds + [fuzz_process.Merge(target, rounds)]

  def judge(self, process):
    result = outcome.Outcome(is_interrupted=process.is_interrupted)
    if process.problem:
      result.problems.append(process.problem)
    if isinstance(process, fuzz_process.Merge):
      return result
    result.seconds = process.took_seconds
    result.operations = process.operations()
    result.violations = [violation_of(crash, process)
                         for crash in process.crashes]
    if process.has_ended and not process.is_interrupted \
        and not process.executions:
      result.problems.append(
          "%s: nothing was executed" % process.target.name)
    return result

  def words(self, its_processes):
    target = its_processes[0].target
    return "{:,} executions, {:,} edges, {:,} inputs".format(
        sum(target.executions.values()), target.coverage, target.inputs())

  def describe(self, its_processes):
    *rounds, merge = its_processes
    target, book = rounds[0].target, rounds[0].book
    tallied, operations, judging, served, refused, skipped = target.tally()
    return {"fuzz": {
        "target": target.name,
        "executions": sum(target.executions.values()),
        "seconds": round(target.seconds, 2),
        "operations": operations,
        "served": served,
        "refused": refused,
        "skipped": skipped,
        "executions_tallied": tallied,
        "seconds_judging": round(judging, 3),
        "coverage": target.coverage,
        "features": target.features,
        "corpus": {
            "folder": target.corpus,
            "inputs_before": target.inputs_before,
            "inputs": target.inputs(),
            "is_merged": merge.is_merged,
        },
        "crashes": sum(book.counts.values()),
        "kinds_of_crashes": len(book.counts),
    }}


def violation_of(crash, process):
  found_by = "# found by   fuzz target %s, on the input %s\n" % (
      process.target.name, crash.artifact or "that it did not write")
  return outcome.Violation(
      crash.rule, (found_by if crash.is_trace else "") + crash.text,
      is_trace=crash.is_trace, artifact=crash.artifact,
      is_new=process.book.is_new(crash),
      key="" if crash.is_trace else crash.key)
