"""The heap in Rust, ports/rust_heap: built by Cargo on a copy, and judged.

Arguments: the command line, the crate's Cargo.toml, and the recordings.
"""

import os
import shutil
import subprocess
import sys
import unittest

import cargo
import program

LOCKSTEP, CRATE, TRACES = "", "", []
# The unit of the recordings of the buddy is a word of 8 bytes.
HEAP = "heap-"


class Heap(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        root = os.path.join(os.environ["TEST_TMPDIR"], "ports")
        suite = os.path.dirname(CRATE)
        cls.crate = os.path.join(root, "rust_heap")
        shutil.copytree(suite, os.path.join(root, "rust"))
        shutil.copytree(suite + "_heap", cls.crate)

    def test_it_holds_and_does_what_the_recordings_say(self):
        code, output = cargo.run(self.crate, "test", LOCKSTEP=LOCKSTEP)
        self.assertEqual(code, 0, output)
        self.assertIn("test the_mapped_heap_holds ... ok", output)
        code, output = cargo.run(self.crate, "build")
        self.assertEqual(code, 0, output)
        library = os.path.join(self.crate, "target", "debug",
                               "librust_heap_port.so")
        traces = [t for t in TRACES if os.path.basename(t).startswith(HEAP)]
        came = subprocess.run(
            [LOCKSTEP, "replay", "--system", library, *traces], check=False,
            stdout=subprocess.PIPE, text=True)
        self.assertEqual(came.returncode, 0, came.stdout)
        self.assertIn("replayed %d traces" % len(traces), came.stdout)
        self.assertIn(", 0 divergences", came.stdout)


if __name__ == "__main__":
    cargo.skip_all_without_it()
    LOCKSTEP, CRATE, *TRACES = map(os.path.abspath, sys.argv[1:])
    sys.argv[1:] = []
    program.run_cases()
