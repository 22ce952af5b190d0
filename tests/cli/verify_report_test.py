"""The report of `lockstep verify`: findings, and what becomes of it when standard
output is closed, the disk is full, or somebody kills it."""

import json
import os
import re
import signal
import subprocess
import unittest.mock as mock

from verifying import Verify, json_of, main

REPORT = """\
# violation  %s: what must hold
# step       2 of 2: alloc b0 size=%d align=1
# expected   one
# came       %s
# minimised  from 9 steps to 2, in 7 runs and 0.00 s
# To see it again, save this text and run: lockstep replay FILE
lockstep-trace 1
component %s
arena size=%d align=1024
init offset=0 size=%d
alloc b0 size=%d align=1
"""


def report(rule, system, number, came="another", words=""):
    text = REPORT % (rule, number, came, system, number, number, number)
    return text.replace("# minimised", words + "# minimised")


class Reported(Verify):

    def prints(self, *reports):
        """The script of a program that reports these, whatever its system."""
        path = self.temporary("reports", json_of(9, reports))
        return "cat %s; exit 1" % path

    def findings(self, *reports):
        stdout, fields = self.verify(
            1, self.fake(self.prints(*reports), "one", "two"),
            "--source", "random")
        return stdout, fields


class Findings(Reported):

    def test_two_systems_with_copies_of_one_fault_are_one_finding(self):
        stdout, fields = self.findings(*(
            report("aligned", "one", number) for number in range(1, 7)))
        # Each system is run twice: as a whole, and in swarms.
        self.assertEqual(fields["violations"], 24)
        [found] = fields["findings"]
        expected = {
            "rule": "aligned", "claim": "what must hold", "violations": 24,
            "sources": ["random"], "systems": ["one", "two"],
            "file": "random-one.trace", "step": 2, "expected": "one",
            "came": "another", "report": report("aligned", "one", 1)}
        self.assertEqual({name: found[name] for name in expected}, expected)
        self.assertEqual({violation["finding"]
                          for result in fields["results"]
                          for violation in result["violations"]}, {1})
        self.assertTrue(stdout.endswith(
            "36 operations checked, 1 finding (24 violations)\n"), stdout)
        self.assertEqual(stdout.count("# violation"), 1)
        self.assertIn("the same 23 times more: random-one-2.trace, ", stdout)
        self.assertEqual(self.read("index.html").count("<section>"), 1)

    def test_another_rule_or_shape_is_another_finding(self):
        one = report("aligned", "one", 7)
        _, fields = self.findings(
            one, report("disjoint", "one", 7), one + "free b0\n")
        self.assertEqual([(f["rule"], f["violations"])
                          for f in fields["findings"]],
                         [("aligned", 4), ("disjoint", 4), ("aligned", 4)])

    def test_a_crash_elsewhere_is_another_finding(self):
        def crash(place, number):
            return report("crash", "one", number, "SIGABRT",
                          "# last words  %s: assertion failed\n" % place)
        _, fields = self.findings(
            crash("heap.c:12", 1), crash("heap.c:13", 1),
            crash("heap.c:12", 2) + "free b0\n",
            report("crash", "one", 1, "SIGSEGV, by an access to 0x8, in push"))
        self.assertEqual([f["violations"] for f in fields["findings"]],
                         [8, 4, 4])

    def test_liars_have_few_findings_and_their_drawings(self):
        _, fields = self.verify(1, self.lying, "--seed", "7", "--system",
                                "lying_aligns_to_half", "--system",
                                "lying_cries_wolf", "--source", "recordings",
                                "--traces", self.quick_recordings("-00", "-01"))
        rules = [f["rule"] for f in fields["findings"]]
        self.assertGreater(fields["violations"], 20)
        self.assertEqual(sorted(rules), ["aligned", "audit"])
        page = self.read("index.html")
        self.assertEqual(page.count('<div class="ls" data-rule="'), 2)
        self.assertIn("b0 breaks the rule</text>", page)
        self.assertIn("an address aligned to", page)
        self.assertIn('<a href="#rule-aligned">aligned</a>', page)
        self.assertEqual(page.count('<h3 id="rule-'), 2)

    def test_the_matrix_says_what_was_refused_and_skipped(self):
        _, fields = self.verify(0, self.lockstep, "--system", "slab",
                                "--source", "random", "--source", "explore")
        counts = {r["source"]: r["counts"] for r in fields["results"]}
        self.assertGreater(counts["random"]["requests refused"], 0)
        self.assertGreater(counts["random"]["operations skipped"], 0)
        self.assertGreater(counts["explore"]["operations refused"], 0)
        page = self.read("index.html")
        row = page[page.index('<th scope="row">slab</th>'):]
        for source in ("random", "explore"):
            self.assertIn('<td data-source="%s" class="held">' % source, row)
        self.assertIn("{:,} requests refused".format(
            counts["random"]["requests refused"]), row)


class Lost(Reported):

    def redirected(self, where):
        """What it says, and the report that it left, of two violations."""
        lockstep = self.fake(self.prints(report("aligned", "fake", 1)))
        came = self.run_program(
            "bash", "-c", 'exec "$@" ' + where, "bash",
            *self.command(lockstep, "--source", "random"))
        self.assertEqual(came.returncode, 2, came.stderr)
        self.assertIn("standard output cannot be written; the report is in ",
                      came.stderr)
        self.assertNotIn("Traceback", came.stderr)
        return self.read_json()

    def test_a_closed_or_full_standard_output_loses_no_report(self):
        for where in (">&-", ">/dev/full"):
            with self.subTest(where):
                fields = self.redirected(where)
                self.assertTrue(fields["is_complete"])
                self.assertEqual(len(fields["findings"]), 1)
                self.assertIn("aligned", self.read("index.html"))
                self.assertIn("aligned", self.read("random-fake.trace"))

    def test_a_folder_that_cannot_be_written_is_told_before_the_build(self):
        with mock.patch.dict(os.environ, BAZEL="a_build_was_started"):
            said = self.expect_bad_input(
                self.script, "--output", "/dev/null/report")
        self.assertIn("/dev/null/report cannot be written to", said)
        self.assertNotIn("a_build_was_started", said)

    def test_a_full_disk_is_said_and_leaves_no_half_page(self):
        half = self.in_folder("index.html.new")
        os.symlink("/dev/full", half)
        lockstep = self.fake(self.prints(report("aligned", "fake", 1)))
        stdout, fields = self.verify(2, lockstep, "--source", "random")
        self.assertIn("problem: the report is not complete: ", stdout)
        self.assertIn("index.html: No space left on device", stdout)
        self.assertFalse(os.path.lexists(half))
        self.assertFalse(os.path.lexists(self.in_folder("index.html")))
        self.assertEqual(len(fields["findings"]), 1)

    def test_violations_of_the_last_run_are_put_aside_and_it_is_said(self):
        mine = self.in_folder("mine.trace")
        with open(mine, "w", encoding="utf-8"):
            pass
        lying = self.fake(self.prints(report("aligned", "fake", 1)))
        for _ in range(2):
            stdout, _ = self.verify(1, lying, "--source", "random")
        moved = re.search(r"the report of the last run, with 2 violations, is "
                          r"now in (.*)\n", stdout)
        aside = os.path.basename(moved.group(1))
        self.assertRegex(aside, r"^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d")
        self.assertEqual(sorted(os.listdir(self.in_folder(aside))), [
            "index.html", "random-fake-2.trace", "random-fake.trace",
            "verify.json"])
        self.verify(0, self.lockstep, "--system", "slab", "--source", "random")
        # A run that held has nothing that is worth keeping.
        stdout, _ = self.verify(0, self.lockstep, "--system", "slab",
                                "--source", "random")
        self.assertNotIn("the last run", stdout)
        left = [name for name in os.listdir(self.folder)
                if not re.match(r"\d{4}-", name)]
        self.assertEqual(sorted(left),
                         ["index.html", "mine.trace", "verify.json"])


class Blocked(Verify):
    """With a program that waits until it is let go."""

    def setUp(self):
        super().setUp()
        self.gate = os.path.join(self.folder, "gate")
        os.mkfifo(self.gate)
        lockstep = self.fake(
            "[[ $1 == random ]] || read line <%s; echo '%s'" % (
                self.gate, json_of(9)))
        self.child = subprocess.Popen(
            self.command(lockstep, "--source", "random", "--source", "explore",
                         "--jobs", "1"), stdout=subprocess.PIPE, text=True)
        self.first = self.child.stdout.readline()
        self.addCleanup(self.end)

    def end(self):
        self.child.kill()
        # Whoever waits at the gate finds it open, and then closed.
        os.close(os.open(self.gate, os.O_RDWR))
        self.child.stdout.close()
        self.child.wait()

    def test_two_runs_do_not_share_a_folder(self):
        self.assertIn("seed ", self.first)
        said = self.expect_bad_input(*self.command(
            self.lockstep, "--source", "random", "--system", "slab"))
        self.assertIn("%s is in use by process %d (" % (
            self.folder, self.child.pid), said)
        self.assertIn("--output", said)

    def test_a_run_that_is_killed_leaves_what_it_had(self):
        line = self.child.stdout.readline()
        self.assertIn("random     fake: 18 operations", line)
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()
        fields = json.loads(self.read("verify.json"))
        self.assertFalse(fields["is_complete"])
        self.assertEqual([(r["source"], r["operations"], r["verdict"])
                          for r in fields["results"]],
                         [("random", 18, "held")])


if __name__ == "__main__":
    main()
