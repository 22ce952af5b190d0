"""`lockstep verify`, with programs that hold, that lie, and that misbehave."""

import os
import re
import tempfile
import time
import unittest.mock as mock
from xml.etree import ElementTree

import program
from verifying import Verify, json_of, main

# Its first script is served by each system. A busy machine comes to no second one.
SEED = "4"
# Those that several threads may call.
SHARED = ["heap_locked", "heap_mapped_locked", "heap_resource",
          "slab_cache_3_shared", "slab_cache_shared",
          "slab_cache_unsealed_shared"]


class Held(Verify):

    def test_every_recording_holds_on_what_is_no_buddy(self):
        systems = [system for system in program.systems(self.lockstep)
                   if not system.startswith("buddy")]
        _, fields = self.verify(0, self.lockstep, "--source", "recordings",
                                *(word for system in systems
                                  for word in ("--system", system)))
        self.assertEqual([(r["system"], r["verdict"]) for r in fields["results"]],
                         [(system, "held") for system in systems])

    def test_every_source_runs_on_every_system(self):
        stdout, fields = self.verify(0, self.lockstep, "--seed", SEED, "--traces",
                                     self.quick_recordings("-00"))
        systems = program.systems(self.lockstep)
        self.assertEqual(
            [(r["source"], r["system"]) for r in fields["results"]],
             [(source, system)
              for source in ("recordings", "random", "props", "explore")
              for system in systems] +
            [(source, system) for source in ("threads", "schedules")
             for system in SHARED])
        for result in fields["results"]:
            with self.subTest(result):
                self.assertGreater(result["operations"], 0)
                self.assertEqual(result["verdict"], "held")
                row = r"%s +│ %s +│ +%s │" % (
                    result["source"], result["system"],
                    "{:,}".format(result["operations"]))
                self.assertRegex(stdout, row)
        self.assertEqual(
            fields["operations"],
            sum(result["operations"] for result in fields["results"]))
        self.assertRegex(
            stdout, r"\n[\d,]+ operations checked, 0 violations\n$")

    def test_json_says_what_it_ran_on(self):
        _, fields = self.verify(
            0, self.lockstep, "--system", "slab", "--seed", SEED, "--jobs", "1")
        self.assertEqual((fields["seed"], fields["jobs"],
                          fields["seconds_per_source_and_system"]),
                         (int(SEED), 1, 0.1))
        self.assertRegex(fields["build"]["compiler"],
                         r"clang version \d+|GCC: \(.* \d+")
        self.assertGreater(fields["machine"]["cores"], 0)
        self.assertGreater(fields["machine"]["memory_bytes"], 1 << 20)
        self.assertGreater(fields["duration_seconds"], 0)
        self.assertIn("commit", fields["build"])

    def test_sources_and_systems_can_be_chosen(self):
        _, fields = self.verify(
            0, self.lockstep, "--source", "random", "--system", "heap",
            "--system", "buddy")
        ran = [(r["source"], r["system"]) for r in fields["results"]]
        self.assertEqual(ran, [("random", "buddy"), ("random", "heap")])

    def test_a_program_that_another_build_took_away_is_told(self):
        for path, hint in (("bazel-bin/nowhere_lockstep", "last build"),
                           ("nowhere", "no such program")):
            self.assertIn(hint, self.expect_bad_input(*self.command(path)))

    def test_a_seed_is_chosen_and_said(self):
        stdout, fields = self.verify(0, self.lockstep, "--source", "recordings",
                                     "--system", "heap")
        self.assertIn("seed %d" % fields["seed"], stdout)

    def test_bad_usage_says_what_there_is(self):
        known = "there are: recordings random sanitized props explore threads schedules fuzz"
        self.assertIn(known, self.expect_bad_input(
            *self.command(self.lockstep, "--source", "fuz")))
        self.assertIn("there are: buddy buddy_6", self.expect_bad_input(
            *self.command(self.lockstep, "--system", "hep")))
        self.assertIn("--seed", self.expect_bad_input(
            *self.command(self.lockstep, "--seed", "-1")))
        self.assertIn("nowhere", self.expect_bad_input(
            *self.command("nowhere")))
        self.assertIn("sources:", self.expect(0, *self.tool, "--help"))

    def test_a_name_that_is_not_there_is_told_before_anything_is_built(self):
        with mock.patch.dict(os.environ, BAZEL="a_build_was_started"):
            for what, *words in (("system", "--system", "nosuch"),
                                 ("system", "--system=nosuch"),
                                 ("system", "--json", "nosuch"),
                                 ("source", "--source", "nosuch")):
                said = self.expect_bad_input(self.script, *words)
                self.assertIn("there is no %s 'nosuch'" % what, said)
                self.assertNotIn("a_build_was_started", said)

    def test_the_script_builds_nothing_for_a_program_that_is_there(self):
        with mock.patch.dict(os.environ, BAZEL="a_build_was_started"):
            stdout = self.expect(
                0, self.script, "--lockstep", self.lockstep, "--system", "slab",
                "--source", "random", "--seconds", "0.2", "--output",
                self.folder)
            self.assertIn("nowhere: there is no such program",
                          self.expect_bad_input(
                              self.script, "--lockstep", "nowhere"))
        self.assertIn("operations checked, 0 violations", stdout)


class Violated(Verify):
    LIAR = ("--system", "lying_aligns_to_half", "--seed", "7")

    def test_a_violation_is_shown_saved_and_can_be_replayed(self):
        stdout, fields = self.verify(1, self.lying, *self.LIAR)
        self.assertEqual(fields["exit_code"], 1)
        self.assertGreater(fields["violations"], 3)
        shown = set()
        for result in fields["results"]:
            self.assertEqual(result["verdict"], "violated")
            rules = [v["rule"] for v in result["violations"]]
            self.assertEqual(rules[0], "aligned")
            # Laws are broken as well.
            if result["source"] != "props":
                self.assertEqual(set(rules), {"aligned"})
            first = result["violations"][0]["file"]
            self.assertEqual(first, result["source"] +
                             "-lying_aligns_to_half.trace")
            text = self.read(first)
            if result["violations"][0]["finding"] not in shown:
                self.assertIn(text, stdout)
            shown |= {v["finding"] for v in result["violations"]}
            path = self.in_folder(first)
            self.assertIn("%s replay " % self.lying, stdout)
            self.expect(1, self.lying, "replay", path)

    def test_of_a_law_the_command_to_see_it_again_is_that_law(self):
        stdout, fields = self.verify(
            1, self.lying, "--source", "props", "--seconds", "2", *self.LIAR)
        laws = [v for v in fields["results"][0]["violations"]
                if v["rule"] != "aligned"]
        self.assertIn(
            "to see it again: %s props lying_aligns_to_half --property %s "
            "--script " % (self.lying, laws[0]["rule"]), stdout)
        self.expect(1, self.lying, "props", "lying_aligns_to_half",
                    "--property", laws[0]["rule"], "--script",
                    self.in_folder(laws[0]["file"]))

    def test_the_same_seed_finds_the_same(self):
        texts = []
        for _ in range(2):
            self.verify(1, self.lying, "--source", "random", *self.LIAR)
            text = self.read("random-lying_aligns_to_half.trace") + \
                self.read("random-lying_aligns_to_half-2.trace")
            texts.append(re.sub(r"\d+\.\d\d s$", "", text,
                                flags=re.MULTILINE))
        self.assertEqual(*texts)


class Misbehaved(Verify):

    def test_a_crash_is_a_violation_and_its_last_words_are_kept(self):
        result, stdout = self.fake_random(
            1, 'echo "assertion failed: sums" >&2; kill -SEGV $$')
        self.assertEqual([v["rule"] for v in result["violations"]],
                         ["crash", "crash"])
        text = self.read("random-fake.stderr")
        self.assertIn("It was ended by signal 11.", text)
        self.assertIn("assertion failed: sums", text)
        self.assertIn(text, stdout)

    def test_a_crash_without_a_trace_has_words_in_junit(self):
        path = self.in_folder("junit.xml")
        self.verify(1, self.fake("kill -SEGV $$"), "--source", "random",
                    "--junit", path)
        suite = ElementTree.parse(path).getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures"),
                          suite.get("errors"), suite.get("skipped")),
                         ("2", "2", "0", "0"))
        self.assertRegex(suite.find("testcase/failure").get("message"),
                         "(?s)^crash: .*It was ended by signal 11")

    def test_a_sanitizer_report_is_a_violation(self):
        result, _ = self.fake_random(
            1, 'echo "==7==ERROR: AddressSanitizer: x" >&2; exit 1')
        self.assertEqual(result["violations"][0]["rule"], "sanitizer")

    def test_two_commands_that_end_at_once_are_counted_once(self):
        for _ in range(5):
            _, fields = self.verify(
                0, self.fake("echo '%s'" % json_of(9)), "--source",
                "random", "--jobs", "2")
            self.assertEqual(
                (fields["operations"], len(fields["results"])), (18, 1))

    def test_what_fails_is_no_pass(self):
        result, stdout = self.fake_random(2, "echo out of paper >&2; exit 3")
        self.assertEqual(result["verdict"], "failed")
        self.assertIn("it ended with exit code 3", result["problems"][0])
        self.assertIn("out of paper", stdout)

    def test_what_says_nothing_is_no_pass(self):
        result, _ = self.fake_random(2, "exit 0")
        self.assertIn("it printed no JSON", result["problems"][0])

    def test_not_one_operation_is_no_pass(self):
        result, stdout = self.fake_random(2, "echo '%s'" % json_of(0))
        self.assertIn("not one operation", result["problems"][0])
        self.assertIn("NOTHING RAN", stdout)

    def test_a_violation_without_a_report_is_no_pass(self):
        result, _ = self.fake_random(
            2, "echo '%s'; exit 1" % json_of(9))
        self.assertIn("reported 0 violations", result["problems"][0])

    def test_recordings_that_are_not_there_are_no_pass(self):
        stdout, _ = self.verify(
            2, self.lockstep, "--system", "slab", "--source", "recordings",
            "--traces", tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"]))
        self.assertIn("there is nothing to run", stdout)


class Interrupted(Verify):

    def test_it_ends_soon_with_what_was_done(self):
        code, stdout, seconds = self.interrupt(
            self.command(self.lockstep, "--seconds", "60"), after_seconds=2)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 20)
        fields = self.read_json()
        self.assertEqual(fields["exit_code"], 130)
        self.assertIn("\ninterrupted; ", stdout)
        verdicts = {result["verdict"] for result in fields["results"]}
        self.assertIn("interrupted", verdicts)
        self.assertLessEqual(verdicts, {"interrupted", "held"})

    def test_what_was_violated_until_then_is_kept(self):
        half = self.fake(
            'if [[ $* == *--swarm* ]]; then sleep 60; '
            'else kill -SEGV $$; fi')
        code, stdout, _ = self.interrupt(
            self.command(half, "--source", "random", "--jobs", "1"),
            after_seconds=1)
        self.assertEqual(code, 130)
        [result] = self.read_json()["results"]
        self.assertEqual(result["verdict"], "violated")
        self.assertIn("signal 11", self.read("random-fake.stderr"))
        self.assertIn("saved as ", stdout)

    def test_no_child_is_left(self):
        pids = self.in_folder("pids")
        deaf = self.fake("trap '' INT; echo $$ >>%s; sleep 60" % pids)
        code, _, seconds = self.interrupt(
            self.command(deaf, "--source", "random"), after_seconds=1)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 20)
        time.sleep(0.2)
        for pid in self.read("pids").split():
            self.assertFalse(os.path.exists("/proc/" + pid))


if __name__ == "__main__":
    main()
