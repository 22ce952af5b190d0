"""That the excerpts in README.md are of programs that are compiled, and that
every page that it and docs/ link to is there.

Arguments: README.md, the programs, `--`, and the pages.
"""

import os
import re
import sys
import unittest

README, PROGRAMS, PAGES = "", [], []
LANGUAGES = {"cpp": ".cc", "c": ".c"}
MOST_LINES = 150


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def excerpts(text):
    """Each block of code with the name of its language."""
    return re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def is_excerpt(language, block, programs):
    """Whether whole lines of a program, by its path, are this block."""
    return any(path.endswith(LANGUAGES[language]) and "\n" + block in "\n" + text
               for path, text in programs.items())


class Readme(unittest.TestCase):

    def test_its_excerpts_are_of_programs_that_are_compiled(self):
        programs = {path: read(path) for path in PROGRAMS}
        found = excerpts(read(README))
        self.assertTrue(found)
        for language, block in found:
            self.assertTrue(is_excerpt(language, block, programs), block)

    def test_it_is_short(self):
        self.assertLessEqual(read(README).count("\n"), MOST_LINES)

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


class ItCanFail(unittest.TestCase):

    def test_an_excerpt_that_is_not_in_a_program(self):
        programs = {"a.c": "int x;\nint y;\n", "b.cc": "int z;\n"}
        [(language, block)] = excerpts("```c\nint y;\n```\n")
        self.assertTrue(is_excerpt(language, block, programs))
        self.assertFalse(is_excerpt("c", "int z;\n", programs))
        self.assertFalse(is_excerpt("c", "x;\n", programs))
        self.assertFalse(is_excerpt("cpp", "int y;\n", programs))


if __name__ == "__main__":
    _, README, *rest = sys.argv
    PROGRAMS, PAGES = rest[:rest.index("--")], rest[rest.index("--") + 1:]
    unittest.main(argv=sys.argv[:1])
