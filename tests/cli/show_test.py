"""lockstep show in a terminal, and lockstep minimise."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading

import program
from showing import (CRASH, HEAD, LOOP, MISALIGNED, SHARED, THREADS, ShowCase,
                     main)


def rows(stdout):
    """The lines of steps, without legend and head."""
    return [line for line in stdout.splitlines() if "|" in line]


class Show(ShowCase):

    def test_the_map_follows_the_blocks(self):
        stdout = self.show(0, program.SMALL_TRACE, "--width", "16")
        steps = rows(stdout)
        self.assertEqual([step[44:] for step in steps], [
            "|................| ok",
            "|aaaa............| 0",
            "|aaaabb..........| 256",
            "|....bb..........| ok",
            "|....bb..cccccccc| 512",
            "|........cccccccc| ok",
            "|........cccccccc| no_memory",
        ])
        self.assertIn("64 bytes a column", stdout)
        self.assertTrue(steps[1].startswith("2     alloc b0 size=256 align=1"))
        self.assertTrue(stdout.endswith("\nall rules hold\n"))

    def test_a_part_can_be_had(self):
        stdout = self.show(0, program.SMALL_TRACE, "--from", "3", "--to", "4")
        numbers = [line.split()[0] for line in rows(stdout)]
        self.assertEqual(numbers, ["3", "4"])
        self.assertIn("--from 8", self.expect_bad_input(
            "show", "-", "--from", "8", stdin=program.SMALL_TRACE))

    def test_what_was_recorded_otherwise_is_violated_and_drawn(self):
        altered = program.SMALL_TRACE.replace("-> 512", "-> 768")
        stdout = self.show(1, altered, "--width", "16")
        self.assertIn("| 512  (recorded: 768)\n", stdout)
        marks = stdout.splitlines()[-6:-4]
        self.assertEqual(
            [mark[44:].strip().split("  ")[0] for mark in marks],
            ["^^^^^^^", "-------"])
        # 80 bytes a column: what was expected passes the end of the region.
        self.assertEqual(marks[0].index("^"), 45 + 512 // 80)
        self.assertEqual(marks[1].index("-"), 45 + 768 // 80)
        self.assertIn("violated: recording: every outcome is", stdout)

    def test_a_broken_trace_is_bad_input(self):
        self.assertIn("-:1: expected 'lockstep-trace', found 'hello'",
                      self.expect_bad_input("show", "-", stdin="hello\n"))

    def test_an_output_that_cannot_be_written_is_bad_input(self):
        self.assertIn("cannot be written", self.expect_bad_input(
            "show", "--html", "-", "-o", "/no/such/folder/page.html",
            stdin=program.SMALL_TRACE))
        self.assertIn("--output is for", self.expect_bad_input(
            "show", "-", "-o", "x.html", stdin=program.SMALL_TRACE))

    def test_there_is_nothing_to_minimise_where_all_holds(self):
        self.assertEqual(
            self.expect(0, "minimise", "-", stdin=program.SMALL_TRACE),
            "-: all rules hold, so there is nothing to minimise\n")


class Violated(ShowCase):

    def test_row_and_block_are_marked_and_the_rule_is_named(self):
        stdout = self.show(1, SHARED, path=self.lying)
        *_, before, broken = rows(stdout)
        self.assertTrue(before.startswith("2     alloc b0"))
        self.assertTrue(broken.startswith("3 <   alloc b1"))
        self.assertIn("b1 breaks the rule\nviolated: disjoint: live blocks do "
                      "not overlap\n  step       3 of 3: alloc b1", stdout)
        self.assertIn("  expected   memory that is not in use\n", stdout)
        self.assertRegex(stdout, r"  came       \[0, \d\), where b0 is live")

    def test_zero_bytes_and_overlaps_are_drawn_and_in_the_legend(self):
        stdout = self.show(1, SHARED, path=self.lying)
        *_, before, broken = rows(stdout)
        self.assertIn("|0", before)
        self.assertIn("|!", broken)
        legend = stdout[:stdout.index("step ")]
        self.assertIn("0 a block of zero bytes", legend)
        self.assertIn("! blocks that overlap", legend)

    def test_a_violation_behind_the_range_is_shown(self):
        stdout = self.show(1, SHARED, "--to", "1", path=self.lying)
        self.assertEqual([row.split()[0] for row in rows(stdout)], ["1", "3"])

    def test_what_happens_after_the_script_is_shown_if_it_is_there(self):
        trace = HEAD % "lying_keeps_zero_bytes" + "alloc b0 size=0 align=1\n"
        stdout = self.show(1, trace, path=self.lying)
        self.assertIn("\nafter the script:\n3 ", stdout)
        self.assertIn(", after the script: everything is freed\n", stdout)
        self.assertNotIn("after the script", self.show(0, program.SMALL_TRACE))

    def test_an_audit_that_fails_is_named(self):
        trace = HEAD % "lying_cries_wolf" + \
            "alloc b0 size=8 align=8\nalloc b1 size=8 align=8\nstats\n"
        stdout = self.show(1, trace, path=self.lying)
        self.assertIn("\nviolated: audit: ", stdout)
        self.assertTrue(stdout.endswith("  came       wolf\n"), stdout)


    def test_the_page_of_docs_shows_what_is_printed(self):
        with open(self.seeing, encoding="utf-8") as file:
            page = file.read()
        printed = page[page.index("    1 byte a column"):
                       page.index("\n\n", page.index("    1 byte a column"))]
        stdout = self.show(
            1, SHARED.replace("size=1024\nalloc", "size=8\nalloc"), "--width",
            "8", path=self.lying)
        # A block of this port has at least a word.
        self.assertEqual(
            re.sub("^    ", "", printed, flags=re.MULTILINE) + "\n",
            re.sub(r"\[0, 4\)", "[0, 8)", stdout))


    def test_a_byte_that_was_written_to_is_marked(self):
        trace = HEAD % "lying_writes_before_its_region"
        trace = trace.replace("=1024", "=65536").replace(
            "offset=0 size=65536", "offset=4096 size=32768")
        stdout = self.show(1, trace, path=self.lying)
        self.assertRegex(stdout, r"\n +\^ +offset 4095\nviolated: outside: ")
        self.assertIn("offset 4095</text>",
                      self.show(1, trace, "--html", path=self.lying))


class Died(ShowCase):

    def test_of_a_crash_the_steps_before_and_the_last_words_are_shown(self):
        for arguments in ((), ("--twin", "dying")):
            with self.subTest(arguments):
                stdout = self.show(1, CRASH, *arguments, path=self.dying)
                *_, before, crash = rows(stdout)
                self.assertTrue(before.startswith("3     alloc b1"), stdout)
                self.assertTrue(crash.startswith("4 <   alloc b2"), stdout)
                self.assertIn("(it did not come back)", crash)
                self.assertIn("violated: crash: ", stdout)
                self.assertIn("  came       SIGABRT", stdout)
                self.assertIn('assertion failed: seven <is> "odd"', stdout)
                self.assertIn("aaaa", crash)

    def test_of_a_loop_the_steps_before_are_shown(self):
        stdout = self.show(1, LOOP, path=self.dying)
        self.assertTrue(rows(stdout)[-1].startswith("4 <   alloc b2"), stdout)
        self.assertIn("violated: hang: every call comes back\n", stdout)


class Threads(ShowCase):

    def test_each_has_a_lane(self):
        stdout = self.show(0, THREADS)
        self.assertRegex(stdout, r"\n      thread 1 +thread 2\n")
        self.assertRegex(stdout, r"\n      \|--- point 7 -+>\n")
        self.assertIn("\nIt was not run: the ops stand", stdout)
        self.assertLessEqual(max(map(len, stdout.splitlines())), 100)

    def test_there_is_no_result_of_what_was_not_run(self):
        self.assertIn("it has threads and is not run here",
                      self.expect_bad_input("show", "-", "--json",
                                            stdin=THREADS))

    def test_no_command_runs_them_as_one_thread(self):
        trace = THREADS.replace("no_such_system", "heap")
        path = self.temporary("threads.trace", trace)
        command_for = " schedules heap --replay %s\n" % path
        for command in ("replay", "minimise", "debug"):
            with self.subTest(command):
                stderr = self.expect_bad_input(command, path)
                self.assertIn("it has threads; ", stderr)
                self.assertIn(command_for, stderr)
        for command, why in (
                ("encode", "a script with threads; bytes have no word for them"),
                ("export", "it has threads, and a C program")):
            with self.subTest(command):
                stderr = self.expect_bad_input(command, path)
                self.assertIn(why, stderr)
                self.assertIn(command_for, stderr)


class Terminal(ShowCase):

    def on_terminal(self, columns, trace, **environment):
        """What is printed to a terminal of so many columns."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))
        path = self.temporary("terminal.trace", trace)
        clean = {name: value for name, value in os.environ.items()
                 if name != "NO_COLOR"}
        child = subprocess.Popen(
            [*program.EMULATOR, self.lying, "show", path], stdout=theirs,
            env={**clean, "TERM": "xterm", **environment})

        def end():
            # Not by closing the terminal: what was printed last may be lost.
            child.wait()
            os.write(theirs, b"\0")

        threading.Thread(target=end).start()
        text = b""
        while not text.endswith(b"\0"):
            text += os.read(ours, 1 << 16)
        os.close(ours)
        os.close(theirs)
        self.assertEqual(child.wait(), 1)
        return text[:-1].decode().replace("\r\n", "\n")

    def test_there_is_colour_on_a_terminal_unless_nobody_wants_it(self):
        self.assertIn("\033[1;31m!\033[0m", self.on_terminal(100, SHARED))
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            with self.subTest(environment):
                self.assertNotIn(
                    "\033", self.on_terminal(100, SHARED, **environment))
        self.assertNotIn("\033", self.show(1, SHARED, path=self.lying))

    def test_no_line_is_longer_than_the_terminal(self):
        for trace in (SHARED, MISALIGNED):
            for columns in (40, 72, 73, 100, 200):
                with self.subTest(columns):
                    text = self.on_terminal(columns, trace)
                    text = re.sub("\033\\[[0-9;]*m", "", text)
                    if columns < 73:
                        self.assertLessEqual(
                            max(map(len, text.splitlines())), columns, text)
                    for row in rows(text):
                        self.assertLessEqual(len(row), columns, text)
                    self.assertIn("breaks the rule", text)


if __name__ == "__main__":
    main()
