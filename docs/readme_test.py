"""That the programs in README.md are those that are compiled, and that what it
and the pages of docs/ link to is there.

Arguments: README.md, the program in C++, the one in C, and the pages.
"""

import os
import re
import sys
import unittest

README, PROGRAM, PORT, PAGES = "", "", "", []


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Readme(unittest.TestCase):

    def test_its_programs_are_those_that_are_compiled(self):
        for language, path in {"cpp": PROGRAM, "c": PORT}.items():
            with self.subTest(language):
                [block] = re.findall(r"^```%s\n(.*?)^```" % language,
                                     read(README), re.DOTALL | re.MULTILINE)
                self.assertEqual(block, read(path))

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
    _, README, PROGRAM, PORT, *PAGES = sys.argv
    unittest.main(argv=sys.argv[:1])
