"""Mutants of what is decided when a program is built: each is built for itself.

They sleep in the same copy; the macro LOCKSTEP_MUTANT_BUILT wakes one.
"""

import hashlib
import os
import re
import subprocess
import tempfile

import processes

from mutant_programs import killer_in

COMPILER = "clang++-19"
GOOGLETEST = "/usr/src/googletest/googletest"
FLAGS = ["-std=c++23", "-O0", "-w", "-fno-caret-diagnostics"]
SECONDS = 120  # Of the processor, for one of them.
MOST = 8  # Tests that are built for a mutant: each takes seconds.
MEMORY_BYTES = 4 << 30
# Of what the compiler says: a check of the authors', or no program at all.
CHECKED = ("static assertion failed", "static assertion expression is not")
INVALID = "invalid: "
INCLUDED = re.compile(r'#include "(allocator/\w+\.h)"')


class Step:
  """Something that may find the mutant out: its run() returns by what name."""

  def __init__(self, workshop, name, source, argv, test=""):
    self.name = name
    self.source = source
    self._argv = argv
    self._test = test
    self._workshop = workshop
    self.digest = workshop.digest(name, test)

  async def run(self, trial):
    """Compiles; with a test, runs what came of it."""
    process = limited(self._argv)
    with tempfile.TemporaryDirectory(prefix="lockstep-mutant-") as folder:
      program = os.path.join(folder, "program")
      if self._test:
        process = limited(self._argv + ["-o", program])
      await trial.run_process(process)
      if process.exit_code != 0:
        return verdict_of(process.stderr)
      if not self._test:
        return ""
      process = limited([program])
      await trial.run_process(process)
      return killer_in(process)


def verdict_of(errors):
  if any(text in errors for text in CHECKED):
    return "static_assert"
  lines = [line for line in errors.splitlines() if "error:" in line]
  return INVALID + (lines[0] if lines else "the compiler fails")


def limited(argv):
  process = processes.Process(
      ["prlimit", "--core=0", "--cpu=%d" % SECONDS, "--as=%d" % MEMORY_BYTES,
       *argv], 0, dict(os.environ, GTEST_FAIL_FAST="1", GTEST_COLOR="no"))
  process.allowed_seconds = 5 * SECONDS
  return process


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
    self._folder = folder
    self._tests = tests_by_file(root, programs, points)
    self._objects = ""
    self._of_copy = self._digest_of_copy()

  def steps(self, point):
    defined = "-DLOCKSTEP_MUTANT_BUILT=%d" % point.number
    compile_ = [COMPILER, *FLAGS, defined, "-I" + self._copy, "-I" + self._root,
                "-I" + GOOGLETEST + "/include"]
    yield Step(self, "the compiler", "compiler", [
        *compile_, "-fsyntax-only", self._at("tests/mutants/instances.cc")])
    for program in self._tests.get(point.file, []):
      yield Step(self, program.name + ", built with it", "units", [
          *compile_, *self._sources(program.name), self._googletest(),
          "-lpthread"], program.digest)

  def _sources(self, name):
    """Of a test, and of the copy."""
    sources = [source_of(name), "tests/mutants/mutant.cc"]
    if name.endswith("corruption"):
      sources += ["tests/slab_cache/corruption.cc",
                  "tests/slab_cache/scenes.cc"]
    return [self._at(s) for s in sources] + [
        os.path.join(self._copy, "allocator", s)
        for s in ("heap.cc", "assertion_abort.cc")]

  def _at(self, path):
    return os.path.join(self._root, path)

  def digest(self, name, of_test):
    """Of all that such a program is made of."""
    return hashlib.sha256(repr((name, of_test, FLAGS, self._of_copy)).encode(
    )).hexdigest()

  def _digest_of_copy(self):
    digest = hashlib.sha256()
    allocator = os.path.join(self._copy, "allocator")
    for path in [os.path.join(allocator, f)
                 for f in sorted(os.listdir(allocator))
                ] + [self._at("tests/mutants/instances.cc")]:
      with open(path, "rb") as file:
        digest.update(file.read())
    return digest.hexdigest()

  def _googletest(self):
    """Compiled once, with its main."""
    if not self._objects:
      self._objects = os.path.join(self._folder, "googletest.o")
      if not os.path.exists(self._objects):
        print("compiling GoogleTest for what is built singly", flush=True)
        part = self._objects + ".part"
        source = "#include \"src/gtest-all.cc\"\n#include \"src/gtest_main.cc\"\n"
        subprocess.run(
            [COMPILER, "-std=c++23", "-O1", "-w", "-I" + GOOGLETEST,
             "-I" + GOOGLETEST + "/include", "-c", "-x", "c++", "-", "-o", part],
            input=source, text=True, check=True)
        os.replace(part, self._objects)
    return self._objects
