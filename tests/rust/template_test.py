"""`lockstep new rust`, as it is installed: the crate that it makes is green, red with
a bug, and the fuzzer finds one behind three comparisons.

Arguments: the command line, the engine of its fuzzer, and the crate's Cargo.toml.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import cargo
import program

LOCKSTEP, ENGINE, CRATE = "", "", ""

SERVED = "        self.next = end;\n"
# The next block begins inside of this one: always, or after three sizes in a row.
BUG = "        self.next = start + layout.size() / 2;\n"
DOORS = SERVED + """\
        self.doors = match (self.doors, layout.size()) {
            (_, 0x4c) => 1,
            (1, 0x6f) => 2,
            (2, 0x63) => 3,
            _ => 0,
        };
        if self.doors == 3 {
            self.next = start + 1;
        }
"""


def copy(source, *names):
    path = os.path.join(*names)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(source, path)
    return path


class Template(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        prefix = os.path.join(cls.folder, "prefix")
        cls.lockstep = copy(LOCKSTEP, prefix, "bin/lockstep")
        copy(ENGINE, prefix, "bin/lockstep-fuzz")
        cls.crate = os.path.join(prefix, "share/lockstep/rust")
        shutil.copytree(os.path.dirname(CRATE), cls.crate)

    def run_lockstep(self, *words, folder=None):
        return subprocess.run([self.lockstep, *words], capture_output=True,
                              text=True, check=False, cwd=folder or self.folder)

    def new(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        came = self.run_lockstep("new", "rust", "mine", folder=folder)
        self.assertEqual(came.returncode, 0, came.stderr)
        return os.path.join(folder, "mine")

    def plant(self, mine, *changes):
        path = os.path.join(mine, "src/lib.rs")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for before, after in changes:
            self.assertEqual(text.count(before), 1, before)
            text = text.replace(before, after)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def cargo(self, mine, exit_code, *words, **environment):
        code, said = cargo.run(mine, *words, **environment)
        self.assertEqual(code, exit_code, said)
        return said

    def test_it_is_green_until_there_is_a_bug(self):
        mine = self.new()
        path = os.path.dirname(self.lockstep) + ":/usr/bin:/bin"
        said = self.cargo(mine, 0, "test", PATH=path)
        self.assertIn("test holds ... ok", said)
        self.plant(mine, (SERVED, BUG))
        said = self.cargo(mine, 101, "test", PATH=path)
        self.assertIn("# violation  disjoint: ", said)
        self.assertIn("\nlockstep-trace 1\ncomponent mine\n", said)

    def test_it_names_the_crate_of_the_program(self):
        with open(os.path.join(self.new(), "Cargo.toml"),
                  encoding="utf-8") as file:
            self.assertIn('path = "%s"' % self.crate, file.read())
        checkout = os.path.join(self.folder, "checkout")
        crate = os.path.dirname(copy(CRATE, checkout, "ports/rust/Cargo.toml"))
        program = copy(LOCKSTEP, checkout, "build/lockstep")
        subprocess.run([program, "new", "rust", "mine"], cwd=checkout, check=True)
        with open(os.path.join(checkout, "mine/Cargo.toml"),
                  encoding="utf-8") as file:
            self.assertIn('path = "%s"' % crate, file.read())

    def test_a_bug_behind_three_comparisons_is_found(self):
        mine = self.new()
        self.plant(mine, (SERVED, DOORS), ("    end: usize,\n",
                                           "    end: usize,\n    doors: u32,\n"),
                   ("end: 0 }", "end: 0, doors: 0 }"))
        library = os.path.join(mine, "target/debug/libmine.so")
        self.cargo(mine, 0, "build")
        came = self.run_lockstep("fuzz", library)
        self.assertEqual(came.returncode, 2, came.stdout)
        flags = re.search("in Rust: +RUSTFLAGS='(.*)' cargo build",
                          came.stderr).group(1)
        self.cargo(mine, 0, "build", RUSTFLAGS=flags)
        came = self.run_lockstep("fuzz", library, "--seed", "1",
                                 "--seconds", "120")
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        self.assertIn("# violation  disjoint: ", came.stdout)
        self.assertRegex(came.stdout, "size=76 .*\n.* size=111 .*\n.* size=99 ")
        # What is instrumented is judged by every other command, too.
        came = self.run_lockstep("random", library, "--ops", "1e4")
        self.assertEqual(came.returncode, 0, came.stdout + came.stderr)


if __name__ == "__main__":
    cargo.skip_all_without_it()
    LOCKSTEP, ENGINE, CRATE = map(os.path.abspath, sys.argv[1:])
    program.run_cases(sys.argv[:1])
