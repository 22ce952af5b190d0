"""Mutants of what is decided when a program is built: each is built for itself.

They sleep in the same copy; the macro LOCKSTEP_BUG_BUILT wakes one.
"""

import asyncio
import glob
import os
import re
import subprocess
import tempfile

from bugs import judging, kept, programs
from bugs.trial import INVALID
from lib import limited
from lib.frame import Failed

COMPILER = "clang++-19"
GOOGLETEST = "/usr/src/googletest/googletest"
FLAGS = ["-std=c++23", "-O0", "-w", "-fno-caret-diagnostics"]
SECONDS = 120  # Of the processor, for one of them.
MOST = 8  # Tests that are built for a mutant: each takes seconds.
# What the compiler says: of a check of the authors'; of an assertion in what is
# evaluated when built; of a text that it does not take, which is no mutant.
CHECKED = ("static assertion failed", "static assertion expression is not")
ASSERTED = ("must be initialized by a constant expression",
            "'lockstep_assertion_failed' cannot be used in a constant")
BLAMED = re.compile(r"^(?:allocator/[\w/]+\.(?:h|cc)|mutant):\d+:\d+: ",
                    re.MULTILINE)
EXTRA_SOURCES = {"slab_cache/corruption": [
    "tests/slab_cache/corruption.cc", "tests/slab_cache/scenes.cc"]}


class Step:
  """The compiler, and with a test, what it made of that."""

  def __init__(self, workshop, name, source, arguments, test=""):
    self.name = name
    self.source = source
    self._arguments = arguments
    self._workshop = workshop
    self._test = test
    self.digest = workshop.digest(name, test)

  async def attempt(self, trial, number):
    await self._rehearse(trial)
    return None if trial.is_interrupted else await self._run(trial, number)

  async def _rehearse(self, trial):
    """Once, without a mutant: else whatever breaks it would kill them all."""
    async with self._workshop.lock(self.digest):
      if self._workshop.kept.result(self.digest, 0) or trial.is_interrupted:
        return
      if self._test:
        await self._workshop.compile_googletest(trial)
      came = await self._run(trial, 0)
      if trial.is_interrupted:
        return
      if came["killer"] or came["problem"]:
        raise Failed("%s, without a mutant: %s" % (
            self.name, came["killer"] or came["problem"]))
      self._workshop.kept.keep(self.digest, 0, came)

  async def _run(self, trial, number):
    argv = self._workshop.compiling(number) + self._arguments
    with tempfile.TemporaryDirectory(prefix="lockstep-bug-") as folder:
      program = os.path.join(folder, "program")
      process = limited_to_seconds(argv + (["-o", program] if self._test else []))
      await trial.run_process(process)
      killer, problem = verdict_of(process) if process.exit_code else ("", "")
      if self._test and not process.exit_code:
        process = limited_to_seconds([program])
        await trial.run_process(process)
        killer, problem = judging.verdict_of(process, is_rehearsed=True)
    return judging.result(killer, problem)


def verdict_of(process):
  """(killer, problem) of a compiler that failed: a problem if it does not say
  that it is the mutant's fault.
  """
  errors = process.stderr
  if process.is_overdue or process.exit_code < 0:
    return "", judging.FROM_OUTSIDE
  if any(text in errors for text in CHECKED):
    return "static_assert", ""
  if any(text in errors for text in ASSERTED):
    return "assert when built", ""
  lines = [line for line in errors.splitlines() if "error: " in line]
  # In the copy, in a bug that sleeps in it, or in what it instantiates.
  if lines and BLAMED.search(errors):
    return INVALID + lines[0], ""
  return "", judging.FROM_OUTSIDE


def limited_to_seconds(argv):
  return limited.process(
      argv, SECONDS, {**limited.environment(), "GTEST_FAIL_FAST": "1"},
      limited.MEMORY_BYTES)


class Workshop:
  """Where they are built: the sources of the tests, and the copy."""

  def __init__(self, root, copy, tests, points, results, folder):
    self.kept = results
    self._root = root
    self._copy = copy
    self._tests = [t for t in tests if t.source == "units" and t.reached]
    self._points = points
    self._locks = {}
    # The compiler and GoogleTest, by their versions.
    version = subprocess.run([COMPILER, "--version"], capture_output=True,
                             text=True, check=False).stdout
    self._tools = kept.digest_of([version, GOOGLETEST + "/../CMakeLists.txt"])
    self._objects = os.path.join(folder, "googletest-%s.o" % self._tools[:12])
    self._sources_of_copy = sorted(
        glob.glob(copy + "/allocator/**/*.cc", recursive=True))
    self._of_copy = kept.digest_of(
        sorted(glob.glob(copy + "/allocator/**/*.*", recursive=True)) +
        [self._at("tests/bugs/" + f) for f in (
            "instances.cc", "awake.cc", "awake.h")])

  def _tests_about(self, file):
    """At most MOST: those that include it, then those that most of what they run
    is of it.
    """
    numbers = {p.number for p in self._points if p.file == file}

    def rank(test):
      with open(self._at("tests/%s_test.cc" % test.name),
                encoding="utf-8") as source:
        return ('#include "%s"' % file in source.read(),
                len(test.reached & numbers) / len(test.reached))

    ranks = {t.name: rank(t) for t in self._tests}
    return sorted((t for t in self._tests if ranks[t.name] > (False, 0)),
                  key=lambda t: ranks[t.name], reverse=True)[:MOST]

  def lock(self, digest):
    return self._locks.setdefault(digest, asyncio.Lock())

  def compiling(self, number):
    """The compiler, with that mutant in what it builds; 0: with none."""
    return [COMPILER, *FLAGS, "-DLOCKSTEP_BUG_BUILT=%d" % number,
            "-I" + self._copy, "-I" + self._root,
            "-I" + GOOGLETEST + "/include"]

  def steps(self, point):
    yield Step(self, "the compiler", "compiler", [
        "-fsyntax-only", self._at("tests/bugs/instances.cc")])
    for test in self._tests_about(point.file):
      sources = ["tests/%s_test.cc" % test.name, "tests/bugs/awake.cc",
                 *EXTRA_SOURCES.get(test.name, [])]
      yield Step(self, test.name + ", built with it", "units", [
          *map(self._at, sources), *self._sources_of_copy, self._objects,
          "-lpthread"], test.digest)

  def _at(self, path):
    return os.path.join(self._root, path)

  def digest(self, name, of_test):
    """Of all that such a program is made of."""
    return kept.digest_of([repr((programs.VERSION, name, of_test, FLAGS)),
                           self._tools, self._of_copy])

  async def compile_googletest(self, trial):
    """Once, with its main."""
    async with self.lock(self._objects):
      if os.path.exists(self._objects):
        return
      print("compiling GoogleTest for what is built singly", flush=True)
      part, parts = self._objects + ".part", GOOGLETEST + "/src/gtest"
      process = limited_to_seconds(
          [COMPILER, "-std=c++23", "-O1", "-w", "-I" + GOOGLETEST,
           "-I" + GOOGLETEST + "/include", "-c", parts + "-all.cc",
           "-include", parts + "_main.cc", "-o", part])
      await trial.run_process(process)
      if trial.is_interrupted:
        return
      if process.exit_code != 0:
        raise Failed("GoogleTest does not compile: " + process.stderr)
      os.replace(part, self._objects)
