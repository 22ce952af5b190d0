"""The suite's own speed: operations checked in a second of a core, and how that
compares with a malloc and a free of glibc, measured in turns with it.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile

import bench_race
import outcome
import planning
import source
import sources

from bench_figures import spread
from frame import Failed

# What fuzzes is built with sanitizers, and measured by tools/verify.
SOURCES = [s for s in sources.SOURCES if s.name != "fuzz"]
YARDSTICK = "pair/glibc/64"


def measure(root, repetitions, seconds):
  """(what bench.json says of the suite, whether it was interrupted)"""
  program = planning.BINARY
  setting = source.Setting(
      lockstep=program, systems=source.systems_of(planning.WRAPPER),
      fuzzers="", corpora="",
      traces=os.path.join(root, "tests/traces"), seconds=seconds, seed=1)
  race = bench_race.build(root)
  jobs = [(s, system) for s in SOURCES for system in s.systems(setting)]
  measured = {job: [] for job in jobs}
  is_interrupted = False
  try:
    for repetition in range(repetitions):
      print("the suite, %d of %d: %d sources and systems" % (
          repetition + 1, repetitions, len(jobs)), file=sys.stderr, flush=True)
      for job in random.sample(jobs, len(jobs)):
        measured[job].append(one(job, setting, race))
  except KeyboardInterrupt:
    is_interrupted = True
  return [describe(job, came) for job, came in measured.items()
          if came], is_interrupted


def one(job, setting, race):
  """(operations a second, malloc's time over that of an operation)"""
  operations, seconds = 0, 0
  for command in job[0].commands(job[1], setting):
    stdout, used = run(command.argv)
    operations += outcome.read(stdout).operations
    seconds += used
  if not operations:
    raise Failed("%s, %s: nothing was checked" % (job[0].name, job[1]))
  return operations / seconds, malloc_seconds(race) * operations / seconds


def run(argv):
  """(its standard output, the seconds of a core that it used)"""
  before = used_by_children()
  done = subprocess.run(argv, capture_output=True, text=True)
  used = used_by_children() - before
  if done.returncode == -signal.SIGINT or done.returncode == 130:
    raise KeyboardInterrupt
  if done.returncode:
    raise Failed("%s ended with exit code %d\n%s%s" % (
        " ".join(argv[:4]), done.returncode, done.stdout, done.stderr))
  return done.stdout, max(used, 1e-6)


def used_by_children():
  usage = resource.getrusage(resource.RUSAGE_CHILDREN)
  return usage.ru_utime + usage.ru_stime


def malloc_seconds(race):
  with tempfile.NamedTemporaryFile(prefix="lockstep-bench-") as file:
    run([race, "--benchmark_filter=^%s$" % YARDSTICK,
         "--benchmark_min_time=0.005", "--benchmark_out=" + file.name])
    try:
      return json.load(file)["benchmarks"][0]["cpu_time"] * 1e-9
    except (ValueError, KeyError, IndexError) as error:
      raise Failed("%s: no figure of %s: %r" % (race, YARDSTICK, error)
                  ) from error


def describe(job, came):
  rates, ratios = zip(*came)
  return {"source": job[0].name, "system": job[1],
          "operations_per_second": spread(rates), "ratio": spread(ratios)}
