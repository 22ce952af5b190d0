"""Operations checked in a second of a core, in turns with a malloc of glibc."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile

from bench import race as racing
from bench.figures import spread
from lib import sources
from lib.frame import ROOT, Failed

# What fuzzes is built with sanitizers, and measured by tools/verify.
SOURCES = {"recordings": sources.recordings, "random": sources.random,
           "props": sources.props, "explore": sources.explore}
YARDSTICK = "pair/glibc/64"


def measure(repetitions, seconds):
  """(what bench.json says of the suite, whether it was interrupted)"""
  systems = sources.systems_of(os.path.join(ROOT, "tools/lockstep"))
  setting = sources.Setting(os.path.join(ROOT, ".cache/lockstep"),
                            os.path.join(ROOT, "tests/traces"), seconds, 1)
  race = racing.build()
  jobs = [(source, system) for source in SOURCES for system in systems]
  measured = {job: [] for job in jobs}
  is_interrupted = False
  try:
    for repetition in range(repetitions):
      print("the suite, %d of %d: %d sources and systems" % (
          repetition + 1, repetitions, len(jobs)), file=sys.stderr, flush=True)
      for job in random.sample(jobs, len(jobs)):
        measured[job].append(one(*job, setting, race))
  except KeyboardInterrupt:
    is_interrupted = True
  return [{"source": source, "system": system,
           "operations_per_second": spread([rate for rate, _ in came]),
           "ratio": spread([ratio for _, ratio in came])}
          for (source, system), came in measured.items() if came], is_interrupted


def one(source, system, setting, race):
  """(operations a second, malloc's time over that of an operation)"""
  operations, seconds = 0, 0
  for command in SOURCES[source](system, setting):
    stdout, used = run(command.argv)
    operations += json.loads(stdout)["operations"]
    seconds += used
  if not operations:
    raise Failed("%s, %s: nothing was checked" % (source, system))
  return operations / seconds, malloc_seconds(race) * operations / seconds


def run(argv):
  """(its standard output, the seconds of a core that it used)"""
  def used_by_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

  before = used_by_children()
  done = subprocess.run(argv, capture_output=True, text=True, check=False)
  if done.returncode in (-signal.SIGINT, 130):
    raise KeyboardInterrupt
  if done.returncode:
    raise Failed("%s ended with exit code %d\n%s%s" % (
        " ".join(argv[:4]), done.returncode, done.stdout, done.stderr))
  return done.stdout, max(used_by_children() - before, 1e-6)


def malloc_seconds(race):
  with tempfile.NamedTemporaryFile(prefix="lockstep-bench-") as file:
    run([race, "--benchmark_filter=^%s$" % YARDSTICK,
         "--benchmark_min_time=0.005", "--benchmark_out=" + file.name])
    try:
      return json.load(file)["benchmarks"][0]["cpu_time"] * 1e-9
    except (ValueError, KeyError, IndexError) as error:
      raise Failed("%s: no figure of %s: %r" % (race, YARDSTICK, error)
                  ) from error
