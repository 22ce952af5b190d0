"""What the freestanding allocator leaves for others to define, by `nm`.

Arguments: nm, the libraries that hold //tests/allocator:freestanding, and what
else the compiler may call for this machine.
"""

import re
import subprocess
import sys
import unittest

import program

# What an embedder defines or any compiler expects; the last is what position-
# independent code for i386 starts from.
ALLOWED = {
    "memcpy",
    "memset",
    "lockstep_allocate_slab",
    "lockstep_assertion_failed",
    "lockstep_free_slab",
    "_GLOBAL_OFFSET_TABLE_",
}
# Poison, Unpoison, IsPoisoned, and what they call under AddressSanitizer.
SANITIZER = re.compile("asan|poison", re.IGNORECASE)


def symbols(nm, library):
    """The (type, name) of each symbol."""
    listing = subprocess.check_output([nm, "-P", library], text=True)
    fields = [line.split() for line in listing.splitlines()]
    return [(field[1], field[0]) for field in fields if len(field) > 1]


class Freestanding(unittest.TestCase):
    nm = ""
    libraries = []
    allowed = set()

    def setUp(self):
        self.assertTrue(self.libraries)
        self.found = sum((symbols(self.nm, lib) for lib in self.libraries), [])

    def test_holds_every_allocator(self):
        for template in ["Heap", "BuddyAllocator", "SlabCache"]:
            self.assertTrue(any(template in name for _, name in self.found))

    def test_leaves_only_what_an_embedder_has(self):
        undefined = {name for kind, name in self.found if kind in "Uwv"}
        self.assertIn("lockstep_assertion_failed", undefined)
        self.assertEqual(undefined - self.allowed, set())

    def test_knows_nothing_of_sanitizers(self):
        named = [name for _, name in self.found if SANITIZER.search(name)]
        self.assertEqual(named, [])


if __name__ == "__main__":
    _, Freestanding.nm, *rest = sys.argv
    Freestanding.libraries = [path for path in rest if path.endswith(".a")]
    Freestanding.allowed = ALLOWED.union(
        word for word in rest if word.startswith("__"))
    program.run_cases(sys.argv[:1])
