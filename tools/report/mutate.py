"""tools/mutate: which small changes of allocator/ the suite notices."""

import argparse
import asyncio
import json
import os
import sys

import bazel
import frame
import mutant_points
import mutant_programs
import mutant_single
import mutant_trial
import mutant_verdicts
import processes

from command_line import count
from frame import FAILED, HELD, INTERRUPTED, ROOT, VIOLATED, Failed

VERDICTS = os.path.join(ROOT, "tests/mutants/verdicts.json")

DESCRIPTION = """\
Changes allocator/ wherever one of the operators below finds something, one
change at a time, and runs the suite until something notices. All changes are
built at once, asleep; each run wakes one. What was run is kept, so that an
interrupted run goes on where it was, and a new test is run alone. See
docs/mutation.md.
"""
EPILOG = """\
operators:
  %s

exit codes:
  0 the score is what it must be, 1 it is not, or a verdict is wrong or is on
  nothing, 2 bad usage, something did not build or was ended from outside, or
  nothing was scored, 130 interrupted
""" % "\n  ".join(" ".join(mutant_points.OPERATORS[i:i + 8])
                 for i in range(0, len(mutant_points.OPERATORS), 8))


def percentage(text):
  number = float(text)
  if not 0 <= number <= 100:
    raise ValueError
  return number


def parse():
  parser = argparse.ArgumentParser(
      prog="tools/mutate", description=DESCRIPTION, epilog=EPILOG,
      formatter_class=argparse.RawDescriptionHelpFormatter)
  add = parser.add_argument
  add("--file", action="append", metavar="NAME", help="only mutants of this "
      "file of allocator/; may be repeated")
  add("--line", type=count, action="append", metavar="N", help="only of this "
      "line; may be repeated")
  add("--operator", action="append", choices=mutant_points.OPERATORS,
      metavar="NAME", help="only by this operator; may be repeated")
  add("--operations", type=count, metavar="N", default=100_000, help="the "
      "budget of random for each system; a script in fifty for fuzz, one in "
      "two thousand for each property (default: %(default)s)")
  add("--at-least", type=percentage, metavar="PERCENT", default=100.0,
      help="the score that is enough (default: %(default)g)")
  add("--jobs", type=count, metavar="N", default=len(os.sched_getaffinity(0)),
      help="so many mutants at a time (default: %(default)s, the cores)")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/mutate"),
      help="for mutate.json, what is kept and, when all are run, mutate.md and "
      "mutation-survivors.md (default: out/mutate)")
  add("--list", action="store_true", help="print the mutants; run nothing")
  return parser.parse_args()


def load_points(folder):
  with open(os.path.join(folder, "mutants.json"), encoding="utf-8") as file:
    return [mutant_points.Point(**raw) for raw in json.load(file)]


def want_files(names):
  """Before minutes of building."""
  for name in names:
    if not os.path.isfile(os.path.join(ROOT, of_allocator(name))):
      raise Failed("there is no %s; see --list" % of_allocator(name))


def of_allocator(name):
  return "allocator/" + name.removeprefix("allocator/")


def chosen(points, arguments):
  files = {p.file for p in points}
  wanted = {of_allocator(f) for f in arguments.file or []}
  if wanted - files:
    raise Failed("nothing in %s can be changed; see --list" % min(
        wanted - files))
  picked = [p for p in points if
            (not wanted or p.file in wanted) and
            (not arguments.line or p.line in arguments.line) and
            (not arguments.operator or p.operator in arguments.operator)]
  if not picked:
    raise Failed("no mutant is there, by that operator; see --list")
  return picked


def show_list(points):
  try:
    for point in points:
      print("%s:%d  %s  %s%s" % (
          point.file, point.line, point.operator, point.change(),
          "  [invalid: %s]" % point.invalid if point.invalid else
          "  [built singly]" if point.constant == "always" else ""))
    sys.stdout.flush()
  except BrokenPipeError:  # Who reads has seen enough.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
  return HELD


async def run_all(things, jobs, on_end):
  pool = processes.Pool(things, jobs)
  try:
    await pool.run(on_end)
  finally:
    pool.kill()
  return pool.is_interrupted


def rehearse(programs, jobs):
  """Without mutants: everything must pass."""
  print("%d programs without a mutant" % len(programs), flush=True)
  if asyncio.run(run_all([mutant_programs.Rehearsal(p) for p in programs],
                         jobs, lambda _: None)):
    raise KeyboardInterrupt


def mutate(arguments):
  if arguments.list:
    files = bazel.build(ROOT, "opt", ["//tests/mutants:copy"])
    table = [f for f in files if f.endswith("/mutants.json")][0]
    return show_list(chosen(load_points(os.path.dirname(table)), arguments))
  want_files(arguments.file or [])
  programs, copy = mutant_programs.build(ROOT, arguments.operations)
  points = load_points(copy)
  picked = chosen(points, arguments)
  rehearse(programs, arguments.jobs)
  kept = mutant_trial.Kept(arguments.output)
  workshop = mutant_single.Workshop(ROOT, copy, programs, points,
                                    arguments.output)
  trials = [mutant_trial.Trial(p, programs, kept, workshop)
            for p in picked if not p.invalid]
  results = mutant_verdicts.Results(trials, mutant_verdicts.load(VERDICTS))
  is_interrupted = asyncio.run(run_all(
      trials, arguments.jobs, Progress(trials, results)))
  results = mutant_verdicts.Results(trials, results.reasons)
  return report(results, picked, arguments, is_interrupted)


class Progress:
  """A line for each that lives, and one in a hundred."""

  def __init__(self, trials, results):
    self._trials = trials
    self._results = results
    self._ended = 0

  def __call__(self, trial):
    self._ended += 1
    lives = self._results.state(trial) == mutant_verdicts.LIVES
    if trial.is_interrupted or not (lives or self._ended % 100 == 0):
      return
    print("%d of %d  %s:%d  %s: %s" % (
        self._ended, len(self._trials), trial.point.file, trial.point.line,
        trial.point.change(), trial.killer or self._results.state(trial)),
          flush=True)


def report(results, points, arguments, is_interrupted):
  import display
  is_whole = is_all(arguments) and not is_interrupted
  mutant_verdicts.save(results, points, arguments.output, is_whole)
  show(results, display.console)
  total = results.count()
  print("%d mutants, %d killed, %d equivalent, %d live; %d more the compiler "
        "does not take" % (*total.row()[:4], sum(
            bool(p.invalid) for p in points)))
  print("killed by " + ", ".join(
      "%s %d" % pair for pair in results.sources().most_common()))
  print("score %.2f %% (at least %g), written to %s" % (
      100 * total.score, arguments.at_least, display.shown(arguments.output)))
  if is_interrupted:
    print("interrupted; the same command goes on from here")
    return INTERRUPTED
  are_sound = complain(results, points, arguments)
  if total.unknown or not total.killed + total.lives:
    return FAILED
  is_enough = 100 * total.score >= arguments.at_least
  return HELD if is_enough and are_sound else VIOLATED


def is_all(arguments):
  return not (arguments.file or arguments.line or arguments.operator)


def complain(results, points, arguments):
  """Of what the score does not say; whether the verdicts are right."""
  for trial in results.of(mutant_verdicts.UNKNOWN):
    print("UNKNOWN: %s:%d %s: %s was ended from outside, or did not build; the "
          "same command tries it again" % (trial.point.file, trial.point.line,
                        trial.point.change(), trial.unknown))
  wrong = results.wrong()
  for trial in wrong:
    print("the verdict on %s:%d %s is wrong: %s killed it (%s)" % (
        trial.point.file, trial.point.line, trial.point.change(),
        trial.program, trial.killer))
  stale = results.stale(points) if is_all(arguments) else []
  for key in stale:
    print("a verdict is on no mutant: %s, in %s, at \"%s\": %s" % (
        key[0], key[1] or "no function", key[2], key[3]))
  if not results.count().killed + results.count().lives:
    print("nothing was scored")
  return not wrong and not stale


def show(results, console):
  from rich.table import Table
  for field in ("file", "operator"):
    table = Table()
    table.add_column(field, no_wrap=True)
    for head in mutant_verdicts.HEADS:
      table.add_column(head, justify="right")
    for name, counts in results.by(field).items():
      table.add_row(name, *map(str, counts.row()))
    console.print(table)
  for trial in results.survivors():
    verdict = results.reasons.get(trial.point.key(), "LIVES")
    print("  ".join(mutant_verdicts.row_of(trial, verdict)))


if __name__ == "__main__":
  sys.exit(frame.run("mutate", lambda: mutate(parse())))
