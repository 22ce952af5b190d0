"""The programs of the suite that are let loose on a bug, which wakes in them."""

import dataclasses
import os
import shlex
import tempfile
import time

from bugs import judging, kept
from lib import limited
from lib.frame import Failed

# Their memory can be limited, unless they were built with a sanitizer.
PLAIN = ("units", "recordings", "random", "shadow", "explore", "props", "audit")
REHEARSAL_SECONDS = 300  # More than any of them should take.
# More than this above what it took without a bug, and it hangs. Of the
# processor, both.
SLACK_SECONDS, SLOWER = 3, 5
# Of what is kept: another one when what it says changes.
VERSION = 5
# Writes how much of the processor a command took into a file.
MEASURED = 'exec 3>&2 2>"$0"; TIMEFORMAT="%U %S"; time "$@" 2>&3'


@dataclasses.dataclass
class Program:
  """A process that exits with 0 if it noticed nothing."""
  name: str
  source: str
  argv: list
  limit_seconds: float = 0  # Of the processor; with more, it hangs.
  seconds: float = 0  # That it took without a bug.
  reached: frozenset = frozenset()  # The bugs that it asked for then.
  digest: str = ""
  is_sanitized: bool = False

  def seal(self, *circumstances):
    """Its digest: whatever it is made of, and what its results depend on."""
    self.digest = kept.digest_of([repr((VERSION, *circumstances)), *self.argv])
    return self

  def process(self, number, folder, before=(), limit_seconds=0):
    """With a bug awake; what it leaves is left in the folder."""
    argv, environment = [*before, *self.argv], limited.environment()
    environment.update(
        LOCKSTEP_BUG=str(number), GTEST_FAIL_FAST="1",
        LOCKSTEP_BUGS_REACHED=os.path.join(folder, "reached"))
    if self.source == "fuzz":
      argv.append("-artifact_prefix=%s/" % folder)
      environment["LOCKSTEP_TALLY"] = os.path.join(folder, "tally")
    return limited.process(
        argv, limit_seconds or self.limit_seconds, environment,
        limited.MEMORY_BYTES
        if self.source in PLAIN and not self.is_sanitized else None)

  async def attempt(self, trial, number):
    with tempfile.TemporaryDirectory(prefix="lockstep-bug-") as folder:
      process = self.process(number, folder)
      began = time.monotonic()
      await trial.run_process(process)
      took = time.monotonic() - began
      if trial.is_interrupted:
        return None
      killer, problem = judging.verdict_of(process, bool(self.seconds))
      was_reached = number in reached_in(folder)
      # Where nothing is known of how it ends without the bug.
      if killer and not was_reached and not self.seconds:
        killer, problem = "", "%s, before it reached the bug: %s" % (
            killer, process.stderr[-2000:])
      return judging.result(
          killer, problem,
          judging.operations_in(process, os.path.join(folder, "tally")),
          round(1000 * took), was_reached)


def reached_in(folder):
  path = os.path.join(folder, "reached")
  if not os.path.exists(path):
    return frozenset()
  with open(path, "rb") as file:
    return frozenset(n for n, was_asked in enumerate(file.read()) if was_asked)


class Rehearsal:
  """A program without a bug: it must pass. How long it takes, what it reaches."""

  def __init__(self, program):
    self.program = program
    self.is_running = False
    self.is_interrupted = False
    self._process = None

  async def run(self):
    self.is_running = True
    with tempfile.TemporaryDirectory(prefix="lockstep-bug-") as folder:
      path = os.path.join(folder, "seconds")
      timed = self.program.process(0, folder, ["bash", "-c", MEASURED, path],
                                   REHEARSAL_SECONDS)
      del timed.environment["LOCKSTEP_BUGS_REACHED"]  # To note takes time.
      noted = self.program.process(0, folder, (), REHEARSAL_SECONDS)
      for self._process in (timed, noted):
        await self._process.run()
        if self.is_interrupted:
          return
        self._must_have_passed(self._process)
      with open(path, encoding="utf-8") as file:
        self.program.seconds = sum(map(float, file.read().split())) or 0.001
      self.program.reached = reached_in(folder)
    self.program.limit_seconds = SLACK_SECONDS + SLOWER * self.program.seconds
    self.program.seal()
    self.is_running = False

  def _must_have_passed(self, process):
    if process.exit_code != 0:
      raise Failed("without a bug this exits with %d:\n%s\n%s%s" % (
          process.exit_code, shlex.join(self.program.argv),
          process.stdout[-2000:], process.stderr[-2000:]))

  def send(self, number):
    if self._process:
      self._process.send(number)
