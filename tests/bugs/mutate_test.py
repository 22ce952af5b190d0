"""The machinery of tools/mutate, on an example.

Arguments: the compiler, and the folder of what it is made of.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest

import program

COMPILER, REPORT = "", ""
HEADER = "tests/bugs/example.h"
# Neither argument of max and min is special; of equals, either is the larger;
# one thread sees no order.
EQUIVALENT = {("Larger", "< -> <="),
              ("Between", "one, other -> other, one"),
              ("Between", "one, other -> other, one #2"),
              ("Publish", "std::memory_order_release -> "
                          "std::memory_order_relaxed")}
HANGS = 10  # Seconds of the processor: far more than any other takes.


ANIMAL = """name: %s
component: example
what: a planted bug

--- a/tests/bugs/example.h
+++ b/tests/bugs/example.h
"""
# The sum forgets the last number, and so do the bits.
SUM = """@@ -1,2 +1,2 @@
     unsigned sum = 0;
-    for (std::size_t i = 0; i < count_; ++i) sum += numbers_[i];
+    for (std::size_t i = 0; i + 1 < count_; ++i) sum += numbers_[i];
"""
BITS = SUM.replace("sum", "bits").replace("+= n", "|= n")


def write_animals(folder, **hunks):
  """The paths of their patches."""
  for name, hunk in hunks.items():
    path = os.path.join(folder, name + ".patch")
    with open(path, "w", encoding="utf-8") as file:
      file.write(ANIMAL % name + hunk)
    yield path


def weave(folder, **hunks):
  """The CompletedProcess; the copy and bugs.json are in the folder."""
  return subprocess.run(
      ["/usr/bin/python3", REPORT, "bugs.weave", "--compiler", COMPILER,
       "--flag=-std=c++23", "--flag=-I.", "--unit", "tests/bugs/example.cc",
       *("--animal=" + path for path in write_animals(folder, **hunks)),
       "--output", folder, "--table", os.path.join(folder, "bugs.json"),
       HEADER], capture_output=True, text=True, check=False)


class Example(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    cls.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    done = weave(cls.folder, forgets_bits=BITS, forgets_sum=SUM)
    if done.returncode:
      raise AssertionError(done.stderr)
    from bugs import points
    with open(os.path.join(cls.folder, "bugs.json"), encoding="utf-8") as file:
      table = json.load(file)
    cls.points = [points.Point(**raw) for raw in table["mutants"]]
    cls.animals = table["animals"]
    cls.program = cls.build()

  @classmethod
  def build(cls, number=0):
    program = os.path.join(cls.folder, "example-%d" % number)
    subprocess.run(
        [COMPILER, "-std=c++23", "-DLOCKSTEP_BUG_BUILT=%d" % number,
         "-I" + cls.folder, "-I.", "tests/bugs/example.cc",
         "tests/bugs/awake.cc", "-lstdc++", "-o", program], check=True)
    return program

  def run_with(self, number, **environment):
    return subprocess.run(
        ["prlimit", "--cpu=%d" % HANGS, "--core=0", self.program],
        env=dict(os.environ, LOCKSTEP_BUG=str(number), **environment),
        stderr=subprocess.DEVNULL, check=False).returncode

  def test_every_operator_finds_something(self):
    from bugs import points
    self.assertEqual({p.operator for p in self.points},
                     set(points.OPERATORS))

  def test_asleep_they_change_nothing(self):
    self.assertEqual(self.run_with(0), 0)

  def test_all_die_but_those_that_are_equivalent(self):
    lived = {(p.function, p.change()) for p in self.points
             if p.constant != "always" and not p.invalid
             and self.run_with(p.number) == 0}
    self.assertEqual(lived, EQUIVALENT)

  def test_a_constant_is_changed_when_built(self):
    constants = [p for p in self.points if p.constant == "always"]
    self.assertEqual([p.change() for p in constants],
                     ["4 -> 4 + 1", "4 -> 4 - 1"])
    for point in constants:
      self.assertEqual(self.run_with(point.number), 0)
      done = subprocess.run([self.build(point.number)], check=False)
      self.assertNotEqual(done.returncode, 0, point.change())

  def test_each_animal_wakes_alone(self):
    numbers = sorted(self.animals.values())
    self.assertEqual(numbers, [len(self.points) + n for n in (1, 2)])
    self.assertEqual([self.run_with(n) for n in numbers], [1, 1])

  def test_what_is_reached_is_noted(self):
    path = os.path.join(self.folder, "reached")
    self.run_with(0, LOCKSTEP_BUGS_REACHED=path)
    with open(path, "rb") as file:
      reached = {n for n, is_reached in enumerate(file.read()) if is_reached}
    self.assertEqual(reached, {*self.animals.values(), *(
        p.number for p in self.points
        if p.constant != "always" and not p.invalid)})

  def test_lines_keep_their_numbers(self):
    with open(HEADER, encoding="utf-8") as file:
      lines = file.read().split("\n")
    for point in self.points:
      self.assertIn(point.before.split()[0], lines[point.line - 1])


class Animals(unittest.TestCase):
  """What is no bug that can sleep is refused."""

  @classmethod
  def setUpClass(cls):
    from bugs import finder, syntax
    with open(HEADER, encoding="utf-8") as file:
      cls.texts = {HEADER: file.read()}
    _, cls.bodies = finder.find(syntax.parse(
        COMPILER, ["tests/bugs/example.cc"], ["-std=c++23", "-I."], "lockstep"),
                                cls.texts)

  def expect_refused(self, says, **hunks):
    from bugs import animals
    folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    [animal] = animals.load(write_animals(folder, **hunks))
    with self.assertRaisesRegex(animals.Misplaced, says):
      animals.bodies_of(animal, self.texts, self.bodies)

  def test_what_it_changes_must_be_there(self):
    self.expect_refused("gone: this is found 0 times in tests/bugs/example.h",
                        gone=SUM.replace("count_", "count"))

  def test_and_only_once(self):
    self.expect_refused("twice: this is found 7 times",
                        twice="@@ -1 +1 @@\n-  }\n+  ;}\n")

  def test_and_in_a_function(self):
    self.expect_refused(
        "larger: in tests/bugs/example.h, what is changed is not inside",
        larger="@@ -1 +1 @@\n-inline constexpr std::size_t kMostNumbers = 4;\n"
        "+inline constexpr std::size_t kMostNumbers = 5;\n")

  def test_and_it_must_compile(self):
    folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    done = weave(folder, typo=SUM.replace("+ 1 < count_", "+ 1 < cuont_"))
    self.assertEqual(done.returncode, 1)
    self.assertIn("typo: the compiler says: use of undeclared identifier",
                  done.stderr)


class Score(unittest.TestCase):
  """Of those that are killed, equivalent, or live."""

  def setUp(self):
    from bugs import points
    from bugs import verdicts

    class Trial:
      has_ended, programs, program, source = True, [], "p", "units"
      unknown = ""
      milliseconds = 1

      def __init__(self, number, killer):
        self.bug = points.Point(
            "step", "a.h", "F", 0, 1, "++", "--", "--i", "", number=number,
            line=number, source="line %d;" % number)
        self.killer = killer

    trials = [Trial(1, "crash"), Trial(2, ""), Trial(3, "")]
    self.results = verdicts.Results(
        trials, {("a.h", "F", "line 2;", "++ -> --"): "no client sees it"})

  def test_equivalents_do_not_count(self):
    self.assertEqual(self.results.count().row(), [3, 1, 1, 1, "50.0 %"])

  def test_what_was_ended_from_outside_does_not_count(self):
    self.results.trials[2].unknown = "p"
    self.assertEqual(self.results.count().row(), [2, 1, 1, 0, "100.0 %"])
    self.assertEqual(self.results.count().unknown, 1)

  def test_a_verdict_on_nothing_is_stale(self):
    points = [t.bug for t in self.results.trials]
    self.assertEqual(self.results.stale(points), [])
    self.assertEqual(self.results.stale(points[:1]),
                     [("a.h", "F", "line 2;", "++ -> --")])

  def test_a_verdict_on_what_is_killed_is_wrong(self):
    self.assertEqual(self.results.wrong(), [])
    self.results.trials[1].killer = "crash"
    self.assertEqual(self.results.wrong(), [self.results.trials[1]])


class Killer(unittest.TestCase):
  """What the end of a process says."""

  def end(self, *argv, seconds=60):
    import asyncio
    from lib import processes
    process = processes.Process(["prlimit", "--cpu=1:6", *argv], 600)
    process.allowed_seconds = seconds
    asyncio.run(process.run())
    return process

  def test_of_the_processor_s_limit_is_a_hang(self):
    from bugs import judging
    process = self.end("sh", "-c", "while :; do :; done")
    self.assertEqual(judging.killer_in(process), "hang")

  def test_from_outside_is_none(self):
    from bugs import judging
    for process in (self.end("sh", "-c", "kill -KILL $$"),
                    self.end("tail", "-f", "/dev/null", seconds=0)):
      self.assertIsNone(judging.killer_in(process))

  def test_is_a_program_that_failed(self):
    from bugs import judging
    self.assertEqual(judging.killer_in(self.end("true")), "")
    self.assertEqual(judging.killer_in(self.end("false")),
                     "exit code 1")


class Interrupted(unittest.TestCase):

  def test_what_comes_before_a_process_is_there_reaches_it(self):
    import asyncio
    from lib import processes
    process = processes.Process(["tail", "-f", "/dev/null"], 60)
    process.send(signal.SIGTERM)
    asyncio.run(process.run())
    self.assertEqual((process.exit_code, process.is_overdue),
                     (-signal.SIGTERM, False))


class Compiler(unittest.TestCase):
  """What it says of a mutant that is built."""

  def verdict(self, stderr, exit_code=1):
    from bugs import single
    from lib import processes
    process = processes.Process([], 600)
    process.stderr, process.exit_code = stderr, exit_code
    return single.verdict_of(process)

  def test_does_not_take_it(self):
    error = "allocator/base/a.h:1:2: error: no such thing"
    self.assertEqual(self.verdict(error), ("invalid: " + error, ""))
    error = "/usr/include/c++/array:1:2: error: no such thing"
    self.assertEqual(self.verdict(
        error + "\nallocator/base/a.h:3:4: note: in instantiation of it"),
                     ("invalid: " + error, ""))

  def test_checks_it(self):
    self.assertEqual(self.verdict(
        "tests/a.cc:1:2: error: static assertion failed"), ("static_assert", ""))
    self.assertEqual(self.verdict(
        "tests/a.cc:1:2: error: constexpr variable 'i' must be initialized by "
        "a constant expression"), ("assert when built", ""))

  def test_fails_by_itself(self):
    from bugs.judging import FROM_OUTSIDE
    for stderr, exit_code in (("tests/a.cc:1:2: error: no such file", 1),
                              ("allocator/base/a.h:1:2: error: no", -9)):
      self.assertEqual(self.verdict(stderr, exit_code), ("", FROM_OUTSIDE))


if __name__ == "__main__":
  COMPILER = sys.argv.pop(1)
  REPORT = os.path.dirname(os.path.abspath(sys.argv.pop(1)))
  sys.path.insert(0, REPORT)
  program.run_cases()
