"""That the program in README.md is the one that is compiled, and that what it
and the pages of docs/ link to is there.

Arguments: README.md, the program, and the pages.
"""

import os
import re
import sys
import unittest

README, PROGRAM, PAGES = "", "", []


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Readme(unittest.TestCase):

    def test_its_program_is_the_one_that_is_compiled(self):
        [block] = re.findall(r"^```cpp\n(.*?)^```", read(README),
                             re.DOTALL | re.MULTILINE)
        self.assertEqual(block, read(PROGRAM))

    def test_the_pages_that_are_linked_are_there(self):
        self.assertTrue(PAGES)
        for page in [README] + PAGES:
            folder = os.path.dirname(page)
            for target in re.findall(r"\]\((\w[^):#]*\.md)", read(page)):
                with self.subTest(page=page, target=target):
                    self.assertIn(os.path.normpath(
                        os.path.join(folder, target)), PAGES)

    def test_every_page_is_linked_from_it(self):
        for page in PAGES:
            self.assertIn("](%s)" % page, read(README))


if __name__ == "__main__":
    _, README, PROGRAM, *PAGES = sys.argv
    unittest.main(argv=sys.argv[:1])
