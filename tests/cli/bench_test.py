"""The programs that tools/bench runs. No time is judged here.

Arguments: //bench, and the program that allocator_suite makes.
"""

import json
import os
import signal
import subprocess
import sys
import unittest

import program

RACE, OF_A_PORT = "", ""
WORKLOADS = ("pair", "working_set", "recording", "objects", "free_among",
             "threads")


class Race(unittest.TestCase):

  def test_ctrl_c_ends_it_with_what_was_measured(self):
    self.expect_ended_soon(0.001, 250)

  def test_ctrl_c_ends_repetitions_of_one_iteration(self):
    self.expect_ended_soon(1e-9, 100)

  def expect_ended_soon(self, seconds, runs):
    """After so many: of some 60 pairs and 5 repetitions, with one run and more to
    find out how many times each is repeated, that is in the middle.
    """
    out = os.path.join(os.environ["TEST_TMPDIR"], "interrupted.json")
    child = subprocess.Popen(
        [RACE, "--progress", "--benchmark_repetitions=5",
         "--benchmark_filter=pair/", "--benchmark_min_time=%g" % seconds,
         "--benchmark_enable_random_interleaving=true",
         "--benchmark_out=" + out],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    with child:
      for _ in range(runs):
        child.stderr.readline()
      child.send_signal(signal.SIGINT)
      child.communicate()
    self.assertEqual(child.returncode, 130)
    with open(out, encoding="utf-8") as file:
      runs = [r for r in json.load(file)["benchmarks"]
              if r["run_type"] == "iteration"]
    left_out = [r for r in runs if r.get("label") == "interrupted"
                or r.get("error_message") == "interrupted"]
    self.assertTrue(left_out)
    self.assertLess(len(left_out), len(runs))

  def run_race(self, path, pattern):
    """The JSON of a run that is as short as can be."""
    out = os.path.join(os.environ["TEST_TMPDIR"], "out.json")
    subprocess.run([path, "--benchmark_filter=" + pattern,
                    "--benchmark_min_time=0.0001", "--benchmark_out=" + out],
                   check=True, capture_output=True)
    with open(out, encoding="utf-8") as file:
      return json.load(file)

  def names(self, path):
    return subprocess.run([path, "--benchmark_list_tests"], check=True,
                          capture_output=True, text=True).stdout.split()

  def expect_measured(self, path, pattern):
    runs = [run for run in self.run_race(path, pattern)["benchmarks"]
            if run["run_type"] == "iteration"]
    self.assertTrue(runs)
    for run in runs:
      with self.subTest(run["name"]):
        self.assertNotIn("error_occurred", run)
        self.assertGreater(run["cpu_time"], 0)

  def test_every_workload_runs(self):
    self.assertEqual({name.split("/")[0] for name in self.names(RACE)},
                     set(WORKLOADS))
    for pattern in ("pair/.*/64$", "(working_set|objects)/.*/10$",
                    "recording/.*/heap-(min|mixed)", "free_among/.*/1024$",
                    "threads/.*/threads:2"):
      self.expect_measured(RACE, pattern)

  def test_ours_race_against_all_peers(self):
    self.assertEqual(
        {name.split("/")[1] for name in self.names(RACE)},
        {"buddy", "buddy_mapped", "foonathan", "glibc", "heap", "heap_locked",
         "heap_mapped", "jemalloc", "mimalloc", "pmr", "pmr_locked",
         "slab_cache", "slab_cache_locked", "tcmalloc"})

  def test_what_is_not_served_is_named(self):
    context = self.run_race(RACE, "pair/heap/64")["context"]
    left_out = context["left_out"].split(",")
    for name in ("pair/slab_cache/16", "working_set/slab_cache",
                 "recording/slab_cache/heap-min", "pair/foonathan/16384"):
      self.assertIn(name, left_out)
    self.assertFalse(set(left_out) & set(self.names(RACE)))

  def test_a_port_races_through_the_door(self):
    names = self.names(OF_A_PORT)
    for name in ("pair/first_fit/64", "pair/heap/64", "pair/glibc/64",
                 "recording/first_fit/heap-min"):
      self.assertIn(name, names)
    context = self.run_race(OF_A_PORT, "pair/first_fit/64")["context"]
    self.assertEqual(context["subjects"], "first_fit")
    self.expect_measured(OF_A_PORT, "(pair/.*/64|recording/.*/heap-min)$")


if __name__ == "__main__":
  RACE, OF_A_PORT = map(os.path.abspath, sys.argv[1:3])
  program.run_cases(sys.argv[:1])
