"""A fuzz target: its program, its files, and what it has done so far.

In the corpus folder, NAME/ has the inputs that reach something new, and
.crashes/NAME/ those that violated something, with reports; both are kept from
run to run.
"""

import dataclasses
import os
import re
import subprocess

from lib import outcome
from verify import crashes

SUFFIX, BINARY, SEEDS = "_fuzz", "_fuzz_bin", "_fuzz_corpus"
SYMBOLIZER = "/usr/bin/llvm-symbolizer-19"
MADE_SHORT_SECONDS = 120


def limits(folder):
  """As flags, what libfuzzer.options says in that folder."""
  with open(os.path.join(folder, "libfuzzer.options"),
            encoding="utf-8") as file:
    return ["-%s=%s" % pair
            for pair in re.findall(r"^(\w+) = (\w+)$", file.read(), re.MULTILINE)]


def names_in(folder):
  return sorted(name[:-len(BINARY)] for name in os.listdir(folder)
                if name.endswith(BINARY))


class Target:

  def __init__(self, name, folder, corpora, dictionaries, scratch):
    self.name = name + SUFFIX
    self.binary = os.path.realpath(os.path.join(folder, name + BINARY))
    self.corpus = os.path.join(corpora, self.name)
    self.replaced = self.corpus + ".replaced"
    self.crashes = os.path.join(corpora, ".crashes", self.name)
    # A merge that was killed while it put one in the place of the other.
    if os.path.isdir(self.replaced) and not os.path.isdir(self.corpus):
      os.rename(self.replaced, self.corpus)
    os.makedirs(self.corpus, exist_ok=True)
    os.makedirs(self.crashes, exist_ok=True)
    seeds = os.path.realpath(os.path.join(folder, name + SEEDS))
    dictionary = os.path.join(dictionaries, name + ".dict")
    self._limits = limits(dictionaries)
    self._seeds = [seeds] if os.path.isdir(seeds) else []
    self._dictionary = (
        ["-dict=" + dictionary] if os.path.exists(dictionary) else [])
    self.inputs_before = self.inputs()
    self.coverage = 0  # Edges in what is judged.
    self.features = 0
    self.seconds = 0  # Of its own: while others have their turn, it stands still.
    self.executions = {}  # Of each process.
    self._scratch = scratch
    self._tallies = []

  def inputs(self):
    return sum(entry.is_file() for entry in os.scandir(self.corpus))

  def new_tally(self):
    """Where one process after another, but no two at once, are to count."""
    self._tallies.append(os.path.join(
        self._scratch, "%s-%d" % (self.name, len(self._tallies))))
    return self._tallies[-1]

  @staticmethod
  def environment(tally=""):
    return {"ASAN_SYMBOLIZER_PATH": SYMBOLIZER,
            "UBSAN_SYMBOLIZER_PATH": SYMBOLIZER,
            "UBSAN_OPTIONS": "print_stacktrace=1", **os.environ,
            **({"LOCKSTEP_TALLY": tally} if tally else {})}

  def made_short(self, crash):
    """What crashed all of the process, as a minimised trace that a child process
    crashes on; or the crash as it is, if none does.
    """
    try:
      again = subprocess.run(
          [self.binary, crash.artifact], stdout=subprocess.DEVNULL,
          stderr=subprocess.PIPE, timeout=MADE_SHORT_SECONDS, check=False,
          env={**self.environment(), "LOCKSTEP_FUZZ_CELL": "1"})
    except (OSError, subprocess.TimeoutExpired):
      return crash
    found = crashes.read(again.stderr.decode(errors="replace"))
    return dataclasses.replace(found, artifact=crash.artifact) \
        if found.is_trace else crash

  def _command(self, *options):
    return [self.binary, *self._limits,
            "-artifact_prefix=%s/" % self.crashes, *options, self.corpus,
            *self._seeds]

  def fuzzing(self, seconds, seed):
    return self._command(
        "-max_total_time=%d" % max(1, round(seconds)), "-seed=%d" % seed,
        "-print_final_stats=1", "-print_funcs=0", *self._dictionary)

  def merging(self, merged):
    """Into an empty folder, the fewest inputs that reach the same."""
    return self._command("-merge=1", merged)

  def tally(self):
    """Executions, operations, seconds of judging, requests served and refused,
    operations skipped; noughts of a target that judges no allocator.
    """
    executions, operations, nanoseconds, *requests = map(sum, zip(
        outcome.NO_TALLY, *map(outcome.read_tally, self._tallies)))
    return executions, operations, nanoseconds / 1e9, *requests
