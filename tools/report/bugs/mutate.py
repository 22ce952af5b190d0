"""tools/mutate: which small changes of allocator/ the suite notices."""

import glob
import itertools
import os
import re
import signal

from bugs import machine, points, single, verdicts
from bugs.kept import Kept
from bugs.programs import Program, Rehearsal
from bugs.trial import Trial
from lib import bazel, frame, screen, sources
from lib.arguments import add_jobs, count, parser_of, percentage
from lib.frame import FAILED, HELD, INTERRUPTED, ROOT, VIOLATED, Failed

VERDICTS = os.path.join(ROOT, "tests/bugs/verdicts.json")
BUILDS = [("opt", "plain", "units"), ("opt", "fuzzers", "fuzz"),
          ("asan", "asan", "asan"), ("tsan", "tsan", "threads")]


def parse():
  parser = parser_of("bugs", "mutate", words="\n  ".join(
      " ".join(points.OPERATORS[i:i + 8])
      for i in range(0, len(points.OPERATORS), 8)))
  add_jobs(parser)
  add = parser.add_argument
  add("--file", action="append", metavar="NAME", help="only mutants of this "
      "file of allocator/; may be repeated")
  add("--line", type=count, action="append", metavar="N", help="only of this "
      "line; may be repeated")
  add("--operator", action="append", choices=points.OPERATORS,
      metavar="NAME", help="only by this operator; may be repeated")
  add("--operations", type=count, metavar="N", default=100_000, help="the "
      "budget of random for each system; a script in fifty for fuzz, one in "
      "two thousand for each property (default: %(default)s)")
  add("--at-least", type=percentage, metavar="PERCENT", default=100.0,
      help="the score that is enough (default: %(default)g)")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/mutate"),
      help="for mutate.json, what is kept and, when all are run, mutate.md and "
      "mutation-survivors.md (default: out/mutate)")
  add("--list", action="store_true", help="print the mutants; run nothing")
  return parser.parse_args()


def want_files(names):
  """Before minutes of building."""
  for name in names:
    path = name if name.startswith("allocator/") else "allocator/**/" + name
    if not glob.glob(os.path.join(ROOT, path), recursive=True):
      raise Failed("there is no %s in allocator/; see --list" % name)


def chosen(mutants, arguments):
  def is_of(mutant, names):
    return any(("/" + mutant.file).endswith("/" + name) for name in names)

  for name in arguments.file or []:
    if not any(is_of(m, [name]) for m in mutants):
      raise Failed("nothing in %s can be changed; see --list" % name)
  picked = [m for m in mutants if
            (not arguments.file or is_of(m, arguments.file)) and
            (not arguments.line or m.line in arguments.line) and
            (not arguments.operator or m.operator in arguments.operator)]
  if not picked:
    raise Failed("no mutant is there, by that operator; see --list")
  return picked


def show_list(mutants):
  signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Who reads may stop.
  for mutant in mutants:
    print("%s:%d  %s  %s%s" % (
        mutant.file, mutant.line, mutant.operator, mutant.change(),
        "  [invalid: %s]" % mutant.invalid if mutant.invalid else
        "  [built singly]" if mutant.constant == "always" else ""))
  return HELD


def of_lockstep(lockstep, operations):
  setting = sources.Setting(lockstep, os.path.join(ROOT, "tests/traces"), 1, 1)

  def program(source, system, *words):
    return Program("%s %s" % (source, system), source, [lockstep, *words])

  for system in sources.systems_of(lockstep):
    for command in sources.recordings(system, setting):
      yield program("recordings", system, *command.argv[1:])
    for extra in ([], ["--swarm"]):
      yield program("random", system, "random", system, "--ops",
                    str(operations), "--seed", "1", "--check-every", "64",
                    *sources.BRIEFLY, *extra)
    yield program("explore", system, "explore", system, "--concrete",
                  "--go-back", "either", "--threads", "1",
                  *machine.units_of(system))
    yield program("props", system, "props", system, "--cases",
                  str(max(operations // 2000, 1)), "--seed", "1")


def programs_in(files, source, operations):
  for path in files:
    name = os.path.basename(path).removeprefix("copy_")
    if name == "lockstep":
      yield from of_lockstep(path, operations)
    elif name.startswith("fuzz_"):
      yield Program(name, "fuzz", [
          path, "-runs=%d" % max(operations // 50, 1), "-seed=1", "-timeout=0"])
    elif re.match(r"(allocator|slab_cache)_\w+$", name):  # No header.
      yield Program(machine.test_name(name), source, [path])


def want_fuzzers(programs):
  """Of every system."""
  missing = {p.name.replace("explore ", "fuzz_") for p in programs
             if p.source == "explore"} - {p.name for p in programs}
  if missing:
    raise Failed("no %s was built: add its system to fuzz/systems.bzl"
                 % min(missing))


def build(operations):
  """All programs, and the folder of the copy with its table."""
  programs, folder = [], ""
  for config, group, source in BUILDS:
    files = bazel.build(ROOT, config, ["//tests/bugs:" + group])
    folder = next((os.path.dirname(f) for f in files
                   if os.path.basename(f) == machine.TABLE), folder)
    programs += programs_in(files, source, operations)
  want_fuzzers(programs)
  return programs, folder


def mutants_in(folder):
  return [points.Point(**raw) for raw in machine.table_in(folder)["mutants"]]


def rehearse(programs, jobs):
  """Without mutants: everything must pass."""
  print("%d programs without a mutant" % len(programs), flush=True)
  if machine.run([Rehearsal(p) for p in programs], jobs, lambda _: None):
    raise KeyboardInterrupt


def trial_of(mutant, programs, kept, steps):
  reached = [] if mutant.constant == "always" else [
      p for p in programs if mutant.number in p.reached]
  return Trial(mutant, sorted(reached, key=lambda p: p.seconds), kept,
               list(steps) if mutant.constant else ())


def mutate(arguments):
  frame.set_up()
  if arguments.list:
    [folder] = {os.path.dirname(f) for f in bazel.build(
        ROOT, "opt", ["//tests/bugs:copy"]) if f.endswith(machine.TABLE)}
    return show_list(chosen(mutants_in(folder), arguments))
  want_files(arguments.file or [])
  programs, copy = build(arguments.operations)
  mutants = mutants_in(copy)
  picked = chosen(mutants, arguments)
  rehearse(programs, arguments.jobs)
  kept = Kept(arguments.output)
  workshop = single.Workshop(ROOT, copy, programs, mutants, kept,
                             arguments.output)
  trials = [trial_of(m, programs, kept, workshop.steps(m))
            for m in picked if not m.invalid]
  reasons = verdicts.load(VERDICTS)
  ended = itertools.count(1)

  def on_end(trial):
    """A line for each that lives, and one in a hundred."""
    state, number = verdicts.Results([], reasons).state(trial), next(ended)
    if not trial.is_interrupted and (
        state == verdicts.LIVES or number % 100 == 0):
      print("%d of %d  %s: %s" % (number, len(trials), trial.bug.title(),
                                  trial.killer or state), flush=True)

  is_interrupted = machine.run(trials, arguments.jobs, on_end)
  return report(verdicts.Results(trials, reasons), picked, arguments,
                is_interrupted)


def report(results, mutants, arguments, is_interrupted):
  is_whole = is_all(arguments) and not is_interrupted
  verdicts.save(results, mutants, arguments.output, is_whole)
  show(results)
  total = results.count()
  print("%d mutants, %d killed, %d equivalent, %d live; %d more the compiler "
        "does not take" % (*total.row()[:4], sum(
            bool(m.invalid) for m in mutants)))
  print("killed by " + ", ".join(
      "%s %d" % pair for pair in results.sources().most_common()))
  print("score %.2f %% (at least %g), written to %s" % (
      100 * total.score, arguments.at_least, screen.shown(arguments.output)))
  if is_interrupted:
    print("interrupted; the same command goes on from here")
    return INTERRUPTED
  are_sound = complain(results, mutants, arguments)
  if total.unknown or not total.killed + total.lives:
    return FAILED
  is_enough = 100 * total.score >= arguments.at_least
  return HELD if is_enough and are_sound else VIOLATED


def is_all(arguments):
  return not (arguments.file or arguments.line or arguments.operator)


def complain(results, mutants, arguments):
  """Of what the score does not say; whether the verdicts are right."""
  for trial in results.of(verdicts.UNKNOWN):
    print("UNKNOWN: %s: %s was ended from outside, or did not build; the same "
          "command tries it again" % (trial.bug.title(), trial.unknown))
  wrong = results.wrong()
  for trial in wrong:
    print("the verdict on %s is wrong: %s killed it (%s)" % (
        trial.bug.title(), trial.program, trial.killer))
  stale = results.stale(mutants) if is_all(arguments) else []
  for key in stale:
    print("a verdict is on no mutant: %s, in %s, at \"%s\": %s" % (
        key[0], key[1] or "no function", key[2], key[3]))
  if not results.count().killed + results.count().lives:
    print("nothing was scored")
  return not wrong and not stale


def show(results):
  for field in ("file", "operator"):
    screen.console().print(screen.table_of(
        [field], verdicts.HEADS,
        rows=[(name, *map(str, counts.row()))
              for name, counts in results.by(field).items()]))
  for trial in results.survivors():
    verdict = results.reasons.get(trial.bug.key(), "LIVES")
    print("  ".join(verdicts.row_of(trial, verdict)))


def main():
  return frame.run("mutate", lambda: mutate(parse()))
