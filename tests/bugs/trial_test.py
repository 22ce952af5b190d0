"""How tools/mutate judges: programs that notice, that do not, and that are ended
from outside.

Arguments: the folder of what it is made of.
"""

import argparse
import asyncio
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest

import program

NOTICES = "test $LOCKSTEP_BUG != 7"


class Alone:
  """What runs a process, and nothing else."""
  is_interrupted = False

  async def run_process(self, process):
    await process.run()


class Step:
  """Something that is built singly, and says what it is told to."""
  source = "units"

  def __init__(self, name, killer):
    self.name = self.digest = name
    self._killer = killer

  async def attempt(self, *_):
    from bugs import judging
    return judging.result(self._killer)


class Case(unittest.TestCase):

  def setUp(self):
    from bugs.kept import Kept
    self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    self.kept = Kept(self.folder)

  def program(self, name, script, seconds=1.0, reached=(7,)):
    """Says in a file of its name that it was run."""
    from bugs.programs import Program
    script = "echo >>%s/%s; %s" % (self.folder, name, script)
    return Program(
        name, "units", ["bash", "-c", script], 3 + 5 * seconds, seconds,
        frozenset(reached), "digest of " + name)

  def test_a_program_that_fails_without_a_bug_ends_all_at_once(self):
    from bugs import machine, programs
    from lib.frame import Failed
    failing = self.program("failing", "sleep 0.2; exit 3")
    endless = [self.program("endless%d" % i, "sleep 600") for i in range(6)]
    with self.assertRaisesRegex(Failed, "exits with 3"):
      machine.run([programs.Rehearsal(p) for p in [failing, *endless]], 2,
                  lambda _: None)
    self.assertEqual(sorted(os.listdir(self.folder)), ["endless0", "failing"])

  def test_a_header_of_the_copy_is_no_program(self):
    from bugs import mutate
    files = ["bin/copy/allocator/std/slab_cache_allocator.h",
             "bin/allocator_address_test"]
    self.assertEqual([p.argv for p in mutate.programs_in(files, "units", 1)],
                     [["bin/allocator_address_test"]])

  def test_what_ends_before_it_reached_the_bug_has_not_found_it(self):
    for reaches, killer in (("true", ""), (
        "head -c 7 /dev/zero >$LOCKSTEP_BUGS_REACHED; "
        "printf '\\1' >>$LOCKSTEP_BUGS_REACHED", "exit code 3")):
      with self.subTest(reaches):
        program = self.program("early", reaches + "; exit 3", seconds=0)
        came = asyncio.run(program.attempt(Alone(), 7))
        self.assertEqual(came["killer"], killer)
        self.assertEqual(bool(came["problem"]), not killer)

  def runs_of(self, name):
    path = os.path.join(self.folder, name)
    if not os.path.exists(path):
      return 0
    with open(path, encoding="utf-8") as lines:
      return len(list(lines))

  def trial(self, *programs, constant="", steps=(), number=7):
    from bugs import mutate, points
    mutant = points.Point("step", "a.h", "F", 0, 1, "++", "--", "--i",
                                constant, number=number, line=number,
                                source="line %d;" % number)
    steps = [Step("step %d" % n, k) for n, k in enumerate(steps)]
    trial = mutate.trial_of(mutant, programs, self.kept, steps)
    asyncio.run(trial.run())
    return trial


class Trial(Case):

  def test_the_quickest_that_reaches_it_is_first(self):
    trial = self.trial(self.program("slow", NOTICES, 2),
                       self.program("elsewhere", NOTICES, 0.1, (8,)),
                       self.program("blind", "true", 0.5),
                       self.program("quick", NOTICES, 1))
    self.assertEqual((trial.killer, trial.program), ("exit code 1", "quick"))
    self.assertEqual([self.runs_of(n) for n in (
        "slow", "elsewhere", "blind", "quick")], [0, 0, 1, 1])

  def test_what_was_run_is_kept(self):
    from bugs.kept import Kept
    for _ in range(2):
      self.assertEqual(self.trial(self.program("p", NOTICES)).killer,
                       "exit code 1")
      self.kept = Kept(self.folder)
    self.assertEqual(self.runs_of("p"), 1)

  def test_half_a_line_costs_nothing_else(self):
    from bugs.kept import Kept
    self.kept.keep("one", 1, "crash")
    with open(os.path.join(self.folder, "results.jsonl"), "a",
              encoding="utf-8") as file:
      file.write('\n["half')
    self.kept.keep("two", 2, "")
    kept = Kept(self.folder)
    self.assertEqual((kept.result("one", 1), kept.result("two", 2)),
                     ("crash", ""))

  def test_what_is_ended_from_outside_is_tried_again(self):
    for runs in (1, 2):
      trial = self.trial(self.program("p", "kill -KILL $$"))
      self.assertEqual((trial.killer, trial.unknown), ("", "p"))
      self.assertEqual(self.runs_of("p"), runs)

  def test_bad_usage_is_a_kill(self):
    self.assertEqual(self.trial(self.program("p", "exit 2")).killer,
                     "exit code 2")

  def test_what_runs_and_then_does_not_compile_is_killed(self):
    steps = ("", "invalid: no such thing")
    program = self.program("blind", "true")
    trial = self.trial(program, constant="function", steps=steps)
    self.assertEqual((trial.killer, trial.program, trial.bug.invalid),
                     ("no such thing", "step 1", ""))
    trial = self.trial(program, constant="always", steps=steps, number=8)
    self.assertEqual((trial.killer, trial.bug.invalid),
                     ("", "no such thing"))


class Rehearsal(Case):

  def rehearse(self, script):
    from bugs.programs import Rehearsal
    program = self.program("p", script)
    asyncio.run(Rehearsal(program).run())
    return program

  def test_says_what_is_reached_and_how_long_it_takes(self):
    program = self.rehearse(
        "printf '\\0\\1\\0\\1' >${LOCKSTEP_BUGS_REACHED:-/dev/null}")
    self.assertEqual(program.reached, {1, 3})
    self.assertGreater(program.seconds, 0)

  def test_must_pass(self):
    from lib import frame
    with self.assertRaisesRegex(frame.Failed, "(?s)exits with 3:.*why"):
      self.rehearse("echo why; exit 3")


class Report(Case):
  """The exit code, and what is written."""

  def report(self, *trials, is_interrupted=False, file=None, reasons=None):
    from bugs import mutate, verdicts
    arguments = argparse.Namespace(
        file=file, line=None, operator=None, at_least=100.0,
        output=self.folder)
    results = verdicts.Results(trials, reasons or {})
    with contextlib.redirect_stdout(io.StringIO()):
      return mutate.report(results, [t.bug for t in trials], arguments,
                           is_interrupted)

  def test_its_exit_code(self):
    killed = self.trial(self.program("p", NOTICES))
    lives = self.trial(self.program("blind", "true"))
    unknown = self.trial(self.program("ended", "kill -KILL $$"))
    key = killed.bug.key()
    self.assertEqual(self.report(killed), 0)
    self.assertEqual(self.report(killed, lives), 1)
    self.assertEqual(self.report(killed, unknown), 2)
    self.assertEqual(self.report(), 2)
    self.assertEqual(self.report(killed, is_interrupted=True), 130)
    self.assertEqual(self.report(killed, reasons={key: "so they say"}), 1)
    stale = {("b.h", "F", "no line", "change"): "gone"}
    self.assertEqual(self.report(killed, reasons=stale), 1)
    self.assertEqual(self.report(killed, reasons=stale, file=["a.h"]), 0)

  def test_a_part_leaves_the_pages_alone(self):
    killed = self.trial(self.program("p", NOTICES))
    for part in ({"file": ["a.h"]}, {"is_interrupted": True}):
      self.report(killed, **part)
      self.assertNotIn("mutate.md", os.listdir(self.folder))
      with open(os.path.join(self.folder, "mutate.json"),
                encoding="utf-8") as file:
        self.assertFalse(json.load(file)["is_whole"])
    self.report(killed)
    self.assertIn("mutation-survivors.md", os.listdir(self.folder))


if __name__ == "__main__":
  sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv.pop(1))))
  program.run_cases()
