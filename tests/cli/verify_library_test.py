"""`lockstep verify` on libraries; its results for other programs; what becomes of
its processes when it is killed.

Arguments: the command line, the one with ports that lie, a library with one
port, one with two ports, and one that replaces malloc and forgets to align.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

import program

LOCKSTEP, LYING, ONE, TWO, MALLOC = "", "", "", "", ""
LIAR = "lying_aligns_to_half"


class Verify(program.ToolCase):

    def command(self, *arguments, lockstep=None):
        return (lockstep or LOCKSTEP, "verify", "--output", self.folder,
                "--seconds", "0.2", "--seed", "7", *arguments)

    def verify(self, exit_code, *arguments, lockstep=None):
        """(what it printed, verify.json)."""
        stdout = self.expect(
            exit_code, *self.command(*arguments, lockstep=lockstep))
        return stdout, json.loads(self.read("verify.json"))


class Libraries(Verify):

    def sources_of(self, fields):
        return [(r["source"], r["system"]) for r in fields["results"]]

    def test_a_library_is_run_by_every_source_that_needs_no_more(self):
        _, fields = self.verify(0, ONE)
        self.assertEqual(self.sources_of(fields), [
            ("random", "bump"), ("props", "bump"), ("explore", "bump")])

    def test_ports_of_one_library_and_systems_are_run_side_by_side(self):
        _, fields = self.verify(1, TWO + ":bump", TWO + ":short", "slab",
                                "--source", "random")
        self.assertEqual(self.sources_of(fields), [
            ("random", "slab"), ("random", "bump"), ("random", "short")])
        self.assertEqual([r["verdict"] for r in fields["results"]],
                         ["held", "held", "violated"])

    def test_two_libraries_with_ports_of_one_name_have_reports_each(self):
        _, fields = self.verify(0, ONE, TWO + ":bump", "--source", "random")
        self.assertEqual(self.sources_of(fields), [
            ("random", "bump"), ("random", "bump.2")])

    def test_no_two_violations_are_saved_in_one_file(self):
        other = self.in_folder("other.so")
        shutil.copy(TWO, other)
        _, fields = self.verify(1, TWO + ":short", other + ":short",
                                "--source", "random")
        files = [violation["file"] for result in fields["results"]
                 for violation in result["violations"]]
        self.assertEqual(len(files), 4)
        self.assertEqual(len(set(files)), 4)

    def test_a_malloc_is_not_explored_and_its_violation_can_be_seen_again(self):
        stdout, fields = self.verify(1, "--malloc", MALLOC, "--lockstep",
                                     LOCKSTEP)
        self.assertEqual([r["source"] for r in fields["results"]],
                         ["random", "props"])
        self.assertEqual({f["rule"] for f in fields["findings"]}, {"aligned"})
        again = re.search("^to see it again: (.*)$", stdout, re.MULTILINE)
        came = self.run_program("bash", "-c", again.group(1))
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        self.assertIn("<div class=\"ls\" data-rule=\"aligned\">",
                      self.read("index.html"))

    def test_what_is_no_library_is_told(self):
        self.assertIn("./nowhere.so", self.expect_bad_input(
            *self.command("./nowhere.so")))
        self.assertIn("is not instrumented", self.expect_bad_input(
            *self.command(ONE, "--source", "fuzz")))


class Results(Verify):

    def test_json_is_all_of_the_output(self):
        stdout, fields = self.verify(
            1, LIAR, "--json", "--source", "random", lockstep=LYING)
        whole = json.loads(stdout)
        self.assertEqual((whole["command"], whole["verdict"], whole["exit_code"],
                          whole["seed"], whole["operations"]),
                         ("verify", "violated", 1, 7, fields["operations"]))
        [found] = whole["findings"]
        self.assertEqual((found["rule"], found["system"]), ("aligned", LIAR))
        self.assertEqual(found["report"],
                         self.read("random-%s.trace" % LIAR))

    def test_files_have_a_part_for_each_source_and_system(self):
        junit, sarif = self.in_folder("junit.xml"), self.in_folder("sarif")
        self.verify(1, LIAR, "--junit", junit, "--sarif", sarif,
                    "--source", "random", "--source", "explore", lockstep=LYING)
        cases = list(ElementTree.parse(junit).getroot().iter("testcase"))
        self.assertGreaterEqual(len(cases), 2)
        for case in cases:
            self.assertIsNotNone(case.find("failure"))
        with open(sarif, encoding="utf-8") as file:
            self.assertIn("aligned", file.read())


class Ended(Verify):

    def test_a_violation_beside_bad_input_is_not_lost(self):
        for name, text in (("bad", "lockstep-trace 1\ncomponent %s\ninit and so on\n" % LIAR),
                           ("good", "lockstep-trace 1\ncomponent %s\n"
                            "arena size=4096 align=4096\n"
                            "init offset=0 size=4096\n"
                            "alloc b0 size=1 align=1\n"
                            "alloc b1 size=64 align=64\n" % LIAR)):
            with open(self.in_folder(name + ".trace"), "w",
                      encoding="utf-8") as file:
                file.write(text)
        _, fields = self.verify(2, LIAR, "--source", "recordings", "--traces",
                                self.folder, lockstep=LYING)
        [result] = fields["results"]
        self.assertEqual([v["rule"] for v in result["violations"]], ["aligned"])
        self.assertNotEqual(result["problems"], [])

    def test_killed_it_leaves_no_process(self):
        child = subprocess.Popen(
            self.command("--source", "random", "--seconds", "60",
                         "--system", "heap", "--jobs", "2"),
            stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        below = set()
        # Both commands, and a cell below each.
        while len(below) < 4 and time.monotonic() < deadline:
            below = descendants_of(child.pid)
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.assertGreaterEqual(len(below), 4)
        while any(map(is_alive, below)) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(list(filter(is_alive, below)), [])


def descendants_of(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid),
                  encoding="ascii") as file:
            children = set(map(int, file.read().split()))
    except (FileNotFoundError, ProcessLookupError):
        return set()
    return children.union(*map(descendants_of, children))


def is_alive(pid):
    """What has ended and waits for its parent is a zombie, and not alive."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    LOCKSTEP, LYING, ONE, TWO, MALLOC = map(os.path.abspath, sys.argv[1:6])
    program.run_cases(sys.argv[:1])
