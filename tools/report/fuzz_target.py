"""A fuzz target: its program, its files, and what it has done so far.

In the corpus folder, NAME/ has the inputs that reach something new, and
.crashes/NAME/ those that violated something, with reports; both are kept from
run to run.
"""

import bisect
import dataclasses
import os
import struct
import time

# So many points are kept of each curve.
POINTS = 400
SUFFIX, BINARY, SEEDS = "_fuzz", "_fuzz_bin", "_fuzz_corpus"
# A thousand ops; as in fuzz/launch.sh.
MAX_LEN = "-max_len=16384"


@dataclasses.dataclass(frozen=True)
class Point:
  """What a target had reached, after so many seconds of its own."""
  seconds: float
  executions: int
  coverage: int  # Edges in what is judged.
  features: int
  inputs: int
  bytes: int


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
    seeds = os.path.realpath(os.path.join(folder, name + SEEDS))
    self.seeds = [seeds] if os.path.isdir(seeds) else []
    dictionary = os.path.join(dictionaries, name + ".dict")
    self.dictionary = ["-dict=" + dictionary] if os.path.exists(
        dictionary) else []
    self.inputs_before = count_files(self.corpus)
    self.points = []
    self._scratch = scratch
    self._tallies = []
    self._executions = {}  # Of each process.
    self._ended_seconds = 0
    self._started_at = {}

  def prepare(self):
    """Before the first process."""
    os.makedirs(self.corpus, exist_ok=True)
    os.makedirs(self.crashes, exist_ok=True)

  def new_tally(self):
    """Where one process after another, but no two at once, are to count."""
    path = os.path.join(self._scratch, "%s-%d" % (self.name,
                                                  len(self._tallies)))
    self._tallies.append(path)
    return path

  @staticmethod
  def environment(tally=""):
    symbolizer = "/usr/bin/llvm-symbolizer-19"
    return {
        "ASAN_SYMBOLIZER_PATH": symbolizer,
        "UBSAN_SYMBOLIZER_PATH": symbolizer,
        "UBSAN_OPTIONS": "print_stacktrace=1",
        **os.environ,
        **({"LOCKSTEP_TALLY": tally} if tally else {}),
    }

  def fuzzing(self, seconds, seed):
    return [self.binary, "-max_total_time=%d" % max(1, round(seconds)),
            "-seed=%d" % seed, "-timeout=25", MAX_LEN, "-print_final_stats=1",
            "-print_funcs=0",
            "-artifact_prefix=%s/" % self.crashes, *self.dictionary,
            self.corpus, *self.seeds]

  def merging(self, merged):
    """Into an empty folder, the fewest inputs that reach the same."""
    return [self.binary, "-merge=1", "-timeout=25", MAX_LEN,
            "-artifact_prefix=%s/" % self.crashes, merged, self.corpus,
            *self.seeds]

  def begin(self, process):
    self._started_at[process] = time.monotonic()

  def end(self, process):
    self._ended_seconds += time.monotonic() - self._started_at.pop(process)

  def seconds(self):
    now = time.monotonic()
    return self._ended_seconds + sum(
        now - began for began in self._started_at.values())

  def count(self, process, executions):
    self._executions[process] = executions

  def executions(self):
    return sum(self._executions.values())

  def last(self):
    return self.points[-1] if self.points else Point(0, 0, 0, 0, 0, 0)

  def note(self, process, executions, coverage, features, inputs, size):
    """What a status line said. Two processes may share a corpus."""
    self.count(process, executions)
    best = self.last()
    point = Point(round(self.seconds(), 2), self.executions(),
                  max(best.coverage, coverage), max(best.features, features),
                  inputs, size)
    self.points.append(point)
    if len(self.points) > 2 * POINTS:
      self.points = thin(self.points)

  def tally(self):
    """Executions, operations, seconds of judging, requests served and refused,
    operations skipped; noughts of a target that judges no allocator.
    """
    sums = [0] * len(NOUGHTS)
    for path in self._tallies:
      for i, figure in enumerate(read_tally(path)):
        sums[i] += figure
    return (*sums[:2], sums[2] / 1e9, *sums[3:])


NOUGHTS = (0,) * 6


def read_tally(path):
  """As fuzz/tally.h has it."""
  try:
    with open(path, "rb") as file:
      return struct.unpack("=6Q", file.read())
  except (OSError, struct.error):
    return NOUGHTS


def thin(points):
  """Few, at even distances in time; the first and the last are kept."""
  if len(points) <= POINTS:
    return points
  times = [point.seconds for point in points]
  wanted = (times[-1] * i / (POINTS - 1) for i in range(POINTS))
  places = {min(bisect.bisect_left(times, t), len(points) - 1) for t in wanted}
  return [points[i] for i in sorted(places | {0, len(points) - 1})]


def count_files(folder):
  try:
    return sum(entry.is_file() for entry in os.scandir(folder))
  except OSError:
    return 0
