"""lockstep fuzz: a library that was compiled for it, and one that was not.

Arguments: the command line, the engine, exporting.c, lockstep/port.h.
"""

import json
import os
import subprocess
import sys
import tempfile

import program

INSTRUMENTED = ["-fsanitize=fuzzer-no-link,address"]


class Fuzz(program.Case):

    compiled = {}  # The libraries so far, by their flags.

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        self.library = ""

    def compile(self, *flags):
        if flags not in self.compiled:
            folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
            self.compiled[flags] = os.path.join(folder, "two.so")
            subprocess.run(
                ["clang-19", "-std=c11", "-g", "-O1", "-shared", "-fPIC", "-DTWO",
                 "-I" + INCLUDE, *flags, SOURCE, "-o", self.compiled[flags]],
                check=True)
        self.library = self.compiled[flags]

    def fuzz(self, system, *words, seconds="30"):
        return subprocess.run(
            [self.path, "fuzz", self.library + ":" + system, "--seconds",
             seconds, "--seed", "1", "-o", os.path.join(self.folder, "out"), *words],
            capture_output=True, text=True, check=False,
            env={**os.environ, "LOCKSTEP_FUZZ": ENGINE})

    def test_a_bug_becomes_a_trace_that_can_be_seen_again(self):
        self.compile(*INSTRUMENTED)
        came = self.fuzz("short")
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        self.assertIn("Loaded 2 modules", came.stderr)
        self.assertEqual(program.rule_in(came.stdout), "disjoint")
        trace = came.stdout.split("# saved as   ")[1].strip()
        self.expect(1, "replay", trace, "--system", self.library + ":short")

    def test_a_bug_behind_three_comparisons_is_found(self):
        self.compile("-DDOORS", *INSTRUMENTED)
        came = self.fuzz("doors", seconds="60")
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        self.assertEqual(program.rule_in(came.stdout), "disjoint")
        self.assertRegex(came.stdout, "size=76 .*\n.* size=111 .*\n.* size=99 ")

    def test_without_a_sanitizer_it_becomes_a_trace_too(self):
        self.compile("-fsanitize=fuzzer-no-link")
        came = self.fuzz("short")
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        trace = came.stdout.split("# saved as   ")[1].strip()
        self.expect(1, "replay", trace, "--system", self.library + ":short")

    def test_what_hangs_is_found_after_seconds_and_becomes_a_trace(self):
        self.compile("-DLOOPS", *INSTRUMENTED)
        came = self.fuzz("loops", seconds="60")
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        self.assertIn("lockstep: hang: this input has used", came.stderr)
        self.assertEqual(program.rule_in(came.stdout), "hang")

    def test_what_is_not_instrumented_is_fuzzed_only_when_told_to(self):
        self.compile()
        came = self.fuzz("short")
        self.assertEqual(came.returncode, 2)
        self.assertIn("is not instrumented", came.stderr)
        self.assertIn(INSTRUMENTED[0], came.stderr)
        self.assertEqual(self.fuzz("short", "--blind").returncode, 1)

    def test_a_sound_one_holds_as_long_as_it_is_told(self):
        self.compile(*INSTRUMENTED)
        for system in ("bump", "alone"):
            came = self.fuzz(system, seconds="0.5")
            self.assertEqual(came.returncode, 0, came.stderr)
        self.assertTrue(os.listdir(os.path.join(self.folder, "out", "corpus")))

    def test_no_engine_says_how_to_get_one(self):
        self.compile(*INSTRUMENTED)
        came = subprocess.run([self.path, "fuzz", self.library],
                              capture_output=True, text=True, check=False,
                              env={**os.environ, "LOCKSTEP_FUZZ": "/nowhere"})
        self.assertEqual(came.returncode, 2, came.stderr)
        self.assertIn("bazel build //fuzz:lockstep-fuzz", came.stderr)

    def test_verify_fuzzes_it_if_it_is_asked_to(self):
        self.compile(*INSTRUMENTED)
        output = os.path.join(self.folder, "report")
        came = subprocess.run(
            [self.path, "verify", self.library + ":short", "--source", "fuzz",
             "--seconds", "2", "--output", output],
            capture_output=True, text=True, check=False,
            env={**os.environ, "LOCKSTEP_FUZZ": ENGINE})
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        with open(output + "/verify.json", encoding="utf-8") as file:
            [result] = json.load(file)["results"]
        self.assertIn("disjoint", [v["rule"] for v in result["violations"]])
        self.assertGreater(result["fuzz"]["executions"], 0)
        self.assertIn("fuzz-short", " ".join(os.listdir(output)))


if __name__ == "__main__":
    ENGINE, SOURCE, DOOR = map(os.path.abspath, sys.argv[2:])
    INCLUDE = os.path.dirname(os.path.dirname(DOOR))
    del sys.argv[2:]
    program.main()
