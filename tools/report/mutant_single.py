"""Mutants of what is decided when a program is built: each is built for itself.

They sleep in the same copy; the macro LOCKSTEP_MUTANT_BUILT wakes one.
"""

import asyncio
import glob
import os
import re
import subprocess
import tempfile

import kept
import limited

from frame import Failed
from mutant_programs import VERSION, killer_in

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
INVALID = "invalid: "
BLAMED = re.compile(r"^allocator/\w+/\w+\.(?:h|cc):\d+:\d+: ", re.MULTILINE)
INCLUDED = re.compile(r'#include "(allocator/\w+/\w+\.h)"')


class Step:
  """Something that may find the mutant out: its run() returns by what name."""

  def __init__(self, workshop, name, source, arguments, test=""):
    self.name = name
    self.source = source
    self._arguments = arguments
    self._workshop = workshop
    self._test = test
    self.digest = workshop.digest(name, test)

  async def run(self, trial, number):
    """Compiles; with a test, runs what came of it."""
    argv = self._workshop.compiling(number) + self._arguments
    with tempfile.TemporaryDirectory(prefix="lockstep-mutant-") as folder:
      program = os.path.join(folder, "program")
      if self._test:
        argv += ["-o", program]
      process = limited_to_seconds(argv)
      await trial.run_process(process)
      if process.exit_code != 0:
        return verdict_of(process)
      if not self._test:
        return ""
      process = limited_to_seconds([program])
      await trial.run_process(process)
      return killer_in(process)

  async def rehearse(self, trial, results):
    """Once, without a mutant: else whatever breaks it would kill them all."""
    async with self._workshop.lock(self.digest):
      if results.killer(self.digest, 0) == "" or trial.is_interrupted:
        return
      if self._test:
        await self._workshop.compile_googletest(trial)
      killer = await self.run(trial, 0)
      if trial.is_interrupted:
        return
      if killer != "":
        raise Failed("%s, without a mutant: %s" % (
            self.name, killer or "ended from outside"))
      results.keep(self.digest, 0, "")


def verdict_of(process):
  """Of a compiler that failed; None if it does not say that it is the mutant's
  fault.
  """
  errors = process.stderr
  if process.is_overdue or process.exit_code < 0:
    return None
  if any(text in errors for text in CHECKED):
    return "static_assert"
  if any(text in errors for text in ASSERTED):
    return "assert when built"
  lines = [line for line in errors.splitlines() if "error: " in line]
  # In the copy, or in what it instantiates.
  return INVALID + lines[0] if lines and BLAMED.search(errors) else None


def limited_to_seconds(argv):
  return limited.process(
      argv, SECONDS, {**limited.environment(), "GTEST_FAIL_FAST": "1"},
      limited.MEMORY_BYTES)


def tests_by_file(root, programs, points):
  """Of each file of allocator/, the tests that are most about it: those that
  include it, then those that most of what they run is of it.
  """
  numbers = {}
  for point in points:
    numbers.setdefault(point.file, set()).add(point.number)
  tests = [p for p in programs if p.source == "units" and p.reached]
  includes = {t.name: included_by(root, t.name) for t in tests}

  def about(test, file):
    return (file in includes[test.name],
            len(test.reached & numbers[file]) / len(test.reached))

  return {file: sorted((t for t in tests if about(t, file) > (False, 0)),
                       key=lambda t, file=file: about(t, file),
                       reverse=True)[:MOST] for file in numbers}


def included_by(root, test):
  with open(os.path.join(root, source_of(test)), encoding="utf-8") as file:
    return set(INCLUDED.findall(file.read()))


def source_of(test):
  return "tests/%s_test.cc" % test


class Workshop:
  """Where they are built: the sources of the tests, and the copy."""

  def __init__(self, root, copy, programs, points, folder):
    self._root = root
    self._copy = copy
    self._tests = tests_by_file(root, programs, points)
    self._locks = {}
    self._tools = digest_of_tools()
    self._objects = os.path.join(folder, "googletest-%s.o" % self._tools[:12])
    self._of_copy = self._digest_of_copy()

  def lock(self, digest):
    return self._locks.setdefault(digest, asyncio.Lock())

  def compiling(self, number):
    """The compiler, with that mutant in what it builds; 0: with none."""
    return [COMPILER, *FLAGS, "-DLOCKSTEP_MUTANT_BUILT=%d" % number,
            "-I" + self._copy, "-I" + self._root,
            "-I" + GOOGLETEST + "/include"]

  def steps(self, point):
    yield Step(self, "the compiler", "compiler", [
        "-fsyntax-only", self._at("tests/mutants/instances.cc")])
    for program in self._tests.get(point.file, []):
      yield Step(self, program.name + ", built with it", "units", [
          *self._sources(program.name), self._objects, "-lpthread"],
                 program.digest)

  def _sources(self, name):
    """Of a test, and of the copy."""
    sources = [source_of(name), "tests/mutants/mutant.cc"]
    if name.endswith("corruption"):
      sources += ["tests/slab_cache/corruption.cc",
                  "tests/slab_cache/scenes.cc"]
    return [self._at(s) for s in sources] + [
        os.path.join(self._copy, "allocator", s)
        for s in ("bytes/heap.cc", "std/assertion_abort.cc")]

  def _at(self, path):
    return os.path.join(self._root, path)

  def digest(self, name, of_test):
    """Of all that such a program is made of."""
    return kept.digest_of([
        repr((VERSION, name, of_test, FLAGS)), self._tools, self._of_copy])

  def _digest_of_copy(self):
    allocator = os.path.join(self._copy, "allocator")
    return kept.digest_of(
        sorted(glob.glob(os.path.join(allocator, "*", "*"))) +
        [self._at("tests/mutants/" + f) for f in (
            "instances.cc", "mutant.cc", "mutant.h")])

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


def digest_of_tools():
  """Of the compiler and of GoogleTest, by their versions."""
  done = subprocess.run([COMPILER, "--version"], capture_output=True, text=True,
                        check=False)
  return kept.digest_of(
      [done.stdout, os.path.join(GOOGLETEST, "../CMakeLists.txt")])
