"""lockstep new: each folder is green as it is, and red with a bug.

Arguments: the command line, and lockstep/port.h.
"""

import os
import shutil
import subprocess
import sys
import tempfile

import program


class New(program.Case):

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])

    def make(self, kind):
        came = subprocess.run([self.path, "new", kind, "mine"], cwd=self.folder,
                              capture_output=True, text=True, check=False)
        self.assertEqual(came.returncode, 0, came.stderr)
        return os.path.join(self.folder, "mine")

    def build(self, folder):
        return subprocess.run(
            ["make", "BUDGET=0.2", "CC=clang-19", "CXX=clang++-19",
             "CPPFLAGS=-I" + INCLUDE],
            cwd=folder, capture_output=True, text=True, check=False)

    def test_each_holds_until_it_is_broken(self):
        if shutil.which("make") is None:
            self.skipTest("there is no make; tools/setup --package installs it")
        for kind, source, sound, broken in (
            ("c", "mine_port.c", "self->next = start + asked;",
             "self->next = start + asked / 2;"),
            ("cpp", "mine_port.cc", "next_ = start + asked;",
             "next_ = start + asked / 2;"),
            ("malloc", "mine.c", "memcpy(found, pointer, old_bytes);", "")):
            with self.subTest(kind):
                folder = self.make(kind)
                came = self.build(folder)
                self.assertEqual(came.returncode, 0, came.stdout + came.stderr)
                self.assertIn("replayed 1 traces", came.stdout)
                path = os.path.join(folder, source)
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                self.assertIn(sound, text)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text.replace(sound, broken))
                came = self.build(folder)
                self.assertNotEqual(came.returncode, 0, came.stdout)
                self.assertIn("# violation ", came.stdout)
                self.assertGreater(
                    len(os.listdir(os.path.join(folder, "traces"))), 1)
                shutil.rmtree(folder)

    def test_nothing_is_left_to_be_filled_in(self):
        for kind in ("c", "cpp", "malloc", "rust", "zig"):
            folder = self.make(kind)
            for path, _, names in os.walk(folder):
                for name in names:
                    with open(os.path.join(path, name),
                              encoding="utf-8") as file:
                        self.assertNotRegex(file.read(), r"NAME|@[A-Z]+@")
            shutil.rmtree(folder)

    def test_nothing_is_overwritten(self):
        self.make("c")
        came = subprocess.run([self.path, "new", "c", "mine"], cwd=self.folder,
                              capture_output=True, text=True, check=False)
        self.assertEqual(came.returncode, 2)
        self.assertIn("mine is there already", came.stderr)
        for words in (("cobol", "mine"), ("c", "Mine"), ("c", "../mine"),
                      ("c",)):
            self.expect_bad_input("new", *words)


if __name__ == "__main__":
    INCLUDE = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv.pop())))
    program.main()
