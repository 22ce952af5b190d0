"""Schedules of an allocator in Rust, behind the lock of its standard library.

Arguments: the command line, and the Cargo.toml of ports/rust and of the pool.
"""

import os
import shutil
import subprocess
import sys
import unittest

import cargo
import program

LOCKSTEP, CRATE, POOL = "", "", ""
MACHINE = "x86_64-unknown-linux-gnu"


class Schedules(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        root = os.environ["TEST_TMPDIR"]
        shutil.copytree(os.path.dirname(CRATE), os.path.join(root, "rust"))
        cls.pool = os.path.join(root, "pool")
        shutil.copytree(os.path.dirname(POOL), cls.pool)

    def schedules(self, seed, scripts, schedules, *features):
        # Of a target that is named, RUSTFLAGS are not for scripts of builds.
        code, output = cargo.run(
            self.pool, "build", "--target", MACHINE, *features,
            RUSTC_BOOTSTRAP="1", RUSTFLAGS="-Zsanitizer=thread -Cdebuginfo=1")
        self.assertEqual(code, 0, output)
        library = os.path.join(self.pool, "target", MACHINE, "debug",
                               "libpool.so")
        return subprocess.run(
            [LOCKSTEP, "schedules", library, "--seed", seed, "--seconds", "1000",
             "--scripts", scripts, "--ops", "2", "--schedules", schedules,
             "--minimise-seconds", "0"],
            stdout=subprocess.PIPE, text=True, check=False)

    def test_the_lock_of_the_standard_library_is_the_schedulers(self):
        came = self.schedules("1", "3", "60")
        self.assertEqual(came.returncode, 0, came.stdout)
        self.assertIn("pool: 3 scripts, 180 schedules, ", came.stdout)

    def test_a_lock_that_is_given_up_in_between_is_found(self):
        came = self.schedules("9", "1", "200", "--features",
                              "looks_then_takes")
        self.assertEqual(came.returncode, 1, came.stdout)
        self.assertIn("again      in 100 of 100 runs", came.stdout)


if __name__ == "__main__":
    cargo.skip_all_without_it()
    LOCKSTEP, CRATE, POOL = map(os.path.abspath, sys.argv[1:])
    sys.argv[1:] = []
    program.run_cases()
