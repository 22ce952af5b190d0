"""Libraries that replace malloc, without a port: a small one of our own, with
bugs, and the C library's.

Arguments: the command line, and libraries.
"""

import os
import re
import shlex
import sys

import program


class Malloc(program.Case):

    def random(self, library, *arguments):
        return ("random", "--malloc", LIBRARIES.get(library, library),
                "--seed", "1", "--ops", "20000", *arguments)

    def test_a_sound_one_holds(self):
        for words in (self.random("malloc_sound"),
                      self.random("malloc_prefixed", "--prefix", "my_"),
                      self.random("new_sound", "--operator-new"),
                      self.random("new_sound", "--prefix", "my_"),
                      ("misuse", "--malloc", LIBRARIES["malloc_sound"],
                       "--variants", "2")):
            with self.subTest(" ".join(words)):
                self.expect(0, *words)
        # Where there is RapidCheck.
        if " props " in self.expect(0, "--help"):
            self.expect(0, "props", "--malloc", LIBRARIES["malloc_sound"],
                        "--cases", "10", "--seed", "1")

    def test_the_own_malloc_of_this_program_is_another(self):
        text = self.expect(0, "list", "--malloc", "libc.so.6")
        self.assertIn("malloc calloc realloc", text)
        self.expect(0, *self.random("libc.so.6"))

    def test_all_functions_are_used_that_are_there(self):
        text = self.expect(0, "list", "--malloc", LIBRARIES["malloc_sound"])
        self.assertIn(
            "malloc calloc realloc reallocarray aligned_alloc posix_memalign "
            "memalign free free_sized free_aligned_sized malloc_usable_size",
            text)

    def expect_rule(self, rule, library, *arguments):
        report = self.expect(1, *self.random(library, *arguments))
        self.assertIn(program.rule_in(report), rule.split("|"), report)
        trace = self.temporary("found.trace", report)
        again = re.search(r"and run: (.*)", report).group(1)
        self.expect(1, *shlex.split(again.replace("FILE", trace))[1:])
        return len(program.steps_in(report))

    def test_bugs_are_found_and_made_short(self):
        for library, rule, most_steps in (
            ("malloc_forgets_align", "aligned", 1),
            ("malloc_forgets_contents", "contents", 2),
            ("malloc_forgets_zeroes", "zeroed", 4),
            ("malloc_wraps", "zeroed", 1),
            ("malloc_usable_is_whole", "usable|crash", 4)):
            with self.subTest(library):
                steps = self.expect_rule(rule, library)
                self.assertLessEqual(steps, most_steps)
        self.expect_rule("aligned", "new_forgets_align", "--operator-new")

    def test_a_library_without_malloc_says_what_it_has(self):
        text = self.expect_bad_input(*self.random("malloc_prefixed"))
        self.assertIn("does not export malloc and free", text)
        self.assertIn("but my_malloc: say --prefix my_", text)
        text = self.expect_bad_input(
            *self.random("malloc_sound", "--operator-new"))
        self.assertIn("operator new and operator delete", text)
        self.expect_bad_input("random", "--prefix", "my_", "heap")


LIBRARIES = {}

if __name__ == "__main__":
    for path in sys.argv[2:]:
        LIBRARIES[os.path.basename(path)[:-3]] = os.path.abspath(path)
    del sys.argv[2:]
    program.main()
