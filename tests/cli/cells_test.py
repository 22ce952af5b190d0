"""What a port does to its process ends no run: it is reported, made short, and can
be run again, exported, and met in a debugger.

Arguments: command lines with my_alloc, my_alloc_forgets_a_link and
my_alloc_short_header.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

import program

HONEST, LOOPS, SHORT_HEADER = "", "", ""
# What random scripts find in my_alloc_forgets_a_link, when it is short.
FOUND = """\
lockstep-trace 1
component my_alloc_forgets_a_link
arena size=1048576 align=1048576
init offset=0 size=96
alloc b0 size=33 align=1
alloc b1 size=0 align=1
free b0
alloc b2 size=0 align=1
alloc b3 size=0 align=1
free b2
free b3
alloc b4 size=30 align=1
"""
# Of one that would go on for ever, if nobody ended it.
LIMIT_SECONDS = 120


def run(path, *arguments):
    return subprocess.run([path, *arguments], capture_output=True, text=True,
                          check=False, timeout=LIMIT_SECONDS)


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def is_alive(pid):
    """A child that nobody waits for is a zombie, and not alive."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def steps_of(report):
    lines = report.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("arena"))
    return [line for line in lines[first + 1:] if not line.startswith("#")]


class Cells(program.Case):

    def expect_report(self, came, most_steps):
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        self.assertIn("# violation  ", came.stdout)
        self.assertLessEqual(len(steps_of(came.stdout)), most_steps)
        return came.stdout

    def test_who_loops_while_it_is_made_short_is_reported_by_every_source(self):
        name = "my_alloc_forgets_a_link"
        in_time = ["--minimise-seconds", str(LIMIT_SECONDS)]
        for command in (["random", name, "--seed", "1", *in_time],
                        ["random", name, "--seed", "1", "--swarm", *in_time],
                        ["explore", name, "--go-back", "replay"],
                        ["props", name, "--seed", "1"]):
            with self.subTest(command[0]):
                report = self.expect_report(run(LOOPS, *command), 10)
                if command[0] == "random":
                    self.assertNotIn("given up", report)
                with tempfile.NamedTemporaryFile("w", suffix=".trace") as file:
                    file.write(report)
                    file.flush()
                    again = run(LOOPS, "replay", file.name,
                                "--minimise-seconds", "0.1")
                self.assertEqual(again.returncode, 1, again.stdout)

    def test_a_loop_while_states_are_told_apart_has_a_trace(self):
        came = run(LOOPS, "explore", "my_alloc_forgets_a_link", "--concrete",
                   "--go-back", "replay", "--threads", "1")
        # What it comes from breaks another rule, before it loops.
        # How short it is, depends on how much can be tried in ten seconds.
        report = self.expect_report(came, 4096)
        self.assertIn("# It showed as a hang, in the requests that tell states "
                      "apart.\n# violation  disjoint: ", report)

    def test_what_crashed_before_is_a_trace_of_two_steps(self):
        name = "my_alloc_short_header"
        self.expect_report(run(SHORT_HEADER, "random", name, "--seed", "1"), 3)

    def test_its_honest_twin_holds(self):
        came = run(HONEST, "random", "my_alloc", "--seed", "1")
        self.assertEqual(came.returncode, 0, came.stdout + came.stderr)

    def test_without_cells_it_is_the_same(self):
        arguments = ("random", "my_alloc", "--seed", "7", "--ops", "50000")
        # The last word but four of the line is how fast it was.
        cells = run(HONEST, *arguments).stdout.rpartition(" served")[0]
        process = run(HONEST, *arguments, "--in-process").stdout
        self.assertNotEqual(cells, "")
        self.assertEqual(process.rpartition(" served")[0], cells)

    def test_the_first_finding_does_not_hide_the_others(self):
        with tempfile.TemporaryDirectory() as folder:
            came = run(LOOPS, "random", "my_alloc_forgets_a_link", "--seed", "1",
                       "--keep-going", "2", "--minimise-seconds", "0.1",
                       "-o", folder)
            self.assertEqual(came.returncode, 1, came.stderr)
            self.assertEqual(came.stdout.count("# violation  "), 2)
            self.assertEqual(len(os.listdir(folder)), 2)

    def test_a_rule_can_be_left_out(self):
        came = run(LOOPS, "random", "my_alloc_forgets_a_link", "--seed", "1",
                   "--without", "contents", "--without", "disjoint",
                   "--no-zero", "--max-size", "64", "--ops", "20000",
                   "--minimise-seconds", "0.1")
        self.assertNotIn("violation  contents", came.stdout)
        self.assertNotIn("violation  disjoint", came.stdout)
        self.assertNotIn("size=0", came.stdout.partition("init")[2])
        self.assertIn("ended early", came.stderr)

    def test_names_that_there_are_not_are_bad_input(self):
        for wrong in (["--without", "nosuch"], ["--max-align", "3"],
                      ["--region-align", "0"], ["--max-size", "0"]):
            came = run(HONEST, "random", "my_alloc", *wrong)
            self.assertEqual(came.returncode, 2, came.stderr)
            self.assertIn(wrong[0], came.stderr)


class Ended(program.Case):
    """By a signal from outside."""

    def start(self):
        child = subprocess.Popen(
            [HONEST, "random", "my_alloc", "--seconds", str(LIMIT_SECONDS)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(child.kill)
        while not children_of(child.pid):
            self.assertIsNone(child.poll())
        return child, children_of(child.pid)[0]

    def test_a_cell_that_is_killed_is_a_crash_that_does_not_come_again(self):
        child, cell = self.start()
        os.kill(cell, signal.SIGKILL)
        out, err = child.communicate(timeout=LIMIT_SECONDS)
        self.assertEqual(child.returncode, 1, out + err)
        self.assertIn("# came       SIGKILL", out)
        self.assertIn("it held", out)

    def test_a_cell_does_not_outlive_its_parent(self):
        child, cell = self.start()
        child.kill()
        child.wait()
        deadline = time.monotonic() + LIMIT_SECONDS
        while is_alive(cell) and time.monotonic() < deadline:
            pass
        self.assertFalse(is_alive(cell))

    def test_an_interrupt_says_how_far_it_came(self):
        child, _ = self.start()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=LIMIT_SECONDS)
        self.assertEqual(child.returncode, 130, out + err)
        self.assertIn("interrupted; my_alloc: ", out)


class OtherPrograms(program.Case):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.trace = os.path.join(cls.folder, "found.trace")
        with open(cls.trace, "w", encoding="utf-8") as file:
            file.write(FOUND)

    def test_debug_stops_in_front_of_the_step(self):
        came = run(LOOPS, "debug", self.trace, "--debugger", "echo")
        self.assertEqual(came.returncode, 0, came.stderr)
        self.assertRegex(came.stdout,
                         r"-ex run --args .* replay --in-process --break \d+ ")
        words = came.stdout.split()
        stopped = run(LOOPS, *words[words.index("replay"):])
        self.assertEqual(stopped.returncode, -signal.SIGTRAP)

    def test_debug_without_a_debugger_says_what_to_do(self):
        came = run(LOOPS, "debug", self.trace, "--debugger", "nosuch")
        self.assertEqual(came.returncode, 2)
        self.assertIn("install gdb", came.stderr)

    def test_an_exported_program_compiles_and_runs(self):
        source = os.path.join(self.folder, "repro.c")
        binary = os.path.join(self.folder, "repro")
        came = run(LOOPS, "export", self.trace, "-o", source)
        self.assertEqual(came.returncode, 0, came.stderr)
        built = run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", source,
                    "-o", binary)
        self.assertEqual(built.returncode, 0, built.stderr)
        ran = run(binary)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertIn("block 0 of ", ran.stdout)
        self.assertIn("nothing seen", ran.stdout)

    def test_an_exported_program_sees_a_block_that_is_handed_out_twice(self):
        source = os.path.join(self.folder, "repro.c")
        binary = os.path.join(self.folder, "repro")
        with open(os.path.join(self.folder, "two.trace"), "w",
                  encoding="utf-8") as file:
            file.write("lockstep-trace 1\ncomponent my_alloc\n"
                       "arena size=64 align=64\ninit offset=0 size=64\n"
                       "alloc b0 size=8 align=8\nalloc b1 size=8 align=8\n")
        run(LOOPS, "export", file.name, "-o", source)
        self.change(source, "malloc(bytes)", "(void*)arena")
        self.assertEqual(run("gcc", "-w", source, "-o", binary).returncode, 0)
        ran = run(binary)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("overlaps another block: block 1", ran.stdout)


if __name__ == "__main__":
    HONEST, LOOPS, SHORT_HEADER = sys.argv[1:4]
    del sys.argv[1:]
    program.run_cases()
