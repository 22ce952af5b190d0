"""What an engine's test of the canary needs: its bug is found, from no script at all,
within seconds; and what is found can be replayed, decoded, made short and pasted.
"""

import glob
import os
import re
import subprocess
import unittest

# Far more than it takes, so that a slow machine is not called broken.
MOST_SECONDS = 100


class Canary(unittest.TestCase):
  file_runner = lockstep = ""

  def setUp(self):
    self.folder = os.path.join(os.environ["TEST_TMPDIR"], self.id())
    os.makedirs(self.folder)

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
