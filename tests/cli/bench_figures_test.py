"""tools/bench: from the times of a program to ratios, and how two runs compare.

Argument: tools/bench.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile

import program

BENCH = ""


def spread(low, median, high):
  return {"min": low, "median": median, "max": high, "count": 3}


def figures(*ratios, version=2, peers=("glibc",)):
  """A bench.json, of pairs of heap and its peers: of 0, 1, ... bytes."""
  return {
      "version": version, "is_interrupted": False, "repetitions": 3,
      "load": [1, 2], "subjects": ["heap"], "complexities": [], "refused": [],
      "left_out": [], "nanoseconds": [], "filter": "",
      "ratios": [{"workload": "pair", "argument": str(i), "subject": "heap",
                  "peer": peer, **ratio}
                 for i, ratio in enumerate(ratios) for peer in peers],
      "suite": [{"source": "random", "system": "heap",
                 "operations_per_second": spread(1e6, 2e6, 3e6),
                 "ratio": spread(0.1, 0.2, 0.3)}]}


def race(build="opt", subjects="heap", refused=()):
  """As Google Benchmark writes it: two repetitions, and one interrupted."""
  def run(name, repetition, nanoseconds, **more):
    return {"name": name, "run_name": name, "run_type": "iteration",
            "repetition_index": repetition, "time_unit": "ns",
            "cpu_time": nanoseconds, "real_time": 1e9, **more}
  return {
      "context": {"subjects": subjects, "build": build,
                  "left_out": "pair/heap/4,pair/heap/8,objects/heap"},
      "benchmarks": [
          run("pair/glibc/64", 1, 30), run("pair/heap/64", 0, 10),
          run("pair/heap/64", 1, 20), run("pair/glibc/64", 0, 40),
          run("pair/heap/64", 2, 1, label="interrupted"),
          *(run(name, 0, 1, error_occurred=True, error_message="refused")
            for name in refused)]}


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

  def test_what_one_of_two_peers_alone_shows_is_none(self):
    two = ("glibc", "jemalloc")
    then = figures(spread(1, 1, 1), peers=two)
    now = figures(spread(0.5, 0.5, 0.5), peers=two)
    self.assertIn("2 worse", self.compare(1, then, now))
    now["ratios"][0].update(spread(1, 1, 1))
    self.assertIn("0 worse, 0 better; 1 changed only against some peers",
                  self.compare(0, then, now))

  def test_the_suite_counts_as_well(self):
    now = figures(spread(1, 1, 1))
    now["suite"][0]["ratio"] = spread(0.01, 0.02, 0.03)
    self.assertIn("worse: random heap suite", self.compare(
        1, figures(spread(1, 1, 1)), now))

  def test_what_was_not_measured_is_a_failure(self):
    then = figures(spread(1, 1, 1), spread(1, 1, 1))
    now = figures(spread(1, 1, 1))
    self.assertIn("1 of the baseline not measured", self.compare(2, then, now))
    now["filter"] = "pair/.*/0"
    self.assertIn("1 of the baseline not measured", self.compare(0, then, now))

  def test_what_was_measured_otherwise_is_warned_of(self):
    then, now = figures(spread(1, 1, 1)), figures(spread(1, 1, 1))
    then["seconds"], now["seconds"] = 1, 2
    then["build"] = {"compiler": "gcc"}
    came = self.run_program("--from", self.json_file("now", now),
                            "--compare", self.json_file("then", then))
    self.assertEqual(came.returncode, 0, came.stderr)
    self.assertIn("otherwise: seconds 1, now 2", came.stderr)
    self.assertIn("otherwise: compiler gcc, now unknown", came.stderr)
    self.assertNotIn("repetitions", came.stderr)


class BadInput(Command):

  def test_an_interrupted_run_is_no_baseline(self):
    then = figures(spread(1, 1, 1))
    then["is_interrupted"] = True
    self.expect_refused(self.json_file("then", then), "was interrupted")

  def test_a_baseline_is_not_overwritten(self):
    then = self.json_file("bench.json", figures(spread(1, 1, 1)))
    self.assertIn("where the new figures go", self.expect_bad_input(
        "--compare", then, "--output", os.path.dirname(then)))

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

  def test_what_nobody_expected_is_no_regression(self):
    odd = {**figures(spread(1, 1, 1)), "load": ["much"]}
    self.assertIn("Traceback", self.expect_bad_input(
        "--from", self.json_file("odd", odd)))

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

  def test_ratios_are_of_medians_and_spread_over_all_repetitions(self):
    done = self.expect_of(self.bench(0, self.written()))
    with open(os.path.join(self.folder, "bench.json"), encoding="utf-8") as f:
      fields = json.load(f)
    self.assertEqual(fields["ratios"], [{
        "workload": "pair", "argument": "64", "subject": "heap",
        "peer": "glibc", "min": 1.5, "median": 35 / 15, "max": 4, "count": 2}])
    for plot in ("ratios.svg", "free_among.svg"):
      self.assertTrue(os.path.exists(os.path.join(self.folder, plot)))
    self.assertIn("left out, as not served: heap: pair 4 8\n", done.stdout)

  def test_what_did_not_run_is_a_failure(self):
    done = self.expect_of(self.bench(2, self.written(refused=["pair/heap/9"])))
    self.assertIn("pair/heap/9 was refused", done.stderr)
    self.assertIn("glibc", done.stdout)

  def test_no_ratio_is_a_failure(self):
    done = self.expect_of(self.bench(2, self.written(subjects="other")))
    self.assertIn("there is not one ratio", done.stderr)

  def test_an_allocator_without_a_ratio_is_a_failure(self):
    script = self.written(subjects="heap,other")
    done = self.expect_of(self.bench(2, script))
    self.assertIn("there is no ratio of other", done.stderr)
    self.expect_of(self.bench(0, script, "--filter", "pair"))

  def test_what_is_not_optimised_is_refused(self):
    done = self.expect_of(self.bench(2, self.written(build="unoptimised")))
    self.assertIn("-c opt", done.stderr)

  def test_what_fails_is_no_figure(self):
    self.expect_of(self.bench(2, "exit 3"))
    self.expect_of(self.bench(2, "exit 0"))
    self.expect_of(self.bench(2, "echo '{}' > $out"))

  def test_ctrl_c_loses_nothing(self):
    # More than a pipe holds: when it has been written, somebody reads. The
    # signal is blocked until it is waited for, so that it is never too early.
    code = """\
import os, signal, subprocess, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
sys.stderr.write("\\n" * 200000)
sys.stderr.flush()
os.kill(os.getppid(), signal.SIGINT)
signal.sigwait([signal.SIGINT])
subprocess.run(["/bin/sh", "-c", os.environ["WRITE"]], check=True)
sys.exit(130)
"""
    script = "export out WRITE=%s\nexec /usr/bin/python3 -c %s" % (
        shlex.quote(self.written()), shlex.quote(code))
    done = self.expect_of(self.bench(130, script))
    self.assertIn("glibc", done.stdout)
    self.assertIn("interrupted", done.stdout)


if __name__ == "__main__":
  BENCH = os.path.abspath(sys.argv[1])
  program.run_cases(sys.argv[:1])
