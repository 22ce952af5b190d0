"""The processes of a fuzz target: rounds of fuzzing, and then a merge."""

import asyncio
import os
import re
import shutil
import time

import crashes
import fuzz_target
import processes

STATUS = re.compile(
    r"^#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+) corp: (\d+)/(\d+)([KMG]?)b")
TOTAL = re.compile(r"^stat::number_of_executed_units: (\d+)")
# What libFuzzer says of itself.
CHATTER = ("INFO: ", "Dictionary: ", "Done ", "stat::", "#")
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
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
    self.executions = 0
    self._words = []

  async def run(self):
    self.target.begin(self)
    await super().run()
    self.target.end(self)

  def hear(self, text):
    found, total = STATUS.match(text), TOTAL.match(text)
    if total:
      self.executions = int(total.group(1))
      self.target.count(self, self.executions)
    if not found:
      is_chatter = text.startswith(CHATTER) and not text.startswith("# ")
      if not is_chatter and len(self._words) < WORDS_LINES:
        self._words.append(text)
      return
    executions, kind, coverage, features, inputs, size, unit = found.groups()
    self.has_begun |= kind == INITIALISED
    self.executions = int(executions)
    self.target.note(self, int(executions), int(coverage), int(features),
                     int(inputs), int(size) * UNITS[unit])
    self.status = "%s executions, %s edges, %s inputs" % (
        "{:,}".format(self.target.executions()), coverage, inputs)

  def words(self):
    return "".join(self._words)


class Round:
  """Fuzzing for some seconds, begun again after each crash."""

  def __init__(self, target, book, seconds, seed):
    self.target = target
    self.book = book
    self.seconds = seconds
    self.crashes = []  # Those that are the first of their kind.
    self.problem = ""
    self.started_at = None
    self.has_ended = False
    self.is_interrupted = False
    self.ended = asyncio.Event()
    self.took_seconds = 0
    self._seed = seed
    self._tally = target.new_tally()
    self._current = None
    self._executions = 0

  @property
  def is_running(self):
    return self.started_at is not None and not self.has_ended

  @property
  def status(self):
    return self._current.status if self._current else ""

  def elapsed_seconds(self):
    return time.monotonic() - self.started_at if self.is_running else 0

  async def run(self):
    self.started_at = time.monotonic()
    while self.elapsed_seconds() < self.seconds and not self.is_interrupted:
      left = self.seconds - self.elapsed_seconds()
      self._current = Fuzzing(self.target, left, self._seed, self._tally)
      await self._current.run()
      self._executions += self._current.executions
      if not self._goes_on(self._current):
        break
      self._seed = self._seed % 0xFFFFFFFF + 1
    self.took_seconds = self.elapsed_seconds()
    self.has_ended = True
    self.ended.set()

  def _goes_on(self, process):
    """After a process that has ended: whether to begin another."""
    if self.is_interrupted or process.exit_code in (0, INTERRUPTED):
      return False
    crash = self._crash_of(process)
    if crash is None:
      self.problem = "%s: it ended with exit code %d\n%s" % (
          process.short_command(), process.exit_code, process.words()[-2000:])
      return False
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

  def executions(self):
    return self._executions

  def operations(self):
    return fuzz_target.read_tally(self._tally)[1]


class Merge(processes.Process):
  """Puts the fewest inputs that reach the same into the corpus's place."""

  def __init__(self, target, rounds):
    self._merged = target.corpus + ".merging"
    self._replaced = target.replaced
    super().__init__(target.merging(self._merged), 0, target.environment())
    self.target = target
    self.inputs_after = None
    self.problem = ""
    self._rounds = rounds

  async def run(self):
    await asyncio.gather(*(r.ended.wait() for r in self._rounds
                           if not r.is_interrupted))
    if self.is_interrupted or any(r.is_interrupted for r in self._rounds):
      self.is_interrupted = True
      self.started_at = time.monotonic()
      self.has_ended = True
      return
    # Of one that was ended before it was done.
    shutil.rmtree(self._merged, ignore_errors=True)
    shutil.rmtree(self._replaced, ignore_errors=True)
    os.makedirs(self._merged)
    await super().run()
    self._finish()

  def _finish(self):
    if (self.exit_code == 0 and not self.is_interrupted and
        os.listdir(self._merged)):
      # At no point is there no corpus: see Target.
      os.rename(self.target.corpus, self._replaced)
      os.rename(self._merged, self.target.corpus)
      shutil.rmtree(self._replaced)
      self.inputs_after = len(os.listdir(self.target.corpus))
      return
    shutil.rmtree(self._merged, ignore_errors=True)
    if not self.is_interrupted:
      self.problem = "%s: it ended with exit code %s\n%s" % (
          self.short_command(), self.exit_code, self.stderr[-2000:])

  def hear(self, text):
    self.status = "merging " + text.strip()
    self.stderr = (self.stderr + text)[-4000:]
