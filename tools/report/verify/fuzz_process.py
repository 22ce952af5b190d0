"""The processes of a fuzz target: rounds of fuzzing, and then a merge."""

import asyncio
import os
import re
import shutil
import time

from lib import outcome, processes
from verify import crashes

STATUS = re.compile(r"^#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+) corp: (\d+)/")
TOTAL = re.compile(r"^stat::number_of_executed_units: (\d+)")
# What libFuzzer says of itself.
CHATTER = ("INFO: ", "Dictionary: ", "Done ", "stat::", "#")
INITIALISED = "INITED"
INTERRUPTED = 72  # libFuzzer's exit code then.
WORDS_LINES = 20000


class Fuzzing(processes.Process):
  """libFuzzer, until it ends or something is violated."""

  def __init__(self, target, seconds, seed, tally):
    super().__init__(target.fuzzing(seconds, seed), seconds,
                     target.environment(tally))
    self.target = target
    self.has_begun = False  # With inputs of its own.
    self._words = []

  def hear(self, text):
    found, total = STATUS.match(text), TOTAL.match(text)
    if total:
      self.target.executions[self] = int(total.group(1))
    if not found:
      is_chatter = text.startswith(CHATTER) and not text.startswith("# ")
      if not is_chatter and len(self._words) < WORDS_LINES:
        self._words.append(text)
      return
    executions, kind, coverage, features, inputs = found.groups()
    self.has_begun |= kind == INITIALISED
    target = self.target
    target.executions[self] = int(executions)
    # Two processes may share a corpus.
    target.coverage = max(target.coverage, int(coverage))
    target.features = max(target.features, int(features))
    self.status = "%s executions, %s edges, %s inputs" % (
        "{:,}".format(sum(target.executions.values())), coverage, inputs)

  def words(self):
    return "".join(self._words)


class Round:
  """Fuzzing for some seconds, begun again after each crash."""

  def __init__(self, target, book, seconds, seed):
    self.target = target
    self.book = book
    self.crashes = []  # Those that are the first of their kind.
    self.problem = ""
    self.is_running = False
    self.has_ended = False
    self.is_interrupted = False
    self.ended = asyncio.Event()
    self.took_seconds = 0
    self.executions = 0
    self._seconds = seconds
    self._seed = seed
    self._tally = target.new_tally()
    self._current = None

  @property
  def status(self):
    return self._current.status if self._current else ""

  async def run(self):
    self.is_running = True
    began = time.monotonic()
    while self.took_seconds < self._seconds and not self.is_interrupted:
      self._current = Fuzzing(self.target, self._seconds - self.took_seconds,
                              self._seed, self._tally)
      await self._current.run()
      self.executions += self.target.executions.get(self._current, 0)
      self.took_seconds = time.monotonic() - began
      if not await self._goes_on(self._current):
        break
      self._seed = self._seed % 0xFFFFFFFF + 1
    self.target.seconds += self.took_seconds
    self.is_running = False
    self.has_ended = True
    self.ended.set()

  async def _goes_on(self, process):
    """After a process that has ended: whether to begin another."""
    if self.is_interrupted or process.exit_code in (0, INTERRUPTED):
      return False
    crash = self._crash_of(process)
    if crash is None:
      self.problem = "%s: it ended with exit code %d\n%s" % (
          process.short_command(), process.exit_code, process.words()[-2000:])
      return False
    if crash.artifact and not crash.is_trace:
      crash = await asyncio.to_thread(self.target.made_short, crash)
    if self.book.enter(crash):
      self.crashes.append(crash)
    # What crashes on its own corpus would do so for ever.
    return process.has_begun

  @staticmethod
  def _crash_of(process):
    if process.is_overdue:
      return crashes.Crash("hang", process.words(), False, "", "hang")
    crash = crashes.read(process.words())
    is_crash = crash.is_trace or crash.artifact or crash.rule != "crash" \
        or process.exit_code < 0
    return crash if is_crash else None

  def send(self, number):
    if self._current:
      self._current.send(number)

  def operations(self):
    return outcome.read_tally(self._tally)[1]


class Merge(processes.Process):
  """Puts the fewest inputs that reach the same into the corpus's place."""

  def __init__(self, target, rounds):
    self._merged = target.corpus + ".merging"
    super().__init__(target.merging(self._merged), 0, target.environment())
    self.target = target
    self.is_merged = False
    self.problem = ""
    self._rounds = rounds

  async def run(self):
    await asyncio.gather(*(r.ended.wait() for r in self._rounds
                           if not r.is_interrupted))
    if self.is_interrupted or any(r.is_interrupted for r in self._rounds):
      self.is_interrupted = self.has_ended = True
      return
    # Of one that was ended before it was done.
    shutil.rmtree(self._merged, ignore_errors=True)
    shutil.rmtree(self.target.replaced, ignore_errors=True)
    os.makedirs(self._merged)
    await super().run()
    if (self.exit_code == 0 and not self.is_interrupted and
        os.listdir(self._merged)):
      # At no point is there no corpus: see Target.
      os.rename(self.target.corpus, self.target.replaced)
      os.rename(self._merged, self.target.corpus)
      shutil.rmtree(self.target.replaced)
      self.is_merged = True
      return
    shutil.rmtree(self._merged, ignore_errors=True)
    if not self.is_interrupted:
      self.problem = "%s: it ended with exit code %s\n%s" % (
          self.short_command(), self.exit_code, self.stderr[-2000:])

  def hear(self, text):
    self.status = "merging " + text.strip()
    self.stderr = (self.stderr + text)[-4000:]
