"""That a program which breaks a compile-time rule of SlabCache does not compile,
and is told what to change.

Argument: the compiler.
"""

import subprocess
import sys
import unittest

import program

PROGRAM = """
#include "allocator/base/lock.h"
#include "allocator/objects/slab_cache.h"

using namespace lockstep;

struct Memory {
  void* Allocate(Layout) const { return nullptr; }
  bool Free(void*, Layout) const { return true; }
};
struct Object { int words[4]; };

%s

int main() { return Cache::Create().has_value() ? 0 : 1; }
"""

SOUND = "using Cache = SlabCache<Object, SpinLock, 512, Memory>;"


class CompileFail(unittest.TestCase):
    compiler = ""

    def compile(self, text):
        """What the compiler says, or None if it is content."""
        done = subprocess.run(
            [self.compiler, "-std=c++23", "-fsyntax-only", "-I.", "-x", "c++",
             "-"],
            input=PROGRAM % text, capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else done.stderr

    def expect(self, message, text):
        said = self.compile(text)
        self.assertIsNotNone(said, "it compiles")
        self.assertIn(message, said)

    def test_a_sound_program_compiles(self):
        self.assertIsNone(self.compile(SOUND))

    def test_slabs_of_no_power_of_two(self):
        self.expect("kSlabBytes must be a power of two",
                    SOUND.replace("512", "768"))

    def test_objects_too_small_for_a_link(self):
        self.expect("T must be of at least 4 bytes",
                    SOUND.replace("Object", "char"))

    def test_objects_not_aligned_for_a_link(self):
        self.expect("wrap T in a struct with alignas(4)",
                    "struct Bytes { char bytes[16]; };"
                    + SOUND.replace("Object", "Bytes"))

    def test_a_lock_that_is_too_large(self):
        self.expect("Lock must be of at most 16 bytes",
                    "struct Large : NoLock { char bytes[17]; };"
                    + SOUND.replace("SpinLock", "Large"))

    def test_objects_of_which_two_do_not_fit(self):
        self.expect("raise kSlabBytes or make T smaller",
                    "struct Large { int words[60]; };"
                    + SOUND.replace("Object", "Large"))

    def test_more_slots_than_links_can_name(self):
        self.expect("lower kSlabBytes", SOUND.replace("512", "2097152"))

    def test_a_lock_that_cannot_be_locked(self):
        self.expect("Lockable", SOUND.replace("SpinLock", "Object"))

    def test_a_provider_that_does_not_say_whether_it_took_back(self):
        self.expect(
            "SlabProvider",
            "struct Mute : Memory { void Free(void*, Layout) const {} };"
            + SOUND.replace("Memory", "Mute"))

    def test_a_provider_that_is_larger_than_a_pointer(self):
        self.expect("SlabProvider",
                    "struct Large : Memory { void* pointers[2]; };"
                    + SOUND.replace("Memory", "Large"))

    def test_a_provider_that_cannot_be_copied_by_its_bytes(self):
        self.expect("SlabProvider",
                    "struct Deep : Memory { Deep(); Deep(const Deep&); };"
                    + SOUND.replace("Memory", "Deep"))


if __name__ == "__main__":
    _, CompileFail.compiler = sys.argv
    program.run_cases(sys.argv[:1])
