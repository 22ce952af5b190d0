"""What the tests of `lockstep verify` share.

Arguments of each: the command line, the one with ports that lie, tools/verify,
and the recordings.
"""

import json
import os
import re
import shutil
import sys

import program


def json_of(operations, reports=()):
    """What a command that was given --json prints."""
    return json.dumps({
        "schema": 1, "command": "random", "system": "fake",
        "verdict": "violated" if reports else "held",
        "exit_code": 1 if reports else 0, "seed": 1, "operations": operations,
        "served": operations, "refused": 0, "skipped": 0, "seconds": 0.5,
        "processor_seconds": 0.5, "findings": list(map(finding, reports)),
        "problems": [], "details": {}})


def finding(report):
    def value(key):
        found = re.search("^# %s +(.*)$" % key, report, re.MULTILINE)
        return found.group(1) if found else ""

    rule, _, claim = value("violation").partition(": ")
    step, _, op = value("step").partition(": ")
    return {"rule": rule, "claim": claim, "step": int(step.split()[0]),
            "op": op, "expected": value("expected"), "came": value("came"),
            "place": value("place"), "last_words": value("last words"),
            "found_by": "", "again": value("To see it again").partition(
                "run: ")[2], "file": "", "system": "fake", "report": report,
            "script": report[report.index("lockstep-trace"):]}


class Verify(program.ToolCase):
    lockstep, lying, script, traces = "", "", "", ""
    tool = ()  # What is tested: a command.

    def command(self, lockstep, *arguments):
        return (*self.tool, "--lockstep", lockstep, "--traces", self.traces,
                "--output", self.folder, "--seconds", "0.1") + arguments

    def verify(self, exit_code, lockstep, *arguments):
        """(what it printed, verify.json)."""
        stdout = self.expect(exit_code, *self.command(lockstep, *arguments))
        return stdout, self.read_json()

    def read_json(self):
        return json.loads(self.read("verify.json"))

    def quick_recordings(self, *numbers):
        """A folder with those of small heaps, and of the buddy, that have one of
        these numbers. After each step of one of a large heap, a buddy looks at
        each of a hundred thousand units."""
        folder = self.in_folder("traces")
        quick = ("buddy-", "heap-min-", "heap-64k-")
        endings = tuple(number + ".trace" for number in numbers)
        shutil.copytree(self.traces, folder, ignore=lambda _, names: [
            name for name in names
            if not (name.startswith(quick) and name.endswith(endings))])
        return folder

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
    Verify.lockstep, Verify.lying, Verify.script, *paths = map(
        os.path.abspath, sys.argv[1:])
    Verify.tool = (Verify.lockstep, "verify")
    Verify.traces = os.path.dirname(paths[0])
    program.run_cases(sys.argv[:1])
