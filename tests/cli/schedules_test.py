"""`lockstep schedules`, what it says of an allocator with a lock and of one that gives
it up too early, and what other commands make of its traces.

Arguments: the command line, the two allocators as libraries, and one for threads that
is not compiled for schedules.
"""

import json
import os
import re
import sys

import program

HONEST, ANIMAL, PLAIN = "", "", ""
BROKEN = """\
lockstep-trace 2
component pool_looks_then_takes
arena size=16384 align=16384
init offset=0 size=128
"""


class Schedules(program.Case):

    def schedules(self, exit_code, *arguments):
        return self.expect(exit_code, "schedules", *arguments)

    def found(self):
        """A report of the animal, and its path."""
        report = self.schedules(1, ANIMAL, "--seed", "4", "--times", "10")
        return report, self.temporary("found.trace", report)

    def test_who_keeps_the_lock_holds(self):
        stdout = self.schedules(0, HONEST, "--seed", "1", "--scripts", "2")
        self.assertRegex(stdout, r"^pool_honest: 2 scripts, 400 schedules, ")
        self.assertRegex(stdout, r", 0 violations\n$")

    def test_what_is_found_comes_again_each_time(self):
        report, path = self.found()
        self.assertRegex(report, r"(?m)^# violation  disjoint: ")
        self.assertRegex(report, r"(?m)^# again      in 10 of 10 runs")
        self.assertRegex(report, r"(?m)^t[1-3] alloc .* @\d+=t[1-3]$")
        command = re.search("run: (.*)$", report, re.MULTILINE).group(1).split()
        self.assertEqual(command[1:], ["schedules", ANIMAL, "--replay", "FILE"])
        again = self.schedules(1, ANIMAL, "--replay", path)
        self.assertRegex(again, r"(?m)^# again      in 100 of 100 runs")
        self.assertNotIn("# minimised", again)
        self.assertEqual(program.steps_in(report), program.steps_in(again))
        self.schedules(0, HONEST, "--replay", path)

    def test_all_schedules_are_counted(self):
        stdout = self.schedules(0, HONEST, "--strategy", "all", "--threads",
                                "2", "--ops", "2", "--scripts", "3",
                                "--seed", "1")
        self.assertIn("\nevery schedule that makes a difference was run for 3 of 3 scripts", stdout)
        counts = json.loads(self.schedules(
            0, HONEST, "--strategy", "bounded", "--preemptions", "1",
            "--scripts", "2", "--seed", "1", "--json"))["details"]
        self.assertEqual((counts["scripts"], counts["whole"]), (2, 2))
        self.assertGreater(counts["schedules"], 10)
        self.assertGreater(counts["preemptions"], 0)

    def test_ours_are_in_a_library_beside_the_program(self):
        stdout = self.schedules(0, "slab_cache_shared", "--scripts", "1",
                                "--seed", "1")
        self.assertRegex(stdout, r"^slab_cache_shared: 1 scripts, 200 sched")

    def test_bad_input_is_told(self):
        self.assertIn("LOCKSTEP_THREAD_SAFE",
                      self.expect_bad_input("schedules", "buddy"))
        self.assertIn("-fsanitize=thread", self.expect_bad_input(
            "schedules", PLAIN, "--scripts", "1"))
        self.assertIn("names no threads", self.expect_bad_input(
            "schedules", ANIMAL, "--replay",
            self.temporary("alone.trace", BROKEN)))
        for line in "t9 free b0", "t1 free b0 @0=t2", "t1 free b0 @7=x":
            path = self.temporary("broken.trace", BROKEN + line + "\n")
            self.assertIn("broken.trace:5: ", self.expect_bad_input(
                "schedules", ANIMAL, "--replay", path))

    def test_show_runs_the_schedule(self):
        report, path = self.found()
        drawn = self.expect(1, "show", "--system", ANIMAL, path)
        lanes = drawn[:drawn.index("\n\n| it runs")]
        self.assertIn("^^^ violated: disjoint", lanes)
        self.assertIn("'-> 0", lanes)
        page = self.expect(1, "show", "--system", ANIMAL, "--html", path)
        self.assertIn('<div class="ln" data-rule="disjoint">', page)
        result = json.loads(self.expect(
            1, "show", "--system", ANIMAL, "--json", path))
        self.assertEqual([f["rule"] for f in result["findings"]], ["disjoint"])
        held = self.expect(0, "show", "--system", HONEST, path)
        self.assertIn("all rules hold", held)

    def test_without_the_system_show_draws_what_the_script_says(self):
        _, path = self.found()
        self.assertIn("It was not run", self.expect(0, "show", path))
        self.assertIn("nowhere.so", self.expect_bad_input(
            "show", "--system", "./nowhere.so", path))

    def test_other_commands_say_which_one_is_for_threads(self):
        _, path = self.found()
        words = " schedules ./LIBRARY.so --replay " + path
        for command in "replay", "minimise", "debug", "export", "encode":
            with self.subTest(command):
                self.assertIn(words, self.expect_bad_input(command, path))
        self.assertIn(" schedules %s --replay %s" % (ANIMAL, path),
                      self.expect_bad_input("replay", "--system", ANIMAL, path))
        path = self.temporary("alone.trace", BROKEN.replace(
            "pool_looks_then_takes", "heap_locked") + "t1 free b0\n")
        self.assertIn(" threads heap_locked --replay " + path,
                      self.expect_bad_input("replay", path))


class Verify(program.Case):

    def setUp(self):
        self.folder = os.path.join(os.environ["TEST_TMPDIR"], "out")

    def verify(self, exit_code, *arguments):
        """(what it printed, verify.json)."""
        stdout = self.expect(
            exit_code, "verify", *arguments, "--seconds", "0.2", "--seed", "5",
            "--output", self.folder)
        with open(os.path.join(self.folder, "verify.json"),
                  encoding="utf-8") as file:
            return stdout, json.load(file)

    def test_it_is_a_source_of_ours(self):
        _, fields = self.verify(0, "--source", "schedules", "--system",
                                "slab_cache_shared")
        [result] = fields["results"]
        self.assertEqual((result["source"], result["system"],
                          result["verdict"]),
                         ("schedules", "slab_cache_shared", "held"))
        self.assertGreater(result["operations"], 0)

    def test_its_findings_are_in_the_report_as_lanes(self):
        stdout, fields = self.verify(1, ANIMAL, "--source", "schedules")
        [finding] = fields["findings"]
        self.assertEqual(finding["rule"], "disjoint")
        self.assertIn("saved as ", stdout)
        command = re.search("to see it again: (.*)$", stdout,
                            re.MULTILINE).group(1).split()
        self.assertEqual(command[1:3], ["schedules", ANIMAL])
        self.expect(1, *command[1:])
        with open(os.path.join(self.folder, "index.html"),
                  encoding="utf-8") as file:
            page = file.read()
        self.assertIn('<div class="ln" data-rule="disjoint">', page)
        self.assertIn("data-source=\"schedules\"", page)

    def test_what_is_not_for_threads_has_none(self):
        for words, hint in ((["buddy", "--source", "threads"], "THREAD_SAFE"),
                            ([PLAIN, "--source", "schedules"],
                             "-fsanitize=thread")):
            self.assertIn(hint, self.expect_bad_input(
                "verify", *words, "--output", self.folder))


if __name__ == "__main__":
    HONEST, ANIMAL, PLAIN = map(os.path.abspath, sys.argv[2:5])
    del sys.argv[2:5]
    program.main()
