"""That docs/laws.md has every law that the program has, and no other.

Arguments: the page, the command line.
"""

import re
import subprocess
import sys
import unittest

PAGE, LOCKSTEP = "", ""


class Laws(unittest.TestCase):

    def test_the_page_names_those_of_the_program(self):
        with open(PAGE, encoding="utf-8") as page:
            rows = re.findall(r"^\| `(\w+)` \| \S+ \S+ ", page.read(),
                              re.MULTILINE)
        listed = subprocess.run([LOCKSTEP, "props", "--list"],
                                capture_output=True, text=True, check=True)
        names = re.findall(r"^(\w+)$", listed.stdout, re.MULTILINE)
        self.assertEqual(names[0], "lockstep")
        laws = [row for row in rows
                if not row.startswith(("lying_", "unlawful_"))]
        self.assertEqual(sorted(laws), sorted(names[1:]))


if __name__ == "__main__":
    LOCKSTEP, PAGE = sys.argv.pop(), sys.argv.pop()
    unittest.main()
