"""lockstep try, which is given a C or C++ file and nothing else.

Arguments: the command line, and the files.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from unittest import mock

import program


REAL_SYMBOLIZER = os.environ["ASAN_SYMBOLIZER_PATH"]  # See .bazelrc.


def runs_in(folder, word):
    """Whether a process has such a word among its arguments there."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink("/proc/%s/cwd" % pid) == folder:
                with open("/proc/%s/cmdline" % pid, "rb") as file:
                    if word in file.read():
                        return True
        except OSError:
            pass
    return False


class Try(program.Case):

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        for path in SOURCES:
            shutil.copy(path, self.folder)

    def run_here(self, *words, path=None):
        environment = {**os.environ, "LOCKSTEP_INCLUDE": INCLUDE}
        if path is not None:
            environment["PATH"] = path
        return subprocess.run([self.path, *words], cwd=self.folder,
                              env=environment, capture_output=True, text=True,
                              check=False)

    def attempt(self, exit_code, *words, path=None):
        came = self.run_here("try", *words, "--seconds", "0.2", path=path)
        self.assertEqual(came.returncode, exit_code, came.stdout + came.stderr)
        return came

    def write(self, name, *changes):
        """A file of its own, from first_fit.c."""
        with open(os.path.join(self.folder, "first_fit.c"),
                  encoding="utf-8") as file:
            text = file.read()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        with open(os.path.join(self.folder, name), "w",
                  encoding="utf-8") as file:
            file.write(text)

    def test_a_sound_file_holds_and_its_adapter_is_the_users(self):
        text = self.attempt(0, "first_fit.c").stdout
        self.assertIn("my_malloc(size_t)", text)
        self.assertIn("adapter: first_fit.port.c", text)
        for source in ("random", "props", "explore"):
            self.assertRegex(text, r"(?m)^%s +[0-9.]+ s   held " % source)
        adapter = os.path.join(self.folder, "first_fit.port.c")
        changed = self.change(adapter, "my_malloc(bytes)",
                              "my_malloc(bytes / 2)")
        came = self.attempt(1, "first_fit.c")
        self.assertIn("which was there before", came.stdout)
        with open(adapter, encoding="utf-8") as file:
            self.assertEqual(file.read(), changed)

    def test_what_it_does_not_call_is_named(self):
        self.write("more.c", (
            "void my_free(",
            "int my_check(void) { return 0; }\n\nvoid my_free("))
        text = self.attempt(0, "more.c").stdout
        self.assertRegex(text, r"(?m)^not called: my_check; .*more\.port\.c$")

    def test_a_state_of_its_own_in_cpp(self):
        text = self.attempt(0, "stack.cpp").stdout
        self.assertRegex(text, r"mine::Allocate\((mine::)?Stack \*, ")
        self.assertRegex(text, "(?m)^random .* held")

    def test_a_bug_is_shown_saved_and_seen_again(self):
        self.write("short.c", ("#ifdef SHORT_HEADER", "#if 1"))
        text = self.attempt(1, "short.c").stdout
        self.assertRegex(text, r"(?m)^random .* VIOLATED  ")
        self.assertIn("b0 breaks the rule", text)
        again = text.split("again: ", 1)[1].splitlines()[0].split()[1:]
        self.assertEqual(again[0], "replay")
        self.assertEqual(self.run_here(*again).returncode, 1)

    def counted(self, name, real, condition="true"):
        """A program of this name in the folder, which starts the real one. Those of
        its starts are counted for which the condition holds."""
        self.assertIsNotNone(real)
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\n%s && echo >> "$0.started"\nexec %s "$@"\n' % (
                condition, real))
        os.chmod(path, 0o755)
        return path

    def starts(self, path):
        with open(path + ".started", encoding="utf-8") as file:
            return len(file.readlines())

    def test_what_only_a_sanitizer_sees_has_its_line_from_few_programs(self):
        # Sanitizers start the program that these variables name.
        symbolizer = self.counted("llvm-symbolizer", REAL_SYMBOLIZER)
        asked = self.counted("clang", shutil.which("clang") or
                             shutil.which("clang-19"),
                             '[ "${1#-print-file-name}" != "$1" ]')
        self.write("table.c", (
            "  const size_t wanted",
            "  static size_t sizes[16];\n  static unsigned count;\n"
            "  sizes[count++] = bytes;\n  const size_t wanted"))
        with mock.patch.dict(os.environ, ASAN_SYMBOLIZER_PATH=symbolizer,
                             UBSAN_SYMBOLIZER_PATH=symbolizer):
            text = self.attempt(
                1, "table.c",
                path=self.folder + ":" + os.environ["PATH"]).stdout
        self.assertRegex(text, r"VIOLATED  crash: ")
        self.assertRegex(text, r"in .*table\.c:\d+")
        self.assertNotIn("lockstep::suite::", text)
        # By each process that found it, not by each of the thousand runs that
        # shorten it.
        self.assertLess(self.starts(symbolizer), 100)
        # Not by each of the commands that run it.
        self.assertEqual(self.starts(asked), 1)

    def test_ctrl_c_ends_all_of_it(self):
        with subprocess.Popen(
            [self.path, "try", "first_fit.c", "--seconds", "60"],
            cwd=self.folder, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "LOCKSTEP_INCLUDE": INCLUDE},
            start_new_session=True) as running:
            while not runs_in(self.folder, b"\0random\0"):
                time.sleep(0.01)
            os.killpg(running.pid, signal.SIGINT)
            stdout = running.stdout.read()
        self.assertEqual(running.returncode, 130)
        self.assertIn("interrupted\n", stdout)
        self.assertNotIn("explore", stdout)

    def test_a_folder_is_no_file(self):
        self.assertIn("this is a folder; name one file",
                      self.attempt(2, self.folder).stderr)

    def test_what_it_took_them_for_can_be_said(self):
        self.write("grab.c", ("my_malloc", "grab"), ("my_free", "drop"))
        text = self.attempt(2, "grab.c").stderr
        self.assertIn("name it with --allocate", text)
        self.assertIn("grab(size_t)", text)
        self.attempt(0, "grab.c", "--allocate", "grab", "--free", "drop")

    def test_an_adapter_is_never_taken_for_another_file(self):
        self.write("pool.v1.c", ("my_", "one_"))
        self.write("pool.v2.c", ("my_", "two_"))
        self.attempt(0, "pool.v1.c")
        self.assertIn("two_malloc", self.attempt(0, "pool.v2.c").stdout)
        os.rename(os.path.join(self.folder, "pool.v1.port.c"),
                  os.path.join(self.folder, "pool.v2.port.c"))
        self.assertIn("does not include pool.v2.c",
                      self.attempt(2, "pool.v2.c").stderr)
        came = self.attempt(2, "pool.v2.c", "--free", "two_free")
        self.assertIn("does not include", came.stderr)

    def test_memory_of_its_own_needs_no_init(self):
        self.write("own.c", ("void my_init(void* start, size_t bytes) {",
                             "static _Alignas(16) char arena[1 << 20];\n"
                             "static void fill(void) {\n"
                             "  static int is_done;\n"
                             "  if (is_done++) return;\n"
                             "  void* start = arena;\n"
                             "  size_t bytes = sizeof arena;"),
                   ("  if (bytes > SIZE_MAX / 2)",
                    "  fill();\n  if (bytes > SIZE_MAX / 2)"))
        text = self.attempt(0, "own.c").stdout
        self.assertRegex(text, "(?m)^random .* held")
        self.assertRegex(text, "(?m)^explore .* NOT TRIED")

    def test_what_makes_an_allocator_may_refuse_a_small_region(self):
        with open(os.path.join(self.folder, "made.c"), "w",
                  encoding="utf-8") as file:
            file.write("""\
#include <stddef.h>
#include <stdint.h>
typedef struct heap { char* next; char* end; } heap;
heap* heap_create(void* start, size_t bytes) {
  if (bytes < 256) return NULL;
  heap* const self = start;
  self->next = (char*)(self + 1);
  self->end = (char*)start + bytes;
  return self;
}
void* heap_alloc(heap* self, size_t bytes) {
  if (bytes > (size_t)(self->end - self->next)) return NULL;
  char* const block = self->next;
  const size_t whole = ((bytes ? bytes : 1) + 15) / 16 * 16;
  const size_t room = (size_t)(self->end - self->next);
  self->next += whole < room ? whole : room;
  return bytes == 0 && room == 0 ? NULL : block;
}
void heap_free(heap* self, void* block) { (void)self; (void)block; }
""")
        text = self.attempt(0, "made.c").stdout
        self.assertRegex(text, "(?m)^random .* held")

    def test_the_names_that_everybody_takes(self):
        self.write("2 names.c", ("my_init", "init"), ("my_malloc", "allocate"),
                   ("my_free", "deallocate"))
        self.attempt(0, "2 names.c")

    def test_a_malloc_is_tested_as_one(self):
        with open(os.path.join(self.folder, "mine.c"), "w",
                  encoding="utf-8") as file:
            file.write("#include <stddef.h>\n"
                       "static char arena[1 << 24];\nstatic size_t used;\n"
                       "void* malloc(size_t bytes) {\n"
                       "  if (bytes > sizeof arena - used) return 0;\n"
                       "  void* found = arena + used;\n"
                       "  used += (bytes + 15) / 32 * 16;\n"
                       "  return found;\n}\n"
                       "void free(void* pointer) { (void)pointer; }\n")
        text = self.attempt(1, "mine.c").stdout
        self.assertIn("found malloc and free", text)
        self.assertIn("--malloc", text)  # Its blocks overlap.

    def test_a_long_finding_does_not_fill_the_screen(self):
        self.write("late.c", ("void my_init(void* start, size_t bytes) {",
                              "static int calls;\n"
                              "void my_init(void* start, size_t bytes) {\n"
                              "  calls = 0;"),
                   ("  const size_t wanted",
                    "  if (++calls > 26) return (void*)16;\n"
                    "  const size_t wanted"))
        text = self.attempt(1, "late.c").stdout.split("saved as")[0]
        self.assertIn("the last 24 of ", text)
        self.assertNotRegex(text, r"(?m)^ +2 +alloc ")

    def test_a_symbol_that_nobody_defines_is_named(self):
        self.write("lacking.c", ("void* my_malloc(size_t bytes) {",
                                 "int not_there(void);\n"
                                 "void* my_malloc(size_t bytes) {\n"
                                 "  if (bytes == 12345) return not_there() ? "
                                 "NULL : NULL;"))
        self.assertIn("not_there", self.attempt(2, "lacking.c").stdout)

    def test_flags_reach_the_compiler_and_a_helper_is_not_taken_for_the_free(self):
        self.write("flagged.c", ("node* const freed = (node*)pointer - 1;",
                                 "node* const freed = (node*)pointer - ONE;"),
                   ("void my_free(",
                    "static void free_list_push(node* at) { (void)at; }"
                    "\nvoid my_free("))
        self.attempt(2, "flagged.c")
        self.assertIn("my_free(void *)", self.attempt(
            0, "flagged.c", "--flag=-DONE=1").stdout)

    def test_a_class_is_not_looked_into(self):
        with open(os.path.join(self.folder, "heap.cc"), "w",
                  encoding="utf-8") as file:
            file.write("class Heap { void* Allocate(unsigned long n) "
                       "{ return this + n; } };\n")
        self.assertIn("methods of classes are not looked at",
                      self.attempt(2, "heap.cc").stderr)

    def test_what_cannot_be_tried_says_why(self):
        self.write("broken.c", ("return NULL;", "return NUL;"))
        self.assertIn("broken.c:", self.attempt(2, "broken.c").stderr)
        self.assertIn("no such file", self.attempt(2, "absent.c").stderr)
        came = self.attempt(2, "first_fit.c", path=self.folder)
        self.assertIn("there is no clang", came.stderr)

    def test_gcc_alone_will_do(self):
        """For a C file, and its sanitizers are loaded, too."""
        tools = os.path.join(self.folder, "bin")
        os.mkdir(tools)
        for name in ("gcc", "as", "ld", "collect2"):
            found = shutil.which(name) or shutil.which(name + "-12")
            if found:
                os.symlink(found, os.path.join(tools, name))
        if not os.path.exists(os.path.join(tools, "gcc")):
            self.skipTest("there is no gcc")
        self.write("short.c", ("#ifdef SHORT_HEADER", "#if 1"))
        self.attempt(0, "first_fit.c", path=tools)
        self.attempt(1, "short.c", path=tools)


if __name__ == "__main__":
    INCLUDE = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[2])))
    SOURCES = [os.path.abspath(path) for path in sys.argv[3:]]
    del sys.argv[2:]
    program.main()
