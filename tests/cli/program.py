"""Runs the program under test, which is the first argument of every test here.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from xml.sax import saxutils

SMALL_TRACE = """\
lockstep-trace 1
component buddy
arena size=1024 align=1024
init offset=0 size=1024 -> ok
alloc b0 size=256 align=1 -> 0
alloc b1 size=100 align=8 -> 256
free b0 -> ok
alloc b2 size=512 align=8 -> 512
free b1 -> ok
alloc b3 size=513 align=8 -> no_memory
"""
# See tools/bazel/emulate.sh.
EMULATOR = os.environ.get("LOCKSTEP_EMULATOR", "").split()


class Case(unittest.TestCase):
    path = ""
    has_first_line = False  # Whether it prints one before it begins.

    def run_program(self, *arguments, stdin=""):
        """The CompletedProcess of path with arguments."""
        return subprocess.run([*EMULATOR, self.path, *arguments], input=stdin,
                              capture_output=True, text=True, check=False)

    def expect(self, exit_code, *arguments, stdin=""):
        """The standard output, after a look at the exit code."""
        came = self.run_program(*arguments, stdin=stdin)
        self.assertEqual(came.returncode, exit_code, came.stdout + came.stderr)
        return came.stdout

    def expect_bad_input(self, *arguments, stdin=""):
        """The standard error of what must exit with 2."""
        came = self.run_program(*arguments, stdin=stdin)
        self.assertEqual(came.returncode, 2, came.stdout + came.stderr)
        return came.stderr

    def expect_what_is_printed(self, page, name):
        """Runs the command of a page that starts a program of this name, and
        compares what the page prints below it with what it reports. The last
        line has the time that it took, and no page has it."""
        with open(page, encoding="utf-8") as file:
            text = file.read().replace("\\\n", " ")
        command, report = re.search(
            r"^    \$ .*%s -- (.*)\n((?:    [^$\n].*\n)+)" % name, text,
            re.MULTILINE).groups()
        came = self.expect(1, *command.split())
        self.assertEqual(re.sub("^    ", "", report, flags=re.MULTILINE),
                         "".join(came.splitlines(keepends=True)[:-1]))

    def interrupt(self, command, after_seconds):
        """Of a program that was interrupted: exit code, standard output, and
        how many seconds it took to end."""
        child = subprocess.Popen([*EMULATOR, *command], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True)
        stdout = child.stdout.readline() if self.has_first_line else ""
        time.sleep(after_seconds)
        child.send_signal(signal.SIGINT)
        began = time.monotonic()
        with child:
            stdout += child.stdout.read()
        return child.returncode, stdout, time.monotonic() - began

    def temporary(self, name, text):
        """The path of a new file."""
        path = os.path.join(os.environ["TEST_TMPDIR"], name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def change(self, path, old, new):
        """The new text of a file that has the old one."""
        with open(path, encoding="utf-8") as file:
            text = file.read()
        changed = text.replace(old, new)
        self.assertNotEqual(text, changed)
        with open(path, "w", encoding="utf-8") as file:
            file.write(changed)
        return changed


class Campaign(Case):
    """What holds of every command that tries random scripts until it is told
    to end. Derived from, so that only those who derive are tests."""
    command = ""
    brief = ()  # Arguments that make a run as short as can be.
    longer = ()  # And one that says something,
    seeds = ""  # with these seeds, when the first is 7.
    long = ()  # And one that is still running when it is interrupted.

    def summary(self, *arguments):
        """What it says but for how long it took."""
        stdout = self.expect(0, *arguments)
        return re.sub(r"[\d,]+ a second", "", stdout)

    def test_the_same_seed_does_the_same(self):
        arguments = (self.command, "heap", "--seed", "7") + self.longer
        self.assertEqual(self.summary(*arguments), self.summary(*arguments))
        self.assertIn(" seeds %s, " % self.seeds, self.summary(*arguments))

    def test_without_a_seed_there_is_another_each_time(self):
        arguments = (self.command, "heap") + self.brief
        seeds = {re.search(r"seeds (\d+)", self.summary(*arguments)).group(1)
                 for _ in range(8)}
        self.assertGreater(len(seeds), 1)

    def test_an_interrupt_ends_it_with_a_summary(self):
        command = (self.path, self.command, "heap") + self.long
        code, stdout, seconds = self.interrupt(command, after_seconds=1.5)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 10)
        self.assertRegex(stdout, r"^interrupted; heap: .* 0 violations\n$")
        code, stdout, _ = self.interrupt(command + ("--json",),
                                         after_seconds=1.5)
        self.assertEqual(code, 130)
        self.assertGreater(json.loads(stdout)["operations"], 0)


class ToolCase(Case):
    """Of a program that is told what to run; has a folder to itself."""
    has_first_line = True

    def run_program(self, *arguments, stdin=""):
        """The CompletedProcess of a whole command line."""
        return subprocess.run(arguments, input=stdin, capture_output=True,
                              text=True, check=False)

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])

    def in_folder(self, *names):
        return os.path.join(self.folder, *names)

    def read(self, *names):
        with open(self.in_folder(*names), encoding="utf-8") as file:
            return file.read()


def skip_all(reason):
    """Ends a test that cannot run here. It is one skipped case for tools/test, which
    prints the reason."""
    print("SKIPPED: " + reason)
    with open(os.environ["XML_OUTPUT_FILE"], "w", encoding="utf-8") as file:
        file.write('<testsuites><testsuite><testcase name="all"><skipped '
                   'message=%s/></testcase></testsuite></testsuites>\n'
                   % saxutils.quoteattr(reason))
    sys.exit(0)


def print_table(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    print()  # The name of the case may stand on this line.
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def rule_in(report):
    return re.search(r"^# violation  (\w+): ", report, re.MULTILINE).group(1)


def steps_in(report):
    """Those of a trace, below the line that tells of the arena."""
    lines = report[report.index("\narena "):].splitlines()[2:]
    return [line for line in lines if not line.startswith("#")]


def systems(path):
    listed = subprocess.run([*EMULATOR, path, "list", "systems"],
                            capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listed.splitlines()[1:]]


def run_cases(argv=None):
    """Like unittest.main. Under Bazel, it also writes an XML file that lists which
    cases passed, failed and were skipped, and prints the name of each case as it
    begins, which helps when a test times out."""
    path = os.environ.get("XML_OUTPUT_FILE")
    if path is None:
        unittest.main(argv=argv)
    import xmlrunner
    cases = io.BytesIO()
    runner = xmlrunner.XMLTestRunner(output=cases, outsuffix="", verbosity=2)
    try:
        unittest.main(argv=argv, testRunner=runner)
    finally:
        with open(path, "wb") as file:
            file.write(cases.getvalue())


def main():
    Case.path = os.path.abspath(sys.argv.pop(1))
    run_cases()
