"""A fixed part of the bug zoo: some animals, and what is quick of the sources.

Arguments: tools/zoo, and the programs of the animals.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

ZOO, PROGRAMS = "", ""
SOURCES = ["units", "recordings", "random", "shadow", "explore"]


def zoo(*arguments):
  return subprocess.run(
      [ZOO, "--programs", PROGRAMS, "--seconds", "2", *arguments],
      capture_output=True, text=True, check=False)


class Zoo(unittest.TestCase):

  def setUp(self):
    self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])

  def run_zoo(self, exit_code, *arguments):
    came = zoo("--output", self.folder, *arguments)
    self.assertEqual(came.returncode, exit_code, came.stdout + came.stderr)
    return came

  def cells(self, name):
    with open(os.path.join(self.folder, "zoo.json"), encoding="utf-8") as file:
      animals = json.load(file)["animals"]
    return {a["name"]: a for a in animals}[name]["sources"]

  def part(self, *names):
    return ([w for n in names for w in ("--animal", n)] +
            [w for s in SOURCES for w in ("--source", s)])

  def test_bugs_are_killed(self):
    names = ("buddy_unlink_leaves_node", "slab_grows_one_too_many",
             "heap_over_aligned_to_slab")
    self.run_zoo(0, *self.part(*names))
    for name in names:
      self.assertTrue(self.cells(name)["random"]["killer"])

  def test_a_control_lives(self):
    self.run_zoo(0, *self.part("slab_control_set_align"))

  def test_the_shadow_does_not_see_placement(self):
    self.run_zoo(0, *self.part("buddy_keeps_upper_half"))
    cells = self.cells("buddy_keeps_upper_half")
    self.assertEqual(cells["shadow"]["killer"], "")
    self.assertEqual(cells["random"]["killer"], "placement")

  def test_a_bug_that_lives_is_a_fault(self):
    came = self.run_zoo(1, "--animal", "slab_control_set_align", "--animal",
                        "buddy_keeps_upper_half", "--source", "shadow")
    self.assertIn("buddy_keeps_upper_half: it lives", came.stdout)

  def test_what_was_measured_is_kept(self):
    again = ("--animal", "slab_control_set_align", "--source", "explore")
    self.run_zoo(0, *again)
    came = self.run_zoo(0, *again)
    self.assertIn("1 of 1 trials are kept", came.stdout)

  def test_bad_usage(self):
    self.assertIn("no animal called unicorn",
                  self.run_zoo(2, "--animal", "unicorn").stderr)
    self.assertIn("no source called luck",
                  self.run_zoo(2, "--source", "luck").stderr)


if __name__ == "__main__":
  ZOO = os.path.abspath(sys.argv.pop(1))
  PROGRAMS = os.path.dirname(os.path.abspath(sys.argv.pop(1)))
  del sys.argv[1:]
  unittest.main()
