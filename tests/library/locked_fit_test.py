"""That on one thread first_fit_locked, and its first draft, break no rule, and that
both promise to be called by several.

Arguments: the command line, and the libraries.
"""

import os
import sys

import program

LIBRARIES = []


class LockedFit(program.Case):

    def test_it_breaks_none_on_one_thread(self):
        self.assertEqual(len(LIBRARIES), 2)
        for library in LIBRARIES:
            with self.subTest(library):
                self.expect(0, "random", library, "--seed", "1", "--ops", "20000")

    def test_it_is_for_several(self):
        for library in LIBRARIES:
            with self.subTest(library):
                self.assertIn("THREAD_SAFE", self.expect(0, "list", library))


if __name__ == "__main__":
    LIBRARIES = [os.path.abspath(path) for path in sys.argv[2:]]
    del sys.argv[2:]
    program.main()
