"""A fixed part of the bug zoo: some animals, and what is quick of the sources.

Arguments: tools/zoo, and one of the programs in which the bugs are.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest

import program

ZOO, PROGRAMS = "", ""
SOURCES = ["units", "recordings", "random", "shadow", "explore"]


def command(*arguments):
  return [ZOO, "--programs", PROGRAMS, "--seconds", "2", *arguments]


class Zoo(unittest.TestCase):

  def setUp(self):
    self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])

  def run_zoo(self, exit_code, *arguments):
    scratch = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    came = subprocess.run(
        command("--output", self.folder, *arguments),
        env={**os.environ, "TMPDIR": scratch},
        capture_output=True, text=True, check=False)
    self.assertEqual(came.returncode, exit_code, came.stdout + came.stderr)
    self.assertEqual(os.listdir(scratch), [])
    return came

  def cells(self, name):
    with open(os.path.join(self.folder, "zoo.json"), encoding="utf-8") as file:
      animals = json.load(file)["animals"]
    return {a["name"]: a for a in animals}[name]["sources"]

  def part(self, *names, sources=SOURCES):
    return ([w for n in names for w in ("--animal", n)] +
            [w for s in sources for w in ("--source", s)])

  def test_bugs_are_killed(self):
    names = ("buddy_unlink_leaves_node", "heap_over_aligned_to_slab")
    self.run_zoo(0, *self.part(*names))
    for name in names:
      self.assertTrue(self.cells(name)["random"]["killer"])
    # What the recordings say of it takes as long as all of the above.
    name = "slab_grows_one_too_many"
    self.run_zoo(0, *self.part(name, sources=("random", "explore")))
    self.assertTrue(self.cells(name)["random"]["killer"])

  def test_a_control_lives(self):
    self.run_zoo(0, *self.part("slab_control_set_align"))

  def test_the_shadow_does_not_see_placement(self):
    self.run_zoo(0, *self.part("buddy_keeps_upper_half"))
    cells = self.cells("buddy_keeps_upper_half")
    self.assertEqual(cells["shadow"]["killer"], "")
    self.assertEqual(cells["random"]["killer"], "placement")

  def test_a_bug_that_lives_is_a_fault(self):
    came = self.run_zoo(1, *self.harmless_bug, "--source", "recordings")
    self.assertIn(self.harmless_bug[-1] + ": it lives", came.stdout)

  def test_what_is_no_judge_does_not_say_that_a_bug_lives(self):
    for source in ("shadow", "audit"):
      self.run_zoo(0, *self.harmless_bug, "--source", source)

  def test_nothing_to_try_is_bad_usage(self):
    came = self.run_zoo(2, "--animal", "slab_control_set_align", "--source",
                        "threads")
    self.assertIn("nothing is there to try", came.stderr)
    self.assertNotIn("zoo-matrix.md", os.listdir(self.folder))

  @property
  def harmless_bug(self):
    name = "slab_grows_one_too_many"
    return self.trying(self.disguised(name, "slab_control_set_align"), name)

  def trying(self, folder, name, *sources):
    return ("--programs", folder, "--animal", name,
            *(w for s in sources for w in ("--source", s)))

  def faked(self, script):
    """A folder with a command line that does that."""
    folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    program = os.path.join(folder, "copy_lockstep")
    with open(program, "w", encoding="utf-8") as file:
      file.write("#!/bin/bash\n%s\n" % script)
    os.chmod(program, 0o755)
    os.symlink(os.path.join(PROGRAMS, "copy"), os.path.join(folder, "copy"))
    return folder

  def test_a_source_that_does_not_run_is_a_fault(self):
    name = "slab_control_set_align"
    came = self.run_zoo(1, *self.trying(
        self.faked("echo no such system >&2; exit 2"), name, "random"))
    self.assertIn(name + ": random did not run: no such system", came.stdout)
    self.assertIn("random: did not run", came.stdout)

  def test_what_is_ended_from_outside_says_nothing_and_is_not_kept(self):
    name = "slab_control_set_align"
    part = self.trying(self.faked("kill -KILL $$"), name, "random")
    for _ in range(2):
      came = self.run_zoo(1, *part)
      self.assertIn(name + ": random did not run: it was ended from outside",
                    came.stdout)
      self.assertNotIn("kept", came.stdout)

  def disguised(self, name, other):
    """A folder with the programs, in which a name wakes another animal."""
    folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
    for file in os.listdir(PROGRAMS):
      if file.startswith("copy_"):
        os.symlink(os.path.join(PROGRAMS, file), os.path.join(folder, file))
    with open(os.path.join(PROGRAMS, "copy/bugs.json"),
              encoding="utf-8") as file:
      table = json.load(file)
    table["animals"][name] = table["animals"][other]
    os.mkdir(os.path.join(folder, "copy"))
    with open(os.path.join(folder, "copy/bugs.json"), "w",
              encoding="utf-8") as file:
      json.dump(table, file)
    return folder

  def test_what_no_source_comes_to_is_a_fault(self):
    name = "slab_control_set_align"
    came = self.run_zoo(1, *self.trying(
        self.faked("exit 0"), name, "random"))
    self.assertIn(name + ": no source comes to what it changes", came.stdout)

  def test_a_control_that_is_killed_is_a_fault(self):
    name = "slab_control_set_align"
    came = self.run_zoo(1, *self.trying(
        self.disguised(name, "slab_grows_one_too_many"), name, "random"))
    self.assertIn(name + ": a control is killed", came.stdout)

  def test_a_placement_that_the_shadow_sees_is_a_fault(self):
    name = "buddy_keeps_upper_half"
    came = self.run_zoo(1, *self.trying(
        self.disguised(name, "buddy_unlink_leaves_node"), name, "random",
        "shadow"))
    self.assertIn(name + ": the shadow sees it", came.stdout)

  def test_an_interrupted_run_goes_on(self):
    # As long as it may take: it is interrupted when the first has ended.
    part = ("--output", self.folder, "--seconds", "1000", "--jobs", "1",
            *self.harmless_bug, "--source", "recordings")
    with subprocess.Popen(command(*part, "--source", "props"),
                          stdout=subprocess.PIPE, text=True) as running:
      for line in running.stdout:
        if line.startswith("1 of 2"):
          break
      running.send_signal(signal.SIGINT)
      rest = running.stdout.read()
    self.assertEqual(running.returncode, 130)
    self.assertIn("the same command goes on from here", rest)
    self.assertNotIn(": it lives", rest)
    self.assertEqual(os.listdir(self.folder), ["results.jsonl"])
    self.assertIn("1 of 1 trials are kept", self.run_zoo(1, *part).stdout)

  def test_the_page_says_what_was_found(self):
    self.run_zoo(0, "--animal", "buddy_unlink_leaves_node", "--animal",
                 "slab_control_set_align", "--source", "random", "--source",
                 "audit")
    with open(os.path.join(self.folder, "zoo-matrix.md"),
              encoding="utf-8") as file:
      page = file.read()
    self.assertIn("| random | audit (baseline) |", page)
    self.assertRegex(page, r"\n\| buddy_unlink_leaves_node \| [^|]+ "
                     r"\| \w+ [\d,]+ ops, [\d,]+ ms "
                     r"\| (?:[\w.]+ [\d,]+ ops,|crash) [\d,]+ ms \|")
    self.assertRegex(page, r"\n\| slab_control_set_align \(control\) "
                     r"\| [^|]+ \| - \| - \|\n")
    self.assertIn("random       1 of   1 killed", page)

  def test_a_build_that_does_not_end_well_says_so(self):
    for code, exit_code, words in ((1, 2, "tools/zoo: failed: "),
                                   (8, 130, "tools/zoo: interrupted")):
      came = subprocess.run(
          [ZOO, "--animal", "slab_control_set_align"], capture_output=True,
          text=True, check=False,
          env={**os.environ, "BAZEL": "bash -c 'exit %d' bazel" % code})
      self.assertEqual(came.returncode, exit_code, came.stderr)
      self.assertIn(words, came.stderr)

  def test_help_names_every_source(self):
    shown = self.run_zoo(0, "--help").stdout
    self.assertIn(" ".join(SOURCES[:4] + [
        "fuzz", "props", "explore", "threads", "asan", "audit"]), shown)

  def test_what_was_measured_is_kept(self):
    again = ("--animal", "slab_control_set_align", "--source", "fuzz")
    self.run_zoo(0, *again)
    came = self.run_zoo(0, *again)
    self.assertIn("1 of 1 trials are kept", came.stdout)

  def test_bad_usage(self):
    self.assertIn("there is no animal 'unicorn'",
                  self.run_zoo(2, "--animal", "unicorn").stderr)
    self.assertIn("there is no source 'luck'",
                  self.run_zoo(2, "--source", "luck").stderr)


if __name__ == "__main__":
  ZOO = os.path.abspath(sys.argv.pop(1))
  PROGRAMS = os.path.dirname(os.path.abspath(sys.argv.pop(1)))
  del sys.argv[1:]
  program.run_cases()
