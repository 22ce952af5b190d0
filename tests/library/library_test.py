"""Ports that a shared library exports: every command takes its path.

Arguments: the command line, and libraries.
"""

import os
import re
import shlex
import sys

import program


class Library(program.Case):

    def if_there_is_props(self, library):
        """Where there is no RapidCheck, there is no such command."""
        if " props " in self.expect(0, "--help"):
            yield ("props", library, "--cases", "50", "--seed", "1")

    def random(self, library, *arguments):
        return ("random", library, "--seed", "1", "--ops", "20000", *arguments)

    def test_a_sound_port_holds_in_every_source(self):
        one = LIBRARIES["one"]
        for words in (self.random(one), self.random(one, "--swarm"),
                      *self.if_there_is_props(one), ("explore", one), ("misuse", one, "--variants", "2"),
                      ("random", one, "--twin", one, "--ops", "2000")):
            with self.subTest(" ".join(words)):
                self.expect(0, *words)

    def test_it_is_described_before_it_is_run(self):
        text = self.expect(0, "list", LIBRARIES["two"])
        self.assertRegex(text, r"(?s)^bump\n.*^heap\n.*^short\n".replace(
            "^", "(?m:^)"))
        self.assertIn("promises      SNAPSHOTS", text)
        self.assertIn("offers        init allocate deallocate", text)

    def test_of_several_ports_one_is_named(self):
        two = LIBRARIES["two"]
        self.expect(0, *self.random(two + ":bump"))
        self.expect(0, *self.random(two + ":heap"))
        self.expect(1, *self.random(two + ":short"))
        for path in (two, two + ":long"):
            text = self.expect_bad_input("random", path)
            self.assertIn("there are: alone bump heap short", text)

    def test_what_a_report_says_can_be_run(self):
        """All commands, on the trace of a violation."""
        short = LIBRARIES["two"] + ":short"
        report = self.expect(1, *self.random(short))
        trace = self.temporary("short.trace", report)
        again = re.search(r"and run: (.*)", report).group(1)
        self.assertIn("--system " + short, again)
        words = shlex.split(again.replace("FILE", trace))[1:]
        self.assertIn("1 divergences", self.expect(1, *words))
        found = re.search(r"# found by   (.*)", report).group(1)
        self.assertEqual(self.expect(1, *shlex.split(found)[1:]).splitlines()[:-1],
                         report.splitlines()[:-1])
        for command in ("show", "minimise"):
            text = self.expect(1, command, trace, "--system", short)
            self.assertIn("disjoint", text)
        for words in self.if_there_is_props(short):
            report = self.expect(1, *words)
            again = re.search(r"and run: (.*)", report).group(1)
            trace = self.temporary("props.trace", report)
            self.expect(1, *shlex.split(again.replace("FILE", trace))[1:])

    def test_what_explore_finds_can_be_run(self):
        short = LIBRARIES["two"] + ":short"
        report = self.expect(1, "explore", short)
        trace = self.temporary("explore.trace", report)
        again = re.search(r"and run: (.*)", report).group(1)
        self.expect(1, *shlex.split(again.replace("FILE", trace))[1:])

    def expect_complaint(self, library, *parts):
        text = self.expect_bad_input("random", library)
        for part in parts:
            self.assertIn(part, text)
        self.assertEqual(len(text.splitlines()), 1, text)

    def test_what_does_not_load_says_what_to_do(self):
        self.expect_complaint("./not_there.so", "./not_there.so: No such file")
        self.expect_complaint(self.temporary("text.so", "text"),
                              "is not a shared library")
        self.expect_complaint(self.temporary("empty.so", ""),
                              "is not a shared library")
        self.expect_complaint("./", "is a folder")
        self.expect_complaint(LIBRARIES["nothing"], "exports no port",
                              "start_the_engine", "LOCKSTEP_EXPORT(my_port)")
        self.expect_complaint(LIBRARIES["faulty"], "the port faulty: create",
                              "are required")
        self.expect_complaint(LIBRARIES["lacking"],
                              "undefined symbol: not_there",
                              "link the library with")

    def changed(self, name, offset, byte):
        """With another number, of two bytes, at this offset."""
        with open(LIBRARIES["one"], "rb") as file:
            data = bytearray(file.read())
        order = "big" if data[5] == 2 else "little"
        data[offset:offset + 2] = byte.to_bytes(2, order)
        path = os.path.join(os.environ["TEST_TMPDIR"], name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def test_another_machine_is_named(self):
        self.expect_complaint(self.changed("arm.so", 18, 183),
                              "is for AArch64, and this program is for")
        self.expect_complaint(self.changed("program.so", 16, 2), "-shared")

    def test_a_file_that_is_cut_off_does_no_harm(self):
        with open(LIBRARIES["one"], "rb") as file:
            data = file.read()
        path = os.path.join(os.environ["TEST_TMPDIR"], "cut.so")
        for size in (1, 63, 64, 200, len(data) // 2, len(data) - 1):
            with open(path, "wb") as file:
                file.write(data[:size])
            came = self.run_program("list", path)
            self.assertEqual(came.returncode, 2, came.stderr)
        self.assertIn("cut off", came.stderr)

    def test_nothing_named_is_bad_usage(self):
        self.assertIn("--malloc", self.expect_bad_input("random"))


LIBRARIES = {}

if __name__ == "__main__":
    for path in sys.argv[2:]:
        LIBRARIES[os.path.basename(path)[:-3]] = os.path.abspath(path)
    del sys.argv[2:]
    program.main()
