"""What demanding users met: pipes, interrupts, broken files, wrong words."""

import os
import signal
import subprocess
import tempfile
import unittest

import program

LIMIT_SECONDS = 120


class Edges(program.Case):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_a_wrong_command_is_told_which_there_are(self):
        err = self.expect_bad_input("radnom", "heap")
        self.assertIn("there is no command 'radnom'; did you mean random?", err)
        self.assertIn(" replay", err)

    def test_an_unknown_system_names_the_file_that_asks_for_it(self):
        path = self.file("a.trace", program.SMALL_TRACE.replace("buddy", "nosuch"))
        self.assertIn(path + ": there is no system 'nosuch'",
                      self.expect_bad_input("replay", path))

    def test_a_file_that_may_not_be_read_is_not_called_a_wrong_name(self):
        self.assertIn("No such file", self.expect_bad_input(
            "replay", os.path.join(self.folder, "none.trace")))
        self.assertIn("Is a directory",
                      self.expect_bad_input("minimise", self.folder))

    def test_a_long_line_and_its_escapes_are_not_echoed(self):
        path = self.file("a.trace", program.SMALL_TRACE + "\x1b[31m" +
                         "x" * 1000000 + "\n")
        err = self.expect_bad_input("replay", path)
        self.assertIn("a.trace:11: ", err)
        self.assertLess(len(err), 1000)
        self.assertNotIn("\x1b", err)

    def test_a_trace_of_which_every_step_was_skipped_shows_nothing(self):
        path = self.file("a.trace", "lockstep-trace 1\ncomponent buddy\n"
                         "arena size=1024 align=1024\nfree b0\nfree b1\n")
        self.assertIn("nothing was tried", self.expect_bad_input("replay", path))

    def test_a_pipe_in_a_folder_of_traces_is_left_out(self):
        self.file("a.trace", program.SMALL_TRACE)
        os.mkfifo(os.path.join(self.folder, "b.trace"))
        out = self.expect(0, "replay", self.folder)
        self.assertIn("replayed 1 traces", out)

    def test_an_arena_too_large_is_said(self):
        path = self.file("a.trace", "lockstep-trace 1\ncomponent buddy\n"
                         "arena size=1099511627776 align=1\n"
                         "init offset=0 size=1024\n")
        came = self.run_program("replay", path)
        # There is address space for it, or there is not.
        self.assertIn((came.returncode, "memory" in came.stderr),
                      ((0, False), (2, True)), came.stderr)
        self.assertNotIn("bad_alloc", came.stderr)

    def test_an_interrupt_ends_the_wait_for_a_pipe(self):
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        child = subprocess.Popen([self.path, "replay", pipe],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.kill)
        # It comes back once the child has opened the other end.
        with open(pipe, "wb"):
            child.send_signal(signal.SIGINT)
            child.communicate(timeout=LIMIT_SECONDS)
        self.assertEqual(child.returncode, 130)

    def test_an_interrupt_ends_a_long_replay(self):
        ops = "alloc b0 size=8 align=8\nfree b0\n" * 1000000
        path = self.file("a.trace", "lockstep-trace 1\ncomponent buddy\n"
                         "arena size=1024 align=1024\n"
                         "init offset=0 size=1024\n" + ops)
        child = subprocess.Popen([self.path, "replay", path],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.kill)
        # It has read the trace, and runs it in a cell.
        tasks = "/proc/%d/task/%d/children" % (child.pid, child.pid)
        while not open(tasks, encoding="ascii").read():
            self.assertIsNone(child.poll())
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=LIMIT_SECONDS)
        self.assertEqual(child.returncode, 130)


if __name__ == "__main__":
    program.main()
