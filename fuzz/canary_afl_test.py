"""AFL++ finds the canary's bug."""

import os
import subprocess
import sys

import program
from canary import MOST_SECONDS, Canary


class Afl(Canary):
  target = mutator = ""

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
         self.target],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False)
    self.assertEqual(came.returncode, 0, came.stdout[-4000:])
    self.check(None, "out/default/crashes/id*")


if __name__ == "__main__":
  Afl.target, Afl.mutator, Canary.file_runner, Canary.lockstep = map(
      os.path.abspath, sys.argv[1:5])
  del sys.argv[1:5]
  program.run_cases()
