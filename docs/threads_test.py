"""That the pool in threads.md is the file that is compiled, and that its report is
what `lockstep schedules` prints about it.

Arguments: threads.md, pool.c, and the command line with the pool's library, which
is compiled for schedules; or the first two alone.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PAGE, POOL, PROGRAM, LIBRARY = "", "", "", ""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def report_in(page):
    """The lines below the command, without the four spaces in front."""
    found = re.search(r"^    \$ lockstep schedules \./libpool\.so (.*)\n"
                      r"((?:    #.*\n|    \w.*\n)+)", page, re.MULTILINE)
    return found.group(1).split(), re.sub("^    ", "", found.group(2),
                                          flags=re.MULTILINE)


class Threads(unittest.TestCase):

    def test_the_page_has_the_file(self):
        self.assertIn("```c\n%s```\n" % read(POOL), read(PAGE))

    def test_the_report_is_what_is_printed(self):
        if not PROGRAM:
            self.skipTest("no program")
        arguments, expected = report_in(read(PAGE))
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(LIBRARY, os.path.join(folder, "libpool.so"))
            came = subprocess.run(
                [PROGRAM, "schedules", "./libpool.so", *arguments],
                cwd=folder, capture_output=True, text=True, check=False)
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        # The last line has the time that it took.
        printed = "".join(came.stdout.splitlines(keepends=True)[:-1])
        # How long it takes to make it short decides how far that goes.
        printed = re.sub(r"\S*lockstep schedules", "lockstep schedules", printed)
        runs = r", in \d+ runs.*"
        self.assertEqual(re.sub(runs, "", printed), re.sub(runs, "", expected))


if __name__ == "__main__":
    PAGE, POOL, *rest = [os.path.abspath(path) for path in sys.argv[1:]]
    if rest:
        PROGRAM, LIBRARY = rest
    unittest.main(argv=sys.argv[:1])
