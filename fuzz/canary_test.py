"""libFuzzer finds the canary's bug."""

import glob
import os
import subprocess
import sys

import program
from canary import MOST_SECONDS, Canary, report_in, rule_in, steps_in


class LibFuzzer(Canary):
  fuzzer = ""

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


if __name__ == "__main__":
  LibFuzzer.fuzzer, Canary.file_runner, Canary.lockstep = map(
      os.path.abspath, sys.argv[1:4])
  del sys.argv[1:4]
  program.run_cases()
