"""The canary's bug is found, by each engine, from no script at all, within
seconds; and what is found can be replayed, decoded, made short and pasted.
"""

import glob
import os
import re
import subprocess
import sys
import unittest

# Far more than it takes, so that a slow machine is not called broken.
MOST_SECONDS = 100


class Canary(unittest.TestCase):
  fuzzer = afl_target = mutator = file_runner = lockstep = ""

  def setUp(self):
    self.folder = os.path.join(os.environ["TEST_TMPDIR"], self.id())
    os.makedirs(self.folder)

  def test_libfuzzer_finds_it(self):
    came = subprocess.run(
        [self.fuzzer, "-seed=1", "-max_total_time=%d" % MOST_SECONDS,
         "-max_len=4096", "-artifact_prefix=" + self.folder + "/"],
        stderr=subprocess.PIPE, text=True, check=False)
    self.assertEqual(came.returncode, 77, came.stderr[-4000:])
    report = report_in(came.stderr)
    # The two doors, what is behind them, and a region: not much more.
    self.assertLessEqual(len(steps_in(report)), 7, report)
    self.check(report, "crash-*")

  def test_what_ends_the_fuzzer_is_made_short_in_a_cell(self):
    aborts = dict(os.environ, LOCKSTEP_CANARY_ABORTS="1")
    came = subprocess.run(
        [self.fuzzer, "-seed=1", "-max_total_time=%d" % MOST_SECONDS,
         "-max_len=4096", "-artifact_prefix=" + self.folder + "/"],
        stderr=subprocess.PIPE, text=True, check=False, env=aborts)
    self.assertNotEqual(came.returncode, 0)
    self.assertNotIn("# violation", came.stderr)
    [crash] = glob.glob(os.path.join(self.folder, "crash-*"))
    again = subprocess.run(
        [self.fuzzer, crash], capture_output=True, text=True, check=False,
        env=dict(aborts, LOCKSTEP_FUZZ_CELL="1"))
    self.assertNotEqual(again.returncode, 0)
    report = report_in(again.stderr)
    self.assertEqual(rule_in(report), "crash")
    self.assertIn("# last words canary.c:7: the canary sings", report)
    self.assertLessEqual(len(steps_in(report)), 7, report)

  def test_afl_finds_it(self):
    seeds = os.path.join(self.folder, "seeds")
    os.makedirs(seeds)
    with open(os.path.join(seeds, "everything_on"), "wb") as file:
      file.write(bytes(8) + b"\xFF" * 4 + bytes(4))
    environment = dict(
        os.environ,
        AFL_BENCH_UNTIL_CRASH="1",
        AFL_CUSTOM_MUTATOR_LIBRARY=os.path.abspath(self.mutator),
        AFL_CUSTOM_MUTATOR_ONLY="1",
        AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES="1",
        AFL_NO_AFFINITY="1",
        AFL_NO_UI="1",
        AFL_SKIP_CPUFREQ="1",
        ASAN_OPTIONS="abort_on_error=1:symbolize=0:detect_leaks=0",
    )
    came = subprocess.run(
        ["afl-fuzz", "-V", str(MOST_SECONDS), "-s", "1", "-m", "none",
         "-i", seeds, "-o", os.path.join(self.folder, "out"), "--",
         self.afl_target],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False)
    self.assertEqual(came.returncode, 0, came.stdout[-4000:])
    self.check(None, "out/default/crashes/id*")

  def check(self, report, pattern):
    """What was written down leads to the same, in every way there is."""
    found = sorted(glob.glob(os.path.join(self.folder, pattern)))
    self.assertTrue(found, pattern)
    alone = subprocess.run([self.file_runner, found[0]], capture_output=True,
                           text=True, check=False)
    self.assertLess(alone.returncode, 0)  # By a signal: it aborts.
    replayed = report_in(alone.stderr)
    self.assertEqual(report or replayed, replayed)

    trace = self.run_lockstep(0, "decode", "canary", found[0])
    short = self.run_lockstep(1, "minimise", "-", stdin=trace)
    self.assertEqual(rule_in(short), rule_in(replayed))
    pasted = self.run_lockstep(1, "replay", "-", stdin=replayed)
    self.assertEqual(rule_in(pasted), rule_in(replayed))

    encoded = os.path.join(self.folder, "encoded")
    path = os.path.join(self.folder, "report.trace")
    with open(path, "w", encoding="utf-8") as file:
      file.write(replayed)
    self.run_lockstep(0, "encode", path, "-o", encoded)
    decoded = self.run_lockstep(0, "decode", "canary", encoded)
    self.assertEqual(steps_in(decoded), steps_in(replayed))

  def run_lockstep(self, exit_code, *arguments, stdin=""):
    came = subprocess.run((self.lockstep,) + arguments, input=stdin,
                          capture_output=True, text=True, check=False)
    self.assertEqual(came.returncode, exit_code, came.stdout + came.stderr)
    return came.stdout


def report_in(stderr):
  """From the violation to the last step."""
  lines = stderr[stderr.index("# violation  "):].splitlines()
  last = max(i for i, line in enumerate(lines)
             if re.match(r"(init|alloc|free|add)\b", line))
  report = "\n".join(lines[:last + 1]) + "\n"
  # On a machine that is busy.
  return re.sub(r" runs and \d+ s\n", " runs\n", report)


def rule_in(report):
  return re.search(r"^# violation  (\w+): ", report, re.MULTILINE).group(1)


def steps_in(trace):
  lines = [line for line in trace.splitlines() if not line.startswith("#")]
  return lines[3:]  # Behind the header.


if __name__ == "__main__":
  (Canary.fuzzer, Canary.afl_target, Canary.mutator, Canary.file_runner,
   Canary.lockstep) = map(os.path.abspath, sys.argv[1:6])
  del sys.argv[1:6]
  unittest.main()
