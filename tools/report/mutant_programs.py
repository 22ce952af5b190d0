"""What is let loose on a mutant: programs of the suite, the quickest first."""

import dataclasses
import os
import re
import shlex
import sys
import tempfile

import bazel
import kept
import limited
import source
import sources
import zoo_sources

from frame import Failed

# More than this above what it took without a mutant, and it hangs. Of the
# processor, both.
SLACK_SECONDS = 3
SLOWER = 5
REHEARSAL_SECONDS = 300  # And that is more than any of them should take.
# What is kept from before another of these is run again.
VERSION = 3
MEASURED = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "measured.py")
BUILDS = [("opt", "plain", "units"), ("opt", "fuzzers", "fuzz"),
          ("asan", "asan", "asan"), ("tsan", "tsan", "threads")]


@dataclasses.dataclass
class Program:
  """A process that exits with 0 if it noticed nothing."""
  name: str
  source: str  # Of SOURCES below.
  argv: list
  seconds: float = 0  # Of the processor, without a mutant.
  reached: frozenset = frozenset()  # The mutants that it asks for.
  digest: str = ""

  def process(self, number, folder):
    """With a mutant; what it leaves is left in the folder."""
    return self._process(number, folder, [],
                         SLACK_SECONDS + SLOWER * self.seconds)

  def rehearsal(self, folder):
    """Without one: leaves the files seconds and reached."""
    measured = [sys.executable, MEASURED, os.path.join(folder, "seconds")]
    process = self._process(0, folder, measured, REHEARSAL_SECONDS)
    process.environment["LOCKSTEP_MUTANTS_REACHED"] = os.path.join(
        folder, "reached")
    return process

  def _process(self, number, folder, before, seconds):
    environment = limited.environment()
    environment["LOCKSTEP_MUTANT"] = str(number)
    environment["GTEST_FAIL_FAST"] = "1"
    argv = before + self.argv
    if self.source == "fuzz":
      argv.append("-artifact_prefix=%s/" % folder)
    # Not under a sanitizer.
    is_plain = self.source in ("units", "recordings", "random", "explore",
                               "props")
    return limited.process(argv, seconds, environment,
                           limited.MEMORY_BYTES if is_plain else None)


def killer_in(process):
  """As of an animal, but that bad usage is a kill: without a mutant it was good.
  """
  if process.exit_code == zoo_sources.BAD_USAGE:
    return "exit code %d" % zoo_sources.BAD_USAGE
  return zoo_sources.killer_in(process)


def of_tests(files, source):
  return [Program(name_of(path), source, [path]) for path in files
          if re.match(r"copy_(allocator|slab_cache)_\w+$",
                      os.path.basename(path))]


def name_of(path):
  return os.path.basename(path).removeprefix("copy_").replace(
      "allocator_", "allocator/", 1).replace("slab_cache_", "slab_cache/", 1)


def of_fuzzers(files, scripts):
  return [Program(os.path.basename(path).removeprefix("copy_"), "fuzz",
                  [path, "-runs=%d" % scripts, "-seed=1", "-timeout=0"])
          for path in files if "_fuzz_" in os.path.basename(path)]


def of_lockstep(lockstep, root, operations):
  setting = dataclasses.replace(zoo_sources.setting_for(root, 1, 1),
                                lockstep=lockstep)
  programs = []

  def add(source, system, *words):
    programs.append(Program("%s %s" % (source, system), source,
                            [lockstep, *words]))

  for system in source.systems_of(lockstep):
    for command in sources.Recordings().commands(system, setting):
      add("recordings", system, *command.argv[1:])
    for extra in ([], ["--swarm"]):
      add("random", system, "random", system, "--ops", str(operations),
          "--seed", "1", "--check-every", "64", *extra)
    units = zoo_sources.UNITS.get(system)
    add("explore", system, "explore", system, "--concrete", "--go-back",
        "either", "--threads", "1", *(["--units", str(units)] if units else []))
    add("props", system, "props", system, "--cases",
        str(max(operations // 2000, 1)), "--seed", "1")
  return programs


def want_fuzzers(programs):
  """Of every system."""
  wanted = {"fuzz_" + p.name.removeprefix("explore ") for p in programs
            if p.source == "explore"}
  lacking = sorted(wanted - {p.name for p in programs})
  if lacking:
    raise Failed("no %s was built: add its system to fuzz/systems.bzl"
                 % lacking[0])


def build(root, operations):
  """All programs, and the folder of the copy with its table."""
  programs, folder = [], ""
  for config, group, source in BUILDS:
    files = bazel.build(root, config, ["//tests/mutants:" + group])
    for path in files:
      if os.path.basename(path) == "mutants.json":
        folder = os.path.dirname(path)
      if os.path.basename(path) == "copy_lockstep":
        programs += of_lockstep(path, root, operations)
    if source == "fuzz":
      programs += of_fuzzers(files, max(operations // 50, 1))
    else:
      programs += of_tests(files, source)
  want_fuzzers(programs)
  return programs, folder


class Rehearsal:
  """A program without a mutant: how long it takes, what it reaches."""

  def __init__(self, program):
    self.program = program
    self.is_running = False
    self.is_interrupted = False
    self._process = None

  async def run(self):
    with tempfile.TemporaryDirectory(prefix="lockstep-mutant-") as folder:
      self._process = self.program.rehearsal(folder)
      self.is_running = True
      await self._process.run()
      self.is_running = False
      if self.is_interrupted:
        return
      if self._process.exit_code != 0:
        raise Failed("without a mutant this exits with %d:\n%s\n%s%s" % (
            self._process.exit_code, shlex.join(self.program.argv),
            self._process.stdout[-2000:], self._process.stderr[-2000:]))
      with open(os.path.join(folder, "seconds"), encoding="utf-8") as file:
        self.program.seconds = float(file.read())
      with open(os.path.join(folder, "reached"), "rb") as file:
        self.program.reached = frozenset(
            n for n, is_reached in enumerate(file.read()) if is_reached)
    self.program.digest = kept.digest_of(
        ["%d" % VERSION] + self.program.argv)

  def send(self, number):
    if self._process:
      self._process.send(number)
