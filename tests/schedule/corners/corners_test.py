"""`lockstep schedules`, what it says of small allocators that are hard on a scheduler:
each wrong one is found, no honest one is accused, and where schedules were left out it
does not say that it ran every one. The allocators say of themselves what they are.

Arguments: the command line, the allocators as libraries, and the scripts of scripts/.
"""

import os
import re
import sys

import program

FILES = {}  # By their names.
# Of a script. All but those that have no end take a second or two, on a machine that
# has nothing else to do.
MOST_SECONDS = "60"
# Of a script that has no end, which takes all the time that it is given.
FEW_SECONDS = "2"


class Corners(program.Case):

    def schedules(self, exit_code, library, script, strategy="all",
                  seconds=MOST_SECONDS):
        """What it says of one of the libraries and one of the scripts. The report
        of a violation need not be short, nor tell how often it comes again."""
        return self.expect(
            exit_code, "schedules", FILES[library + ".so"], "--trace",
            FILES[script + ".trace"], "--strategy", strategy, "--seconds",
            seconds, "--minimise-seconds", "0", "--times", "5", "--seed", "1")

    def claims_every_schedule(self, stdout):
        """Whether it says so of the one script that it had."""
        return re.search(r"^every schedule .* was run for 1 of 1 scripts", stdout,
                         re.MULTILINE) is not None

    def expect_found(self, rule, library, script):
        self.assertEqual(
            program.rule_in(self.schedules(1, library, script)), rule)

    def expect_proven(self, library, script):
        self.assertTrue(
            self.claims_every_schedule(self.schedules(0, library, script)))

    def test_a_loop_that_asks_the_same_may_be_no_wait(self):
        self.expect_found("disjoint", "scan_asks", "scan_asks")

    def test_private_memory_does_not_crowd_out_what_is_shared(self):
        self.expect_found("disjoint", "large_cache_looks_then_takes",
                          "large_cache_one_clears")

    def test_much_private_memory_is_no_hang(self):
        for script in "large_cache_one_clears", "large_cache_both_clear":
            with self.subTest(script):
                self.schedules(0, "large_cache_honest", script)

    def test_a_lock_may_be_given_up_by_another_thread(self):
        self.expect_found("aligned", "lent_lock", "lent_lock")

    def test_a_copy_is_many_steps(self):
        self.expect_found("audit", "copies", "copies")

    def test_a_futex_says_how_many_it_woke(self):
        self.expect_proven("futex_lock_honest", "futex_lock")

    def test_who_is_not_woken_sleeps(self):
        self.expect_found("deadlock", "futex_lock_wakes_nobody", "futex_lock")

    def test_a_futex_wakes_by_masks(self):
        self.expect_proven("futex_masks_honest", "futex_masks")
        for fault in "anybody", "itself":
            with self.subTest(fault):
                self.expect_found("deadlock", "futex_masks_wakes_" + fault,
                                  "futex_masks")

    def test_requeueing_wakes(self):
        self.expect_proven("futex_requeue", "futex_requeue")

    def test_a_lock_with_a_time_limit_is_no_deadlock(self):
        for strategy in "mixed", "all":
            with self.subTest(strategy):
                self.schedules(0, "timed_locks", "timed_locks", strategy,
                               FEW_SECONDS)

    def test_which_wait_times_out_first_is_no_secret(self):
        came = self.run_program(
            "schedules", FILES["two_time_limits.so"], "--trace",
            FILES["two_time_limits.trace"], "--strategy", "all", "--seconds",
            MOST_SECONDS)
        self.assertIn(came.returncode, (0, 1), came.stdout + came.stderr)
        if came.returncode == 1:
            self.assertEqual(program.rule_in(came.stdout), "aligned")
        else:
            self.assertFalse(self.claims_every_schedule(came.stdout))

    def test_who_polls_for_a_while_is_not_stuck(self):
        self.schedules(0, "polls", "polls")


if __name__ == "__main__":
    while len(sys.argv) > 2:
        path = os.path.abspath(sys.argv.pop(2))
        FILES[os.path.basename(path)] = path
    program.main()
