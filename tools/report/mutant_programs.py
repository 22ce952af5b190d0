"""What is let loose on a mutant: programs of the suite, the quickest first."""

import dataclasses
import hashlib
import os
import re
import shlex
import tempfile
import time

import bazel
import processes
import sources
import zoo_sources

# More than this above what it took without a mutant, and it hangs. Of the
# processor: other work on the machine does not count.
SLACK_SECONDS = 3
SLOWER = 5
# A program that waits for ever uses none.
WALL_SECONDS = 300
MEMORY_BYTES = 4 << 30
SIGXCPU = 24
BUILDS = [("opt", "plain", "units"), ("opt", "fuzzers", "fuzz"),
          ("asan", "asan", "asan"), ("tsan", "tsan", "threads")]


class Broken(Exception):
  """A program fails without any mutant."""


@dataclasses.dataclass
class Program:
  """A process that exits with 0 if it noticed nothing."""
  name: str
  source: str  # Of SOURCES below.
  argv: list
  seconds: float = 0  # What it takes without a mutant.
  reached: frozenset = frozenset()  # The numbers of the mutants that it asks for.
  digest: str = ""

  def process(self, number, reached_path=""):
    limits = ["prlimit", "--core=0"]
    if self.source in ("units", "recordings", "random", "explore", "props"):
      limits.append("--as=%d" % MEMORY_BYTES)  # Not under a sanitizer.
    if not reached_path:
      seconds = round(SLACK_SECONDS + SLOWER * self.seconds)
      # The first sends SIGXCPU, the second SIGKILL.
      limits.append("--cpu=%d:%d" % (seconds, seconds + 5))
    environment = zoo_sources.Run([]).environment()
    environment["LOCKSTEP_MUTANT"] = str(number)
    environment["GTEST_FAIL_FAST"] = "1"
    if reached_path:
      environment["LOCKSTEP_MUTANTS_REACHED"] = reached_path
    process = processes.Process(limits + self.argv, 0, environment)
    process.allowed_seconds = WALL_SECONDS
    return process

  def take_digest(self):
    digest = hashlib.sha256(repr(self.argv[1:]).encode())
    with open(self.argv[0], "rb") as file:
      digest.update(file.read())
    self.digest = digest.hexdigest()


def killer_in(process):
  """What found a mutant out, by name; "" if nothing did."""
  return "hang" if process.exit_code == -SIGXCPU else (
      zoo_sources.killer_in(process))


def of_tests(files, source):
  return [Program(name_of(path), source, [path]) for path in files
          if re.match(r"copy_(allocator|slab_cache)_\w+$",
                      os.path.basename(path))]


def name_of(path):
  return os.path.basename(path).removeprefix("copy_").replace(
      "allocator_", "allocator/", 1).replace("slab_cache_", "slab_cache/", 1)


def of_fuzzers(files, scripts):
  return [Program(os.path.basename(path).removeprefix("copy_"), "fuzz",
                  [path, "-runs=%d" % scripts, "-seed=1", "-timeout=10",
                   "-artifact_prefix=" + os.path.join(
                       tempfile.gettempdir(), "lockstep-mutant-")])
          for path in files if "_fuzz_" in os.path.basename(path)]


def of_lockstep(lockstep, root, operations):
  setting = dataclasses.replace(
      zoo_sources.setting_for(_Arguments, root), lockstep=lockstep)
  programs = []

  def add(source, system, *words):
    programs.append(Program("%s %s" % (source, system), source,
                            [lockstep, *words]))

  for system in ["buddy", "heap", "slab", "slab_byte", "slab_cache"]:
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


class _Arguments:
  seconds, seed = 1, 1


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
  return programs, folder


class Rehearsal:
  """A program without a mutant: how long it takes, what it reaches."""

  def __init__(self, program):
    self.program = program
    self.is_running = False
    self.is_interrupted = False
    self._process = None

  async def run(self):
    with tempfile.NamedTemporaryFile(prefix="lockstep-reached-") as reached:
      self._process = self.program.process(0, reached.name)
      self.is_running, started_at = True, time.monotonic()
      await self._process.run()
      self.is_running, took = False, time.monotonic() - started_at
      if self.is_interrupted:
        return
      if self._process.exit_code != 0:
        raise Broken("without a mutant this exits with %d:\n%s\n%s%s" % (
            self._process.exit_code, shlex.join(self.program.argv),
            self._process.stdout[-2000:], self._process.stderr[-2000:]))
      self.program.seconds = took
      self.program.reached = frozenset(
          n for n, is_reached in enumerate(reached.read()) if is_reached)
    self.program.take_digest()

  def send(self, number):
    if self._process:
      self._process.send(number)
