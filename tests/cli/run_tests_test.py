"""tools/test: which tests it runs, where, and how it counts what Bazel says.

Arguments: tools/test, and any file of tools/report.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import program

CASES = """\
<testsuites><testsuite name="Buddy">
<testcase name="Merges" status="run" classname="Buddy"/>
<testcase name="Splits" status="run" classname="Buddy"/>
<testcase name="Fails" status="run" classname="Buddy">
<failure message="no"/></testcase>
<testcase name="Replays" status="run" result="skipped" classname="Buddy">
<skipped message="buddy_test.cc:7&#x0A;recorded elsewhere"/></testcase>
</testsuite></testsuites>
"""
OF_PYTHON = """\
import sys
import unittest
import program

class Some(unittest.TestCase):
    def test_fails(self):
        self.assertEqual(1, 2, "".join("line %d\\n" % i for i in range(40)))

    def test_fails_in_parts(self):
        for part in "abc":
            with self.subTest(part):
                self.assertEqual(part, "b")

    def test_passes(self):
        for part in "abc":
            with self.subTest(part):
                self.assertTrue(part)

    @unittest.skip("not today")
    def test_is_skipped(self):
        pass

program.run_cases(sys.argv[:1])
"""


class Arguments(unittest.TestCase):

    def test_without_any_all_tests_run_here(self):
        self.assertEqual(run_tests.plan_of([]), ([], [], ["//..."]))

    def test_an_architecture_has_its_packages_its_config_and_its_tests(self):
        for arguments in (["--arch", "s390x"], ["--arch=s390x"]):
            self.assertEqual(
                run_tests.plan_of(arguments),
                (["--arch", "s390x"],
                 ["--config=s390x", "--build_tests_only"],
                 run_tests.PORTABLE))

    def test_of_an_architecture_the_targets_named_run(self):
        self.assertEqual(
            run_tests.plan_of(["--arch", "m32", "--test_filter=A.*", "//a:b"]),
            (["--arch", "m32"], ["--config=m32", "--test_filter=A.*"],
             ["//a:b"]))

    def test_portable_is_in_addition_to_the_targets_named(self):
        self.assertEqual(
            run_tests.plan_of(["--portable", "--config=asan", "--", "//a/..."]),
            ([], ["--config=asan", "--build_tests_only"],
             run_tests.PORTABLE + ["//a/..."]))

    def test_what_is_portable_is_there(self):
        root = os.path.dirname(os.path.dirname(os.path.realpath(TOOL)))
        for pattern in run_tests.PORTABLE:
            folder = re.fullmatch("-?//(.*)/[.]{3}", pattern).group(1)
            self.assertTrue(os.path.isdir(os.path.join(root, folder)), pattern)


class Usage(program.Case):

    def run_program(self, *arguments, stdin=""):
        return subprocess.run((TOOL,) + arguments, input=stdin,
                              capture_output=True, text=True, check=False)

    def test_help_says_what_there_is(self):
        text = self.expect(0, "--help")
        self.assertIn("Exit code:", text)
        self.assertIn("--arch NAME", text)

    def test_every_architecture_is_known_to_all_that_must_know_it(self):
        said = self.expect_bad_input("--arch", "vax")
        self.assertIn("no architecture 'vax'", said)
        names = said.strip().split(": ")[-1].split()
        self.assertIn("s390x", names)
        with open(BAZELRC, encoding="utf-8") as file:
            configs = re.findall(r"^build:(\S+) --cpu=\1 ?", file.read(), re.M)
        self.assertEqual(sorted(names), sorted(set(configs) - {"gcc"}))
        for name in names:
            self.assertIn(name, self.expect(0, "--help"))

    def test_an_architecture_without_a_name_is_bad_usage(self):
        self.assertIn("there are:", self.expect_bad_input("--arch"))


class Counts(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        self.cases = os.path.join(self.folder, "test.xml")
        with open(self.cases, "w", encoding="utf-8") as file:
            file.write(CASES)

    def read(self, *events):
        path = os.path.join(self.folder, "events.json")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
        return run_tests.read_events(path)

    def ran(self, label, status):
        return {"id": {"testResult": {"label": label}},
                "testResult": {"status": status, "testActionOutput": [
                    {"name": "test.xml", "uri": "file://" + self.cases}]}}

    def test_cases_are_counted(self):
        [came] = self.read(self.ran("//a:b", "FAILED"))
        self.assertEqual((came.passed, came.failed), (2, 1))
        self.assertEqual(came.failed_cases, [("Buddy.Fails", ["no"])])

    def test_cases_of_python_tests_are_counted(self):
        environment = dict(os.environ, XML_OUTPUT_FILE=self.cases,
                           PYTHONPATH=os.path.dirname(program.__file__))
        ran = subprocess.run([sys.executable, "-c", OF_PYTHON], check=False,
                             env=environment, capture_output=True, text=True)
        self.assertEqual(ran.returncode, 1, ran.stderr)
        [came] = self.read(self.ran("//a:b", "FAILED"))
        self.assertEqual((came.passed, came.failed, came.skipped),
                         (1, 3, ["not today"]))
        [(whole, words), (first, _), (last, _)] = came.failed_cases
        self.assertEqual(
            (whole, first, last),
            ("Some.test_fails", "Some.test_fails_in_parts [a]",
             "Some.test_fails_in_parts [c]"))
        self.assertEqual(words[:2], ["AssertionError: 1 != 2 : line 0", "line 1"])
        self.assertEqual(words[-2:], ["line 38", "line 39"])
        self.assertLess(len(words), 15)

    def test_what_did_not_run_is_named_with_the_reason(self):
        results = self.read(
            self.ran("//a:b", "FAILED"),
            {"id": {"targetCompleted": {"label": "//a:c"}},
             "aborted": {"reason": "SKIPPED"}})
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            run_tests.show_skipped(results)
        self.assertEqual(said.getvalue(),
                         "tools/test: 1 skipped: recorded elsewhere\n"
                         "tools/test: not for this build: //a:c\n")

    def test_what_cannot_be_built_has_failed(self):
        [came] = self.read({"id": {"targetCompleted": {"label": "//a:d"}},
                            "completed": {}})
        self.assertEqual((came.failed, came.status), (1, "FAILED TO BUILD"))


if __name__ == "__main__":
    TOOL, REPORT, BAZELRC = map(os.path.abspath, sys.argv[1:4])
    sys.path.insert(0, os.path.dirname(REPORT))
    from testing import run as run_tests
    program.run_cases(sys.argv[:1])
