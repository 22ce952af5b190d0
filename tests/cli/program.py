"""Runs the program under test, which is the first argument of every test here.
"""

import os
import signal
import subprocess
import sys
import time
import unittest

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


def systems(path):
    listed = subprocess.run([*EMULATOR, path, "list", "systems"],
                            capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listed.splitlines()[1:]]


def main():
    Case.path = os.path.abspath(sys.argv.pop(1))
    unittest.main()
