"""That //tests/allocator:headers_alone compiles every header of the allocator,
and that only platform.h has preprocessor conditionals and macros; but for one
macro that no template can replace.

Arguments: the names of the headers that were compiled alone, a dash, and the
sources of the allocator.
"""

import pathlib
import re
import sys
import unittest

import program

# With conditionals and macros, and a test of its own: freestanding_test.
FREE_TO_CHOOSE = "platform.h"
THE_ONLY_MACRO = "LOCKSTEP_DEFINE_ALLOCATION_HOOKS"


def directives(text):
    """The other preprocessor lines than #include, with single spaces."""
    found = re.findall(r"^[ \t]*#[ \t]*(.*?)[ \t]*$", text, re.MULTILINE)
    found = [" ".join(directive.split()) for directive in found]
    granted = ("include ", "define %s(" % THE_ONLY_MACRO)
    return [directive for directive in found
            if not directive.startswith(granted)]


def name_of(path):
    """The folder and the name, as in base/assert.h."""
    return "/".join(path.parts[-2:])


def guard(path):
    macro = "LOCKSTEP_ALLOCATOR_%s_H_" % name_of(path)[:-2].replace(
        "/", "_").upper()
    return ["ifndef " + macro, "define " + macro, "endif // " + macro]


class Headers(unittest.TestCase):
    alone = []
    sources = []

    def test_all_include_only_each_other(self):
        for source in self.sources:
            for included in re.findall(r'^#include "(.*)"',
                                       source.read_text(), re.MULTILINE):
                with self.subTest(source=source, included=included):
                    self.assertTrue(included.startswith("allocator/"))

    def test_each_compiles_alone(self):
        self.assertEqual(
            sorted(self.alone), sorted(map(name_of, self.headers())),
            "HEADERS in tests/allocator/BUILD.bazel names every header")

    def test_each_has_no_conditional_or_macro_but_its_guard(self):
        for header in self.headers():
            with self.subTest(header.name):
                found = directives(header.read_text())
                if header.name == FREE_TO_CHOOSE:
                    found = found[:2] + found[-1:]
                self.assertEqual(found, guard(header))

    def test_no_source_file_has_any(self):
        for source in self.sources:
            if source.suffix == ".cc":
                self.assertEqual(directives(source.read_text()), [], source)

    def headers(self):
        found = [source for source in self.sources if source.suffix == ".h"]
        self.assertTrue(found)
        return found


if __name__ == "__main__":
    dash = sys.argv.index("-")
    Headers.alone = sys.argv[1:dash]
    Headers.sources = [pathlib.Path(arg) for arg in sys.argv[dash + 1:]]
    program.run_cases(sys.argv[:1])
