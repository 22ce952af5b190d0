"""tools/bench, and the programs that it runs. No time is judged here.

Arguments: tools/bench, //bench, and the program that allocator_suite makes.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import program

BENCH, RACE, OF_A_PORT = "", "", ""
WORKLOADS = ("pair", "working_set", "recording", "objects", "free_among",
             "threads")


def spread(low, median, high):
  return {"min": low, "median": median, "max": high, "count": 3}


def figures(*ratios, version=1):
  """A bench.json, of pairs of heap and glibc: of 0, 1, ... bytes."""
  return {
      "version": version, "is_interrupted": False, "repetitions": 3,
      "load": [1, 2], "subjects": ["heap"], "complexities": [], "refused": [],
      "nanoseconds": [],
      "ratios": [{"workload": "pair", "argument": str(i), "subject": "heap",
                  "peer": "glibc", **ratio} for i, ratio in enumerate(ratios)],
      "suite": [{"source": "random", "system": "heap",
                 "operations_per_second": spread(1e6, 2e6, 3e6),
                 "ratio": spread(0.1, 0.2, 0.3)}]}


def race(build="opt"):
  """As Google Benchmark writes it: two repetitions, and one that failed."""
  def run(name, repetition, nanoseconds, **more):
    return {"name": name, "run_name": name, "run_type": "iteration",
            "repetition_index": repetition, "time_unit": "ns",
            "cpu_time": nanoseconds, "real_time": 1e9, **more}
  return {
      "context": {"subjects": "heap", "build": build},
      "benchmarks": [
          run("pair/glibc/64", 1, 30), run("pair/heap/64", 0, 10),
          run("pair/heap/64", 1, 20), run("pair/glibc/64", 0, 40),
          run("pair/heap/9", 0, 1, error_occurred=True,
              error_message="refused")]}


class Command(program.Case):

  def setUp(self):
    self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])

  def run_program(self, *arguments, stdin=""):
    return subprocess.run((BENCH,) + arguments, input=stdin,
                          capture_output=True, text=True, check=False)

  def json_file(self, name, fields):
    path = os.path.join(self.folder, name)
    with open(path, "w", encoding="utf-8") as file:
      json.dump(fields, file)
    return path

  def compare(self, exit_code, then, now):
    return self.expect(exit_code, "--from", self.json_file("now", now),
                       "--compare", self.json_file("then", then))


class Comparing(Command):

  def test_what_is_beyond_the_spread_of_both_is_a_regression(self):
    came = self.compare(1, figures(spread(1.0, 1.1, 1.2)),
                        figures(spread(0.7, 0.8, 0.9)))
    self.assertIn("worse: pair 0 heap glibc: 0.8 0.7-0.9, was 1.1 1-1.2", came)
    self.assertIn("2 ratios, 1 worse, 0 better", came)

  def test_what_is_within_the_spread_is_none(self):
    self.assertIn("0 worse", self.compare(
        0, figures(spread(1.0, 1.4, 1.5)), figures(spread(0.5, 0.6, 1.0))))

  def test_what_is_less_than_a_tenth_is_none(self):
    self.assertIn("0 worse", self.compare(
        0, figures(spread(1.0, 1.0, 1.0)), figures(spread(0.91, 0.91, 0.91))))

  def test_what_got_better_is_said_and_is_no_regression(self):
    self.assertIn("better: pair 0 heap glibc", self.compare(
        0, figures(spread(1, 1, 1)), figures(spread(2, 2, 2))))

  def test_the_suite_counts_as_well(self):
    now = figures(spread(1, 1, 1))
    now["suite"][0]["ratio"] = spread(0.01, 0.02, 0.03)
    self.assertIn("worse: random heap suite", self.compare(
        1, figures(spread(1, 1, 1)), now))

  def test_what_was_not_measured_is_said(self):
    self.assertIn("1 of the baseline not measured", self.compare(
        0, figures(spread(1, 1, 1), spread(1, 1, 1)),
        figures(spread(1, 1, 1))))

  def test_what_was_saved_is_a_baseline(self):
    path = self.json_file("now", figures(spread(1, 1, 1)))
    saved = os.path.join(self.folder, "saved")
    self.expect(0, "--from", path, "--save", saved)
    self.expect(0, "--from", path, "--compare", saved)


class BadInput(Command):

  def expect_refused(self, then, says):
    now = self.json_file("now", figures(spread(1, 1, 1)))
    self.assertIn(says, self.expect_bad_input("--from", now, "--compare", then))

  def test_no_file(self):
    self.expect_refused("nowhere", "nowhere")

  def test_no_json(self):
    self.expect_refused(self.temporary("text", "1.25 times"),
                        "is not a bench.json")

  def test_another_json(self):
    self.expect_refused(self.json_file("other", {"benchmarks": []}),
                        "is not a bench.json")

  def test_another_version(self):
    self.expect_refused(
        self.json_file("v", figures(spread(1, 1, 1), version=7)), "version 7")

  def test_a_spread_that_is_none(self):
    self.expect_refused(self.json_file("spread", figures(spread(3, 2, 1))),
                        "is not a bench.json")

  def test_nothing_in_common(self):
    then = figures(spread(1, 1, 1))
    then["ratios"][0]["peer"], then["suite"] = "jemalloc", []
    self.expect_refused(self.json_file("then", then), "nothing in common")

  def test_usage(self):
    for arguments in (["--seconds", "0"], ["--repetitions", "none"], ["x"]):
      self.expect_bad_input(*arguments)
    self.assertIn("exit codes:", self.expect(0, "--help"))


class Running(Command):
  """With a program that does what the test says."""

  def bench(self, exit_code, script, *arguments):
    path = self.temporary("race", """\
#!/bin/bash
for word; do
  [[ $word == --benchmark_out=* ]] && out=${word#*=}
  [[ $word == --benchmark_list_tests=true ]] && exec echo pair/heap/64
done
%s
""" % script)
    os.chmod(path, 0o755)
    return self.run_program("--program", path, "--output", self.folder,
                            *arguments), exit_code

  def expect_of(self, came):
    done, exit_code = came
    self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
    return done

  def written(self, **fields):
    return "cp %s $out" % self.json_file("race.json", race(**fields))

  def test_ratios_are_of_the_same_repetition(self):
    self.expect_of(self.bench(0, self.written()))
    with open(os.path.join(self.folder, "bench.json"), encoding="utf-8") as f:
      fields = json.load(f)
    self.assertEqual(fields["ratios"], [{
        "workload": "pair", "argument": "64", "subject": "heap",
        "peer": "glibc", "min": 1.5, "median": 2.75, "max": 4, "count": 2}])
    self.assertEqual(fields["refused"], ["pair/heap/9"])
    self.assertTrue(os.path.exists(os.path.join(self.folder, "pair.svg")))

  def test_what_is_not_optimised_is_refused(self):
    done = self.expect_of(self.bench(2, self.written(build="unoptimised")))
    self.assertIn("-c opt", done.stderr)

  def test_what_fails_is_no_figure(self):
    self.expect_of(self.bench(2, "exit 3"))
    self.expect_of(self.bench(2, "exit 0"))
    self.expect_of(self.bench(2, "echo '{}' > $out"))

  def test_ctrl_c_loses_nothing(self):
    # More than a pipe holds: when it has been written, somebody reads.
    script = """\
trap '%s; exit 130' INT
printf '%%200000s' | tr ' ' '\\n' >&2
kill -INT $PPID
while :; do read -rt 1 <> <(:); done
""" % self.written()
    done = self.expect_of(self.bench(130, script, "--save", "never"))
    self.assertIn("glibc", done.stdout)
    self.assertIn("interrupted", done.stdout)
    self.assertFalse(os.path.exists("never"))


class Race(unittest.TestCase):

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
        {"buddy", "foonathan", "glibc", "heap", "heap_locked", "jemalloc",
         "mimalloc", "pmr", "pmr_locked", "slab_cache", "slab_cache_locked",
         "tcmalloc"})

  def test_a_port_races_through_the_door(self):
    names = self.names(OF_A_PORT)
    for name in ("pair/first_fit/64", "pair/heap/64", "pair/glibc/64",
                 "recording/first_fit/heap-min"):
      self.assertIn(name, names)
    context = self.run_race(OF_A_PORT, "pair/first_fit/64")["context"]
    self.assertEqual(context["subjects"], "first_fit")
    self.expect_measured(OF_A_PORT, "(pair/.*/64|recording/.*/heap-min)$")


if __name__ == "__main__":
  BENCH, RACE, OF_A_PORT = map(os.path.abspath, sys.argv[1:4])
  unittest.main(argv=sys.argv[:1])
