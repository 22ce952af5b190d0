"""What is let loose on an animal, each with the same budget, and what came."""

import dataclasses
import os
import re

import fuzz_target
import limited
import sources

from source import Setting

VIOLATION = re.compile(r"^# violation  (\w+):", re.MULTILINE)
FAILED_TEST = re.compile(r"^\[  FAILED  \] ([\w./]+)", re.MULTILINE)
CLAIM = re.compile(r"not so: (.+)$", re.MULTILINE)
SANITIZER = re.compile(
    r"((?:Address|Leak|Thread)Sanitizer): ([\w-]+(?: race)?)|runtime error: ")
BROKEN = re.compile(r"^broken (\S+),", re.MULTILINE)
LIBFUZZER = re.compile(r"^SUMMARY: libFuzzer: (.+)$", re.MULTILINE)
OPERATIONS = re.compile(r'"operations":(\d+)')
BASELINE_OPERATIONS = re.compile(r", (\d+) operations$", re.MULTILINE)
RAN = re.compile(r"^\[==========\] (\d+) tests? from .* ran", re.MULTILINE)
BAD_USAGE = 2
FROM_OUTSIDE = "it was ended from outside, or waits"
# Of the processor, on top of what a process means to take, and times that.
SLACK_SECONDS, SLOWER = 30, 3


@dataclasses.dataclass
class Run:
  """One process; those of a source run until one kills."""
  argv: list
  seconds: float = 0
  is_fuzzer: bool = False

  def process(self, folder):
    """What it leaves is left in the folder."""
    argv, added = self.argv, {}
    if self.is_fuzzer:
      argv = argv + ["-artifact_prefix=%s/" % folder]
      added = {"LOCKSTEP_TALLY": tally_in(folder)}
    return limited.process(argv, SLACK_SECONDS + SLOWER * self.seconds,
                           {**limited.environment(), **added})


def tally_in(folder):
  return os.path.join(folder, "tally")


def problem_in(process):
  """Why the source could not try the animal at all; "" if it could."""
  if killer_in(process) is None:
    return FROM_OUTSIDE
  if process.exit_code != BAD_USAGE:
    return ""
  return process.stderr.strip() or "exit code %d" % BAD_USAGE


def killer_in(process):
  """What found the animal out, by name; "" if nothing did; None if nothing is
  known: it was ended from outside.
  """
  if limited.was_ended_from_outside(process):
    return None
  if limited.hangs(process):
    return "hang"
  if process.exit_code in (0, BAD_USAGE):
    return ""
  text = process.stdout + process.stderr
  for pattern in (VIOLATION, BROKEN, CLAIM, FAILED_TEST):
    found = pattern.search(text)
    if found:
      return found.group(1)
  found = SANITIZER.search(text)
  if found:
    return ": ".join(filter(None, found.groups())) or "UBSan"
  found = LIBFUZZER.search(text)
  if process.exit_code < 0 or found and found.group(1) == "deadly signal":
    return "crash"
  return found.group(1) if found else "exit code %d" % process.exit_code


def operations_in(process, folder):
  if os.path.exists(tally_in(folder)):
    return fuzz_target.read_tally(tally_in(folder))[1]
  for pattern in (OPERATIONS, RAN):
    found = pattern.findall(process.stdout)
    if found:
      return sum(map(int, found))
  # All so far; of a crash, when its last script began.
  found = BASELINE_OPERATIONS.findall(process.stdout or process.stderr)
  return int(found[-1]) if found else 0


def of_lockstep(source):
  """As tools/verify runs that source."""
  def runs(animal, setting):
    judge = dataclasses.replace(
        setting, lockstep=animal.programs["lockstep"],
        seconds=setting.seconds / max(len(animal.systems), 1))
    return [Run(command.argv, command.seconds) for system in animal.systems
            for command in source.commands(system, judge)]
  return runs


def shadow_alone(animal, setting):
  runs = of_lockstep(sources.Random())(animal, setting)
  return [Run(run.argv + ["--models", "shadow"], run.seconds) for run in runs]


def tests_of(kind):
  def runs(animal, setting):
    return [Run([path]) for _, path in animal.of_kind(kind)]
  return runs


def fuzz(animal, setting):
  share = max(round(setting.seconds / max(len(animal.systems), 1)), 1)
  return [Run([path, "-max_total_time=%d" % share,
               "-seed=%d" % (setting.seed or 1), "-timeout=10"], share, True)
          for _, path in animal.of_kind("fuzz_")]


def baseline(program, judge):
  def runs(animal, setting):
    share = setting.seconds / max(len(animal.systems), 1)
    return [Run([animal.programs[program], system, judge, "%g" % share,
                 str(setting.seed)], share) for system in animal.systems]
  return runs


# What explore chooses on a sound allocator: on one that cannot serve two
# requests it would choose another.
UNITS = {"buddy": 8, "buddy_6": 8, "slab": 2048, "heap": 4096,
         "slab_byte": 4096}


def explore(animal, setting):
  runs = of_lockstep(sources.Explore())(animal, setting)
  for system, run in zip(animal.systems, runs):
    if system in UNITS:
      run.argv += ["--units", str(UNITS[system])]
  return runs


# In the order of the matrix.
SOURCES = {
    "units": tests_of("unit"),
    "recordings": of_lockstep(sources.Recordings()),
    "random": of_lockstep(sources.Random()),
    "shadow": shadow_alone,
    "fuzz": fuzz,
    "props": of_lockstep(sources.Props()),
    "explore": explore,
    "threads": tests_of("threads_"),
}
BASELINES = {
    "asan": baseline("baseline_asan", "crash"),
    "audit": baseline("baseline", "audit"),
}
ALL = {**SOURCES, **BASELINES}
SHADOW = "shadow"
# What must kill. The shadow is a part of random, shown alone.
JUDGES = [s for s in SOURCES if s != SHADOW]


def title(source):
  return source if source in SOURCES else source + " (baseline)"


def setting_for(root, seconds, seed):
  return Setting(lockstep="", systems=[], fuzzers="", corpora="",
                 traces=os.path.join(root, "tests/traces"),
                 seconds=seconds, seed=seed)
