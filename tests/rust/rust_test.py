"""The crate ports/rust, built and run by the Cargo of the distribution, on a copy.

Arguments: the command line, the crate's Cargo.toml, and lockstep/port.h.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import cargo
import program

LOCKSTEP, CRATE, PORT_H = "", "", ""
BLOCK = re.compile(r"^```(?:toml|rust)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Case(unittest.TestCase):

    def setUp(self):
        self.root = os.path.join(os.environ["TEST_TMPDIR"], "lockstep")
        self.crate = os.path.join(self.root, "ports", "rust")
        if not os.path.exists(self.root):
            shutil.copytree(os.path.dirname(CRATE), self.crate)
            door = os.path.join(self.root, "models", "door", "lockstep")
            os.makedirs(door)
            shutil.copy(PORT_H, door)
        self.example = os.path.join(self.crate, "example")

    def cargo(self, folder, *arguments, **environment):
        """The exit code of `cargo test`, and what was printed."""
        return cargo.run(folder, "test", *arguments,
                         **{"LOCKSTEP": LOCKSTEP, **environment})

    def expect_success(self, *arguments, **environment):
        code, output = self.cargo(*arguments, **environment)
        self.assertEqual(code, 0, output)
        return output

    def expect_failure(self, *arguments, **environment):
        code, output = self.cargo(*arguments, **environment)
        self.assertEqual(code, 101, output)
        return output


class Crate(Case):

    def test_all_of_its_tests_pass(self):
        output = self.expect_success(self.crate, "--workspace")
        for name in ("the_mirror_is_what_the_header_says", "first_gap_holds",
                     "the_allocator_of_the_system_holds",
                     "what_passes_requests_on_holds",
                     "a_panic_ends_the_process"):
            self.assertIn("test %s ... ok" % name, output)
        self.assertNotIn("SKIPPED", output)

    def test_without_the_header_the_layout_is_skipped_loudly(self):
        models = os.path.join(self.root, "models")
        os.rename(models, models + ".hidden")
        try:
            output = self.expect_success(self.crate, "--test", "layout")
        finally:
            os.rename(models + ".hidden", models)
        self.assertIn("SKIPPED: the layout was compared with nothing: there is "
                      "no lockstep/port.h", output)


class Drift(Case):
    """The layout test, with a header that is no more what the crate mirrors."""

    def expect_drift(self, old, new, said):
        with open(PORT_H, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(text.count(old), 1, old)
        path = os.path.join(self.root, "drifted.h")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))
        output = self.expect_failure(self.crate, "--test", "layout",
                                     LOCKSTEP_PORT_H=path)
        self.assertIn(said, output)

    def test_a_new_field(self):
        self.expect_drift("  uint32_t steps_factor;\n",
                          "  uint32_t steps_factor;\n  size_t another;\n",
                          "sizeof(lockstep_port): ")

    def test_fields_in_another_order(self):
        self.expect_drift("  size_t take_multiple;\n  size_t reserve_bytes;\n",
                          "  size_t reserve_bytes;\n  size_t take_multiple;\n",
                          "offsetof(lockstep_port, take_multiple): ")

    def test_another_type(self):
        self.expect_drift("int death_exit_code;", "uint32_t death_exit_code;",
                          "death_exit_code), int): 0 in C, 1 in Rust")

    def test_another_parameter(self):
        self.expect_drift("(*trim)(void* state);",
                          "(*trim)(void* state, size_t bytes);",
                          "((lockstep_port*)0)->trim)")

    def test_another_value(self):
        self.expect_drift("LOCKSTEP_RESTORES (UINT64_C(1) << 2)",
                          "LOCKSTEP_RESTORES (UINT64_C(1) << 3)",
                          "LOCKSTEP_RESTORES: 8 in C, 4 in Rust")

    def test_a_new_constant(self):
        self.expect_drift("#define LOCKSTEP_RESTORES ",
                          "#define LOCKSTEP_ANOTHER 1\n"
                          "#define LOCKSTEP_RESTORES ", "ANOTHER")

    def test_a_field_that_is_gone(self):
        self.expect_drift("  size_t take_multiple;\n", "",
                          "port.h lacks what door.rs has")


class PlantedBugs(Case):
    """Those of the example, whose traces are found by the first command."""

    def judged(self, feature):
        # The other tests hold, as they do without a bug.
        return self.expect_failure(self.example, "--features", feature,
                                   "--test", "holds", "first_gap_holds")

    def test_a_kept_trace_finds_it_again(self):
        output = self.judged("planted_bug")
        self.assertRegex(output, r"(?m)^\$ .* replay --system \S+:first_gap ")
        self.assertIn("# violation  aligned: ", output)
        self.assertIn("\nlockstep-trace 1\ncomponent first_gap\n", output)
        self.assertNotIn("worth keeping", output)

    def test_a_panic_is_a_crash_with_its_message(self):
        output = self.judged("planted_panic")
        self.assertIn("# violation  crash: ", output)
        self.assertRegex(output, "# last words .* panicked at .*only live "
                         "blocks are freed")
        self.assertRegex(output, r"# place      allocator\.rs:\d+")

    def test_a_new_finding_is_worth_keeping(self):
        traces = os.path.join(self.example, "traces")
        hidden = traces + ".hidden"
        os.rename(traces, hidden)
        try:
            output = self.judged("planted_bug")
            self.assertRegex(output, r"(?m)^\$ .* random \S+:first_gap ")
            self.assertIn("This script is worth keeping", output)
            keep = re.search("^    (mkdir -p .* && cp .*)$", output,
                             re.MULTILINE).group(1)
            subprocess.run(keep, shell=True, check=True)
            again = self.judged("planted_bug")
            self.assertRegex(again, r"(?m)^\$ .* replay --system ")
            self.assertIn("# violation  aligned: ", again)
        finally:
            shutil.rmtree(traces, ignore_errors=True)
            os.rename(hidden, traces)


class Page(Case):
    """README.md: the crate that it makes, and what that prints."""

    @classmethod
    def setUpClass(cls):
        cls.mine = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])

    def setUp(self):
        super().setUp()
        with open(os.path.join(self.crate, "README.md"),
                  encoding="utf-8") as file:
            self.page = file.read()
        self.manifest, self.library, test, self.fix = BLOCK.findall(self.page)
        self.write("Cargo.toml", self.manifest)
        self.write("src/lib.rs", self.library)
        self.write("tests/holds.rs", test)

    def write(self, name, text):
        path = os.path.join(self.mine, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_it_prints_what_the_page_shows(self):
        output = self.expect_failure(self.mine)
        shown = re.search(r"^    \$ cargo test\n((?:    [^$\n].*\n)+)",
                          self.page, re.MULTILINE).group(1)
        for line in shown.splitlines():
            self.assertIn(line[4:] + "\n", output)

    def test_with_the_line_below_it_passes(self):
        first = self.fix.split("||")[1].strip()
        wrong = "        if %s\n" % first
        self.assertEqual(self.library.count(wrong), 1)
        self.write("src/lib.rs", self.library.replace(wrong, self.fix))
        self.assertIn("test bump_holds ... ok", self.expect_success(self.mine))

    def test_without_a_shared_library_it_says_what_to_add(self):
        # Without the one of the tests before.
        for path in glob.glob(os.path.join(self.mine, "target/debug/**/*.so"),
                              recursive=True):
            os.remove(path)
        self.write("Cargo.toml", self.manifest.replace(
            'crate-type = ["cdylib", "rlib"]', 'crate-type = ["rlib"]'))
        self.assertIn('crate-type = ["cdylib", "rlib"]\n',
                      self.expect_failure(self.mine, "--test", "holds"))

    def test_without_lockstep_it_says_what_to_set(self):
        output = self.expect_failure(self.mine, "--test", "holds",
                                     LOCKSTEP="/nowhere/lockstep")
        self.assertIn("LOCKSTEP is /nowhere/lockstep, and there is no such "
                      "program", output)


if __name__ == "__main__":
    cargo.skip_all_without_it()
    LOCKSTEP, CRATE, PORT_H = map(os.path.abspath, sys.argv[1:])
    program.run_cases(sys.argv[:1])
