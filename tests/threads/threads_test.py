"""lockstep threads: what it says of an allocator with a lock, of one without, and
of a run that shows nothing. A number of operations ends each run, and no time.
"""

import json
import os
import re

import program

SEED = "1"
NOTHING_TO_FREE = """\
lockstep-trace 2
component list_honest
arena size=4096 align=4096
init offset=0 size=4096
t1 free b0
t2 free b1
"""


class Threads(program.Case):

    def threads(self, exit_code, system, *arguments):
        return self.expect(exit_code, "threads", system, "--seed", SEED,
                           *arguments)

    def test_who_takes_a_lock_holds(self):
        stdout = self.threads(0, "list_honest", "--ops", "10000")
        self.assertRegex(stdout, r"^list_honest: [\d,]+ operations in \d+ scripts "
                         r"and \d+ parallel blocks of up to 4 threads; ")
        self.assertRegex(stdout, r"overlapped another thread's")
        self.assertRegex(stdout, r", 0 violations\n$")

    def test_one_processor_will_do(self):
        processors = os.sched_getaffinity(0)
        self.addCleanup(os.sched_setaffinity, 0, processors)
        os.sched_setaffinity(0, {min(processors)})
        result = json.loads(self.threads(0, "list_honest", "--ops", "10000",
                                         "--json"))
        # In one call of 64, the list yields while others wait for its lock. That
        # threads are interrupted wherever they are, interrupter_test shows.
        self.assertGreater(result["details"]["overlapping"], 100)

    def test_the_result_has_the_counts(self):
        result = json.loads(self.threads(0, "list_honest", "--ops", "10000",
                                         "--threads", "3", "--json"))
        self.assertEqual(result["command"], "threads")
        self.assertGreaterEqual(result["operations"], 10000)
        details = result["details"]
        self.assertEqual(details["threads"], 3)
        self.assertGreater(details["overlapping"], 0)
        self.assertGreater(details["hand_overs"], 500)
        self.assertGreater(details["forks"], 0)
        self.assertGreaterEqual(details["of_threads"], details["overlapping"])

    def test_who_takes_none_is_found(self):
        for system in "list_unlocked", "list_lets_go":
            with self.subTest(system):
                stdout = self.threads(1, system, "--minimise-seconds", "0",
                                      "--runs", "20")
                self.assertRegex(stdout, r"(?m)^# violation  \w+: ")
                # A crash is a step's; what breaks when all have ended is no
                # event's.
                self.assertRegex(
                    stdout, r"(?m)^# (event      (t\d )?\w+ |"
                    r"step       \d+ of \d+: t\d \w+ |"
                    r"step       \d+, after the script)")
                self.assertRegex(
                    stdout, r"(?m)^# again      in (\d+ of|none of) \d+ runs")
                self.assertIn("not at all: when the script was run again, it held"
                              if "in none of" in stdout else
                              "not at all: it was given no time", stdout)
                self.assertIn(" schedules %s finds the order" % system, stdout)
                self.assertIn("\nlockstep-trace 2\n", stdout)
                self.assertRegex(stdout, r"(?m)^t[1-4] alloc b\d+ ")
                self.assertRegex(stdout, r"1 violations\n$")

    def test_the_command_in_a_report_makes_the_same_script(self):
        arguments = ("--minimise-seconds", "0", "--runs", "1")
        stdout = self.threads(1, "list_unlocked", *arguments)
        words = re.search(r"(?m)^# found by   \S+ (.*)$", stdout).group(1)
        for _ in range(20):
            came = self.run_program(*words.split(), *arguments)
            if came.returncode == 1:
                break
        self.assertEqual(came.returncode, 1)
        self.assertEqual(program.steps_in(stdout), program.steps_in(came.stdout))

    def test_a_report_can_be_run_again(self):
        report = self.threads(1, "list_unlocked", "--minimise-seconds", "0",
                              "--runs", "20")
        trace = self.temporary("found.trace", report)
        again = self.expect(1, "threads", "list_unlocked", "--replay", trace,
                            "--runs", "20", "--minimise-seconds", "0")
        self.assertEqual(program.steps_in(report), program.steps_in(again))
        self.expect(0, "threads", "list_honest", "--replay", trace, "--runs",
                    "20")

    def test_what_breaks_is_made_shorter(self):
        stdout = self.threads(1, "list_misplaces", "--minimise-seconds", "1000",
                              "--runs", "20")
        self.assertRegex(stdout, r"from \d+ steps to 2, in [\d,]+ runs")
        self.assertIn("\n# again      in 20 of 20 runs of this script\n", stdout)
        init, step = program.steps_in(stdout)
        self.assertEqual(init, "init offset=0 size=64")
        self.assertRegex(step, r"^t[1-4] alloc b0 size=0 align=64$")

    def test_threads_that_wait_for_each_other_are_reported(self):
        stdout = self.threads(1, "list_lock_order", "--minimise-seconds", "0",
                              "--runs", "2")
        self.assertEqual(program.rule_in(stdout), "deadlock")
        self.assertGreaterEqual(stdout.count(" had not come back\n"), 2)
        self.assertRegex(stdout, r"(?m)^# again      in [12] of [12] runs")

    def test_a_fork_that_leaves_a_lock_taken_is_reported(self):
        stdout = self.threads(1, "list_forgets_fork", "--minimise-seconds", "0",
                              "--runs", "2")
        self.assertEqual(program.rule_in(stdout), "hang")
        self.assertIn("in a child that was forked while threads were in calls",
                      stdout)

    def test_without_a_promise_nothing_is_tried(self):
        said = self.expect_bad_input("threads", "list_promises_nothing")
        self.assertIn("promises nothing for threads: see LOCKSTEP_THREAD_SAFE in "
                      "lockstep/port.h; nothing was tried", said)

    def test_what_did_not_overlap_has_shown_nothing(self):
        trace = self.temporary("nothing.trace", NOTHING_TO_FREE)
        said = self.expect_bad_input("threads", "list_honest", "--replay", trace)
        self.assertIn("no two overlapped, so nothing was shown", said)

    def test_threads_are_from_two_to_eight(self):
        for threads in "0", "1", "9":
            self.expect_bad_input("threads", "list_honest", "--threads", threads)


if __name__ == "__main__":
    program.main()
