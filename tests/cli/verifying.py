"""What the tests of tools/verify share.

Arguments of each: the command line, the one with ports that lie, tools/verify,
and the recordings.
"""

import json
import os
import sys
import unittest

import program

JSON_LINE = ('{"source":"random","system":"fake","operations":%d,'
             '"seconds":0.5,"violations":0}')


class Verify(program.ToolCase):
    lockstep, lying, tool, traces = "", "", "", ""

    def command(self, lockstep, *arguments):
        return (self.tool, "--lockstep", lockstep, "--traces", self.traces,
                "--output", self.folder, "--seconds", "0.2") + arguments

    def verify(self, exit_code, lockstep, *arguments):
        """(what it printed, verify.json)."""
        stdout = self.expect(exit_code, *self.command(lockstep, *arguments))
        return stdout, self.read_json()

    def read_json(self):
        return json.loads(self.read("verify.json"))

    def fake(self, script, *systems):
        """A program that runs its systems, or its one system, by the script."""
        path = self.temporary("fake-lockstep", """\
#!/bin/bash
if [[ $1 == list ]]; then
  echo systems
%s
else
  %s
fi
""" % ("\n".join('  echo "  %s  one"' % system
                   for system in systems or ("fake",)), script))
        os.chmod(path, 0o755)
        return path

    def fake_random(self, exit_code, script):
        """The result of such a program, and what was printed."""
        stdout, fields = self.verify(
            exit_code, self.fake(script), "--source", "random")
        return fields["results"][0], stdout


def main():
    Verify.lockstep, Verify.lying, Verify.tool, *paths = map(
        os.path.abspath, sys.argv[1:])
    Verify.traces = os.path.dirname(paths[0])
    unittest.main(argv=sys.argv[:1])
