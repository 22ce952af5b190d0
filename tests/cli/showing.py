"""What the tests of lockstep show share.

Arguments of each: the command line, the one with ports that lie, the one with
the port that crashes and loops, and docs/seeing.md.
"""

import os
import subprocess
import sys

import program

HEAD = "lockstep-trace 1\ncomponent %s\narena size=1024 align=1024\n" \
       "init offset=0 size=1024\n"
# The second block has the address of the first.
SHARED = HEAD % "lying_shares_zero_bytes" + \
    "alloc b0 size=0 align=1\nalloc b1 size=0 align=1\n"
MISALIGNED = HEAD % "lying_aligns_to_half" + \
    "alloc b0 size=24 align=32\nalloc b1 size=24 align=32\n"
THREADS = """\
lockstep-trace 2
component no_such_system
arena size=4096 align=4096
init offset=0 size=4096
t1 alloc b0 size=16 align=8 @7=t2
t2 alloc b1 size=16 align=8 -> 64
"""
CRASH = HEAD % "dying" + "alloc b0 size=100 align=1\n" \
    "alloc b1 size=0 align=1\nalloc b2 size=7 align=1\nfree b0\n"
LOOP = CRASH.replace("size=7", "size=9")


class ShowCase(program.Case):
    lying, dying, seeing = "", "", ""

    def show(self, exit_code, trace, *arguments, path=""):
        """What it prints of a trace."""
        came = subprocess.run(
            [*program.EMULATOR, path or self.path, "show", "-", *arguments],
            input=trace, capture_output=True, text=True, check=False)
        self.assertEqual(came.returncode, exit_code, came.stdout + came.stderr)
        return came.stdout


def main():
    ShowCase.lying, ShowCase.dying, ShowCase.seeing = map(
        os.path.abspath, sys.argv[2:5])
    del sys.argv[2:5]
    program.main()
