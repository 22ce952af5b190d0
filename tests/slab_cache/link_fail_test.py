"""That a program which uses SlabCache with the link-time hooks, and does not
define them, does not link.

Argument: the compiler.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import program

PROGRAM = """
#include <cstdlib>

#include "allocator/objects/slab_cache.h"

void* Allocate(std::size_t bytes, std::size_t align_bytes) {
  return std::aligned_alloc(align_bytes, bytes);
}
bool Free(void* slab, std::size_t, std::size_t) {
  std::free(slab);
  return true;
}

int main() {
  auto cache = lockstep::SlabCache<int>::Create().value();
  return *cache.Allocate(7).value() == 7 ? 0 : 1;
}
"""

HOOKS = "LOCKSTEP_DEFINE_ALLOCATION_HOOKS(Allocate, Free);"


class LinkFail(unittest.TestCase):
    compiler = ""

    def link(self, text):
        folder = pathlib.Path(tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"]))
        (folder / "program.cc").write_text(text)
        binary = folder / "program"
        done = subprocess.run(
            [self.compiler, "-std=c++23", "-I.", folder / "program.cc",
             "allocator/std/assertion_abort.cc", "-lstdc++", "-o", binary],
            capture_output=True, text=True, check=False)
        return binary, done

    def test_without_hooks_the_linker_names_both(self):
        _, done = self.link(PROGRAM)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("lockstep_allocate_slab", done.stderr)
        self.assertIn("lockstep_free_slab", done.stderr)

    def test_with_hooks_it_links_and_runs(self):
        binary, done = self.link(PROGRAM + HOOKS)
        self.assertEqual(done.returncode, 0, done.stderr)
        # See tools/bazel/emulate.sh.
        emulator = os.environ.get("LOCKSTEP_EMULATOR", "").split()
        ran = subprocess.run(emulator + [binary], check=False)
        self.assertEqual(ran.returncode, 0)


if __name__ == "__main__":
    _, LinkFail.compiler = sys.argv
    program.run_cases(sys.argv[:1])
