"""That what was found in allocators of others is there still, and that the port
which goes around it holds.

A test that fails may have good news: the package is mended. Then let <name>_as_is
say so in its summary, for that version, and let <name> do without the detour; when
no Debian that Lockstep is built on has the old version, all of it can go.

Arguments: traces, each named <system>-<rule>.trace, and the command lines of
all <system>s, each named <system>_lockstep.
"""

import os
import re
import sys

import program

TRACES, PROGRAMS = [], []


class Found(program.Case):

    def choose_program(self, path):
        system = os.path.basename(path).rpartition("-")[0]
        [self.path] = [one for one in PROGRAMS
                       if os.path.basename(one) == system + "_lockstep"]
        return system

    def replay(self, path, *options):
        self.choose_program(path)
        return self.run_program("replay", path, *options)

    def is_mended(self, path):
        """Whether its port says so of the version that is installed."""
        system = self.choose_program(path)
        [summary] = re.findall(r"^  %s +(.+)$" % system, self.expect(0, "list"),
                               re.MULTILINE)
        return summary.endswith("is mended")

    def test_as_it_is_it_breaks_the_rule_until_mended(self):
        self.assertTrue(TRACES)
        for path in TRACES:
            with self.subTest(path):
                rule = os.path.basename(path).rpartition("-")[2][:-len(".trace")]
                came = self.replay(path)
                if self.is_mended(path):
                    self.assertEqual(came.returncode, 0, came.stdout)
                else:
                    self.assertEqual(came.returncode, 1, came.stdout)
                    self.assertIn("# violation  %s: " % rule, came.stdout)

    def test_with_a_detour_it_holds(self):
        for path in TRACES:
            with self.subTest(path):
                system = os.path.basename(path).rpartition("_as_is-")[0]
                came = self.replay(path, "--system", system)
                self.assertEqual(came.returncode, 0, came.stdout + came.stderr)


if __name__ == "__main__":
    for argument in map(os.path.abspath, sys.argv[1:]):
        (TRACES if argument.endswith(".trace") else PROGRAMS).append(argument)
    program.run_cases(sys.argv[:1])
