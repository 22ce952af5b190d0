"""That README.md shows the violation that its command prints.

Arguments: the command line with ports that lie, and README.md.
"""

import os
import sys

import program

README = ""


class Readme(program.Case):

    def test_what_it_shows_is_what_the_command_prints(self):
        self.expect_what_is_printed(README, "lying_lockstep")


if __name__ == "__main__":
    README = os.path.abspath(sys.argv.pop())
    program.main()
