"""A table of version 1 of the door, compiled with the header of that version,
is judged as the same port with today's header is."""

import os
import re
import sys

import program

# Whether a huge align is met depends on where memory happens to be.
RANDOM = ("random", "first_fit", "--seed", "1", "--ops", "50000", "--max-align",
          "4096")
COMMANDS = (
    RANDOM,
    (*RANDOM, "--swarm"),
    ("explore", "first_fit"),
)


class Version1(program.Case):
    today = ""

    def summary(self, path, arguments):
        self.path = path
        # All but what depends on the time that it took.
        return re.sub(r"[\d,]+ (states )?a second|peak \d+ MiB", "",
                      self.expect(0, *arguments))

    def test_it_is_judged_as_before(self):
        then = self.path
        for arguments in COMMANDS:
            with self.subTest(arguments):
                came = self.summary(then, arguments)
                self.assertRegex(came, r"[1-9][\d,]* (operations|states)")
                self.assertEqual(came, self.summary(self.today, arguments))

    def test_what_it_does_not_know_is_skipped(self):
        self.expect(0, "replay", "-", stdin="""\
lockstep-trace 1
component first_fit
arena size=1024 align=1024
init offset=0 size=1024
alloc b0 size=64 align=1
free b0
free_again b0
realloc b1 size=8 align=1
""")


if __name__ == "__main__":
    Version1.today = os.path.abspath(sys.argv.pop(2))
    program.main()
