"""tools/coverage, on programs that the compiler makes of a few lines.

Arguments: tools/coverage, and any file of tools/report.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import program

TOOL, REPORT = "", ""
CLANG = "/usr/lib/llvm-19/bin/clang++"
FLAGS = ["-std=c++23", "-O1", "-fprofile-instr-generate", "-fcoverage-mapping",
         "-mllvm", "-runtime-counter-relocation", "-ffile-compilation-dir=.",
         "-Wl,--build-id", "-fuse-ld=lld", "-I."]

HEADER = """\
#include <cstdlib>
#include <mutex>

template <class T>
int Sign(T number) {
  // A comment is no line.
  if (number > 0) {
    return 1;
  }
  return number < 0 ? -1 : 0;
}

inline int Locked(int argument) {
  // Nor is this.
  {
    static std::mutex mutex; const std::scoped_lock lock(mutex);
    if (argument < 0) {
      return 0;
    }
  }
  return 1;
}

inline void Claim(bool held) {
  if (!held) std::abort();
}

inline int Never() {
  return 7;
}
"""
MAIN = '#include "allocator/tiny.h"\nint main() { %s }\n'


class Coverage(unittest.TestCase):

    def setUp(self):
        # After main() has found out where they are.
        global coverage_page, profiles, reach
        from coverage import page as coverage_page
        from coverage import profiles, reach
        self.root = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        self.programs = 0
        self.known = {}
        os.mkdir(os.path.join(self.root, "allocator"))
        self.write("allocator/tiny.h", HEADER)

    def write(self, name, text):
        path = os.path.join(self.root, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run_main(self, body, exit_code=0):
        """The profile of a program that does that."""
        self.programs += 1
        name = "program_%d" % self.programs
        self.write(name + ".cc", MAIN % body)
        subprocess.run([CLANG, *FLAGS, name + ".cc", "-o", name],
                       cwd=self.root, check=True)
        path = os.path.join(self.root, name)
        self.known[profiles.build_id(path)] = path
        raw = path + ".profraw"
        done = subprocess.run(
            [path], check=False, env={"LLVM_PROFILE_FILE": "%%c%s" % raw})
        self.assertEqual(done.returncode, exit_code)
        return raw

    def read(self, *raw):
        merged = profiles.merge(list(raw), os.path.join(self.root, "all"))
        return profiles.read(
            merged, profiles.programs_of(merged, self.known), self.root)

    def gaps(self, came):
        lines = HEADER.split("\n")
        return [(gap.line, gap.kind, gap.text)
                for gap in came.files["allocator/tiny.h"].gaps("tiny.h", lines)
                if not 28 <= gap.line <= 30]  # Never.


class Reach(Coverage):

    def test_of_a_branch_both_ways_count(self):
        came = self.read(self.run_main("Sign(1); Claim(true); Locked(1);"))
        self.assertIn((7, "false", "number > 0"), self.gaps(came))
        self.assertNotIn((7, "true", "number > 0"), self.gaps(came))
        self.assertIn((17, "true", "argument < 0"), self.gaps(came))
        self.assertIn((25, "true", "!held"), self.gaps(came))

    def test_instances_of_a_template_are_one_text(self):
        came = self.read(
            self.run_main("Sign(1); Sign(-1L); Claim(true); Locked(1);"),
            self.run_main("Sign(0.0); Locked(-1);"))
        self.assertEqual(self.gaps(came), [(25, "true", "!held")])

    def test_what_aborts_has_counted(self):
        came = self.read(self.run_main("Claim(false);", exit_code=-6))
        self.assertIn((25, "false", "!held"), self.gaps(came))
        self.assertNotIn((25, "true", "!held"), self.gaps(came))

    def test_what_is_in_no_program_that_ran_is_not_reached(self):
        came = self.read(self.run_main("Sign(1);"))
        self.assertFalse(came.files["allocator/tiny.h"].lines[29])

    def test_the_line_behind_a_block_that_may_return_counts(self):
        lines = self.read(
            self.run_main("Locked(1);")).files["allocator/tiny.h"].lines
        self.assertTrue(lines[21])
        self.assertFalse(lines[18])

    def test_comments_are_no_lines(self):
        used = self.read(self.run_main("Sign(1); Locked(1);"))
        unused = self.read(self.run_main(""))
        self.assertFalse(unused.files["allocator/tiny.h"].lines[14])
        used.add(unused)
        used.leave_out_comments()
        self.assertNotIn(14, used.files["allocator/tiny.h"].lines)

    def test_a_profile_without_its_program_is_refused(self):
        raw = self.run_main("Sign(1);")
        self.known.clear()
        with self.assertRaisesRegex(profiles.Failed, "not here any more"):
            self.read(raw)

    def test_a_profile_that_is_cut_off_is_left_out(self):
        raw = self.run_main("Sign(1);")
        self.write("half.profraw", "")
        came = self.read(raw, os.path.join(self.root, "half.profraw"))
        self.assertIn((7, "false", "number > 0"), self.gaps(came))


class Page(Coverage):

    def test_first_line_is_allocators(self):
        whole = self.read(self.run_main("Sign(1);"))
        gaps = list(coverage_page.gaps_of(whole, self.root))
        self.assertRegex(
            coverage_page.sum_of(whole, "allocator/"),
            r"^allocator/: \d\d\.\d % \(\d+ of \d+\) of lines, "
            r"25\.0 % \(1 of 4\) of branches$")
        coverage_page.write(whole, gaps, [], self.root, self.root)
        self.assertIn("tiny.h:7: never false: number > 0",
                      "\n".join(map(coverage_page.gap_line, gaps)))
        with open(os.path.join(self.root, "coverage.json"),
                  encoding="utf-8") as file:
            fields = json.load(file)
        self.assertEqual(fields["allocator"]["branches"],
                         {"reached": 1, "of": 4})
        self.assertEqual(len(fields["unreached"]), len(gaps))

    def test_never_rounds_up_to_all(self):
        self.assertEqual(coverage_page.percent(reach.Count(9999, 10000)),
                         "99.9 %")
        self.assertEqual(coverage_page.percent(reach.Count(5, 5)), "100.0 %")


class Usage(program.Case):

    def run_program(self, *arguments, stdin=""):
        return subprocess.run((TOOL,) + arguments, input=stdin,
                              capture_output=True, text=True, check=False)

    def test_help_says_the_exit_codes(self):
        self.assertIn("exit codes:", self.expect(0, "--help"))

    def test_what_is_not_there_is_bad_usage(self):
        self.expect_bad_input("--target")


if __name__ == "__main__":
    TOOL, REPORT = map(os.path.abspath, sys.argv[1:3])
    sys.path.insert(0, os.path.dirname(REPORT))
    program.run_cases(sys.argv[:1])
