"""The source fuzz of `lockstep verify`, on fuzzers that do as they are told, and on
a real one.

Arguments: the command line, and a program of libFuzzer's.
"""

import json
import os
import sys

import fake_fuzzer
import program

LOCKSTEP, FUZZER = "", ""

REPORT = """\
# violation  %s: what must hold
# step       1 of 1: alloc b0 size=%d align=1
lockstep-trace 1
component slab
alloc b0 size=%d align=1"""


class Fuzz(program.ToolCase):

    def setUp(self):
        super().setUp()
        self.fuzzers = self.in_folder("fuzzers")
        os.mkdir(self.fuzzers)

    def fake(self, name, act):
        path = os.path.join(self.fuzzers, name + "_fuzz_bin")
        with open(path, "w", encoding="utf-8") as file:
            file.write(fake_fuzzer.TEXT % "".join(
                "  %s\n" % line for line in act.split("\n")))
        os.chmod(path, 0o755)

    def command(self, *arguments):
        return (LOCKSTEP, "verify", "--lockstep", LOCKSTEP, "--fuzzers", self.fuzzers,
                "--source", "fuzz", "--seconds", "1", "--output",
                self.in_folder("out"), "--corpus", self.in_folder("corpus"),
                "--traces", self.folder) + arguments

    def verify(self, exit_code, *arguments):
        """(what it printed, verify.json)."""
        stdout = self.expect(exit_code, *self.command(*arguments))
        return stdout, self.fields()

    def fields(self):
        return json.loads(self.read("out", "verify.json"))


class Held(Fuzz):

    def test_every_target_is_fuzzed_and_counted(self):
        self.fake("one", "begin(100)")
        self.fake("two", "begin(60)")
        stdout, fields = self.verify(0, "--seed", "4")
        self.assertEqual([(r["source"], r["system"], r["operations"])
                          for r in fields["results"]],
                         [("fuzz", "one", 5000), ("fuzz", "two", 3000)])
        self.assertIn("8,000 operations checked, 0 violations", stdout)
        self.assertIn("200 executions, 19 edges, 1 inputs", stdout)
        fuzz = fields["results"][0]["fuzz"]
        self.assertEqual((fuzz["target"], fuzz["executions"],
                          fuzz["coverage"], fuzz["features"]),
                         ("one_fuzz", 200, 19, 31))

    def test_corpora_are_merged_and_kept(self):
        self.fake("one", "begin(inputs=5)")
        for before in (0, 1):
            _, fields = self.verify(0)
            corpus = fields["results"][0]["fuzz"]["corpus"]
            self.assertEqual(corpus["inputs_before"], before)
            self.assertTrue(corpus["is_merged"])
            self.assertEqual(os.listdir(self.in_folder("corpus", "one_fuzz")),
                             ["merged"])

    def test_page_has_the_figures(self):
        self.fake("one", "begin()")
        self.verify(0)
        page = self.read("out", "index.html")
        self.assertIn("held:\n5,000 operations checked", page)
        self.assertIn("<tr><td>one_fuzz</td>", page)

    def test_a_target_can_be_chosen(self):
        self.fake("one", "begin()")
        self.fake("two", "begin()")
        _, fields = self.verify(0, "--system", "two")
        self.assertEqual([r["system"] for r in fields["results"]], ["two"])
        self.assertIn("there are:", self.expect_bad_input(
            *self.command("--system", "three")))

    def test_a_real_fuzzer_is_understood(self):
        os.symlink(FUZZER, os.path.join(self.fuzzers, "slab_fuzz_bin"))
        _, fields = self.verify(0, "--seconds", "2")
        [result] = fields["results"]
        self.assertGreater(result["operations"], 0)
        fuzz = result["fuzz"]
        for name in ("executions", "coverage", "features", "seconds_judging"):
            self.assertGreater(fuzz[name], 0, name)
        self.assertTrue(fuzz["corpus"]["is_merged"])
        self.assertEqual(len(os.listdir(self.in_folder("corpus", "slab_fuzz"))),
                         fuzz["corpus"]["inputs"])


class Violated(Fuzz):

    def test_crashes_that_are_alike_are_one_violation(self):
        self.fake("one", "begin()\ntime.sleep(0.1)\n"
                  "size = turn()\ncrash(%r %% ('inside', size, size))" %
                  REPORT)
        stdout, fields = self.verify(1)
        [result] = fields["results"]
        [violation] = result["violations"]
        self.assertEqual(violation["rule"], "inside")
        self.assertTrue(violation["is_new"])
        self.assertGreater(result["fuzz"]["crashes"], 1)
        self.assertEqual(result["fuzz"]["kinds_of_crashes"], 1)
        report = self.read("out", "fuzz-one.trace")
        self.assertTrue(report.startswith(
            "# found by   fuzz target one_fuzz, on the input "))
        self.assertTrue(report.endswith("align=1\n"), report)
        self.assertIn(report, stdout)
        self.assertIn("inside", self.read("out", "index.html"))
        self.assertTrue(os.path.exists(violation["artifact"]))
        # All of what was counted until then.
        self.assertEqual(result["operations"],
                         5000 * result["fuzz"]["crashes"])

    def test_what_an_earlier_campaign_found_is_not_new(self):
        self.fake("one", "begin()\ncrash(%r)" % (REPORT % ("inside", 1, 1)))
        for is_new in (True, False):
            _, fields = self.verify(1)
            [violation] = fields["results"][0]["violations"]
            self.assertEqual(violation["is_new"], is_new)

    def test_other_rules_and_other_traces_are_other_violations(self):
        self.fake("one", "begin()\ncrash([%r, %r, %r][turn() %% 3])" % (
            REPORT % ("inside", 1, 1), REPORT % ("aligned", 1, 1),
            REPORT % ("inside", 1, 1) + "\nfree b0"))
        _, fields = self.verify(1, "--seconds", "3")
        self.assertEqual(sorted(
            v["rule"] for v in fields["results"][0]["violations"]),
                         ["aligned", "inside", "inside"])

    def test_what_sanitizers_say_is_a_violation(self):
        self.fake("one", "begin()\n"
                  "crash('==7==ERROR: AddressSanitizer: heap-overflow')")
        _, fields = self.verify(1)
        [violation] = fields["results"][0]["violations"]
        self.assertEqual(violation["rule"], "sanitizer")
        self.assertIn("heap-overflow", self.read("out", violation["file"]))


    def test_without_a_trace_the_place_decides(self):
        self.fake("one", "begin()\ntime.sleep(0.1)\n"
                  "crash('# broken\\n%d' % turn(), line=turn() % 2)")
        _, fields = self.verify(1, "--seconds", "2")
        self.assertEqual(
            [v["rule"] for v in fields["results"][0]["violations"]],
            ["crash", "crash"])


class Misbehaved(Fuzz):

    def test_what_crashes_on_its_corpus_is_not_begun_for_ever(self):
        self.fake("one", "crash('# broken')")
        _, fields = self.verify(1, "--seconds", "30")
        self.assertEqual(fields["results"][0]["fuzz"]["crashes"], 1)

    def test_what_fails_is_no_pass(self):
        self.fake("one", "say('out of paper'); sys.exit(3)")
        stdout, fields = self.verify(2)
        self.assertIn("out of paper", fields["results"][0]["problems"][0])
        self.assertIn("out of paper", stdout)

    def test_what_executes_nothing_is_no_pass(self):
        self.fake("one", "sys.exit(0)")
        _, fields = self.verify(2)
        self.assertIn("nothing was executed",
                      fields["results"][0]["problems"][0])

    def test_without_targets_it_says_how_to_have_some(self):
        self.assertIn("--fuzzers", self.expect_bad_input(
            LOCKSTEP, "verify", "--source", "fuzz"))


class Interrupted(Fuzz):

    def test_it_ends_soon_with_the_report_and_the_corpus(self):
        self.fake("one", "begin()\nsignal.signal(signal.SIGINT, "
                  "lambda *_: sys.exit(72))\ntime.sleep(60)")
        code, stdout, seconds = self.interrupt(
            self.command("--seconds", "600", "--jobs", "1"), after_seconds=3)
        self.assertEqual(code, 130, stdout)
        self.assertLess(seconds, 20)
        [result] = self.fields()["results"]
        self.assertEqual(result["verdict"], "interrupted")
        self.assertEqual(result["operations"], 5000)
        self.assertFalse(result["fuzz"]["corpus"]["is_merged"])
        self.assertEqual(result["fuzz"]["corpus"]["inputs"], 2)
        self.assertIn("interrupted:", self.read("out", "index.html"))


if __name__ == "__main__":
    LOCKSTEP, FUZZER = map(os.path.abspath, sys.argv[1:3])
    program.run_cases(sys.argv[:1])
