"""What is installed, without compiling the command line again: a project that
uses it as docs/installing.md says, its pages and completions, and the packages.

Arguments: the command line, the engine of its fuzzer, the lists of the sources that
Bazel compiles for either and for the library of its schedules, that library, and
the page.
"""

import os
import re
import shutil
import sys
import tempfile
import unittest

import checkout
import program

LOCKSTEP, FUZZER, COMPILED, FUZZED, SCHEDULED = "", "", "", "", ""
LIBRARY, PAGE = "", ""


@checkout.needs("cmake", "make")
class Installed(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        cls.checkout = os.path.join(cls.folder, "checkout")
        checkout.copy_checkout(cls.checkout)
        cls.build, cls.prefix = checkout.install(cls.checkout, LOCKSTEP,
                                                 FUZZER, LIBRARY, cls.folder)

    def read(self, name):
        return checkout.read(os.path.join(self.prefix, name))

    def project(self, allocator):
        folder = tempfile.mkdtemp(dir=self.folder)
        checkout.write_project(folder, PAGE, allocator)
        return folder

    def configure(self, project):
        return checkout.run("cmake", "-S", project, "-B", project + "/build",
                            "-DCMAKE_PREFIX_PATH=" + self.prefix)

    def ctest(self, allocator):
        """Its exit code, its verdicts by name, and all that it says."""
        project = self.project(allocator)
        came = self.configure(project)
        self.assertEqual(came.returncode, 0, came.stderr)
        checkout.run_or_fail("cmake", "--build", project + "/build")
        came = checkout.run("ctest", "--test-dir", project + "/build",
                            "--output-on-failure")
        return came.returncode, dict(re.findall(
            r"Test +#\d+: (\S+) \.+ *\**(\w+)", came.stdout)), came.stdout

    def make(self, allocator):
        environment = dict(
            os.environ, C_INCLUDE_PATH=self.prefix + "/include",
            PATH="%s/bin:%s" % (self.prefix, os.environ["PATH"]))
        return checkout.run("make", "-C", self.project(allocator),
                            env=environment)

    def test_everything_is_there_and_no_link(self):
        came = checkout.files_below(self.prefix)
        self.assertEqual(set(checkout.INSTALLED) - set(came), set())
        for name in came:
            path = os.path.join(self.prefix, name)
            self.assertFalse(os.path.islink(path), name)
            self.assertGreater(os.path.getsize(path), 0, name)

    def test_cmake_compiles_what_bazel_compiles(self):
        for labels, sources, least in (
                (COMPILED, "sources.txt", 80), (FUZZED, "fuzz_sources.txt", 50),
                (SCHEDULED, "scheduled_sources.txt", 4)):
            bazel = {label.lstrip("/").replace(":", "/")
                     for label in checkout.read(labels).split()}
            cmake = set(checkout.read(os.path.join(self.build, sources)).split())
            self.assertGreater(len(cmake), least)
            self.assertEqual(cmake, bazel)

    def test_ctest_is_green_where_there_is_no_fault(self):
        code, verdicts, said = self.ctest("my_alloc")
        self.assertEqual(code, 0, said)
        self.assertEqual(verdicts, {"mine.%s" % test: "Passed" for test in (
            "random", "props", "explore", "replay")})

    def test_ctest_shows_a_trace_where_there_is_one(self):
        code, verdicts, said = self.ctest("my_alloc_short_header")
        self.assertEqual(code, 8, said)
        for test in ("random", "props", "replay"):
            self.assertEqual(verdicts["mine." + test], "Failed", said)
        self.assertIn("lockstep-trace 1\ncomponent mine\n", said)

    def test_make(self):
        came = self.make("my_alloc")
        self.assertEqual(came.returncode, 0, came.stderr)
        self.assertIn(" 0 violations", came.stdout)
        came = self.make("my_alloc_short_header")
        self.assertEqual(came.returncode, 2, came.stdout)
        self.assertIn("lockstep-trace 1\ncomponent mine\n", came.stdout)

    def test_bad_calls_of_the_function_are_refused(self):
        for before, after, message in (
                (" MODULE ", " STATIC ", "only a SHARED or MODULE library"),
                (" TRACES ", " TRACE ", "unknown: TRACE;traces")):
            project = self.project("my_alloc")
            path = os.path.join(project, "CMakeLists.txt")
            checkout.write(checkout.read(path).replace(before, after), path)
            came = self.configure(project)
            self.assertNotEqual(came.returncode, 0)
            self.assertIn(message, " ".join(came.stderr.split()))

    @checkout.needs("clang-19")
    def test_the_fuzzer_needs_no_variable(self):
        folder = self.project("my_alloc_short_header")
        library = os.path.join(folder, "libmine.so")
        checkout.run_or_fail(
            "clang-19", "-fsanitize=fuzzer-no-link,address", "-g", "-O1", "-shared",
            "-fPIC", "-I" + self.prefix + "/include", "my_alloc.c",
            "my_alloc_port.c", "-o", library, cwd=folder)
        came = checkout.run(self.prefix + "/bin/lockstep", "fuzz", library,
                            "--seconds", "60", cwd=folder)
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        self.assertIn("lockstep-trace 1\ncomponent mine\n", came.stdout)

    def test_the_crate_is_found_where_it_is_installed(self):
        project = tempfile.mkdtemp(dir=self.folder)
        checkout.run_or_fail(self.prefix + "/bin/lockstep", "new", "rust", "crate",
                             cwd=project)
        [path] = re.findall('path = "(.*)"', checkout.read(
            os.path.join(project, "crate/Cargo.toml")))
        self.assertEqual(path, os.path.realpath(
            self.prefix + "/share/lockstep/rust"))

    @checkout.needs("g++")
    def test_a_port_in_cpp(self):
        library = os.path.join(self.folder, "libcpp.so")
        checkout.run_or_fail(
            "g++", "-std=c++20", "-shared", "-fPIC", "-I",
            self.prefix + "/include", "tests/package/cpp_port.cc", "-o", library)
        self.assertRegex(checkout.run_or_fail(
            self.prefix + "/bin/lockstep", "random", library, "--ops", "1e4"),
                         r"^cpp: .* [1-9][\d,]* requests served, .* 0 violations")

    @checkout.needs("pkg-config")
    def test_pkg_config_finds_it_wherever_it_lies(self):
        moved = os.path.join(self.folder, "moved")
        shutil.copytree(self.prefix, moved)
        environment = dict(os.environ,
                           PKG_CONFIG_PATH=moved + "/lib/pkgconfig")
        flags = checkout.run_or_fail("pkg-config", "--cflags", "lockstep",
                                     env=environment).strip()
        self.assertEqual(os.path.realpath(flags[2:]),
                         os.path.realpath(moved + "/include"))
        program = checkout.run_or_fail(
            "pkg-config", "--variable=lockstep", "lockstep", env=environment)
        version = checkout.run_or_fail("pkg-config", "--modversion", "lockstep",
                                       env=environment)
        self.assertIn("lockstep " + version, checkout.run_or_fail(
            program.strip(), "--version"))

    def test_a_page_says_what_help_says(self):
        for command in checkout.COMMANDS:
            page = self.read("share/man/man1/lockstep-%s.1" % command)
            options = re.findall(r"(?<= |,)--[\w-]+", checkout.run_or_fail(
                LOCKSTEP, command, "--help"))
            self.assertTrue(options)
            for option in options:
                with self.subTest(command=command, option=option):
                    self.assertIn(option.replace("-", "\\-"), page)

    @checkout.needs("man")
    def test_man_has_nothing_to_complain_about(self):
        folder = os.path.join(self.prefix, "share/man/man1")
        for name in os.listdir(folder):
            came = checkout.run("man", "--warnings", "-l",
                                os.path.join(folder, name))
            self.assertEqual((came.returncode, came.stderr), (0, ""), name)
            self.assertIn("SYNOPSIS", came.stdout)

    def test_bash_completes_commands_options_and_values(self):
        script = os.path.join(self.prefix, "share/bash-completion/completions/lockstep")
        for typed, expected in {
                "lockstep ran": "random",
                "lockstep random --se": "--seconds --seed",
                "lockstep random --models s": "shadow",
                "lockstep random slab_cache_3": "slab_cache_3 slab_cache_3_shared",
                "lockstep random --without disj": "disjoint",
                "lockstep manu": "",
        }.items():
            with self.subTest(typed):
                self.assertEqual(checkout.run_or_fail(
                    "bash", "-c", checkout.COMPLETE, "bash", script,
                    os.path.join(self.prefix, "bin"), typed).strip(), expected)

    @checkout.needs("dpkg-deb", "xz", "readelf")
    def test_the_packages_hold_what_is_installed(self):
        output = os.path.join(self.folder, "packages")
        # How small they are is not looked at.
        quick = {**os.environ, "XZ_OPT": "-0", "DPKG_DEB_COMPRESSOR_LEVEL": "0"}
        said = checkout.run_or_fail(
            os.path.join(self.checkout, "tools/package"), "--program", LOCKSTEP,
            "--fuzzer", FUZZER, "--scheduled", LIBRARY, "--output", output,
            env=quick)
        self.assertRegex(said, r"fuzzer +\d+ bytes")
        self.assertRegex(said, r"schedules +\d+ bytes")
        self.assertRegex(said, r"needs +glibc 2\.\d+ or newer")
        self.assertRegex(said, r"depends +libc6 \(>= 2\.\d+\)")
        deb, archive = sorted(os.listdir(output), reverse=True)
        listed = checkout.run_or_fail("dpkg-deb", "--contents",
                                      os.path.join(output, deb))
        packed = checkout.run_or_fail("tar", "-tf", os.path.join(output, archive))
        top = archive.removesuffix(".tar.xz") + "/"
        for name in checkout.INSTALLED:
            name += ".gz" if name.endswith(".1") else ""
            self.assertIn("\n%s%s\n" % (top, name), "\n" + packed)
            name = name.replace("zsh/site-functions", "zsh/vendor-completions")
            self.assertIn(" ./usr/%s\n" % name, listed)


class BadUsage(unittest.TestCase):

    def test_of_package(self):
        for arguments in (("--frobnicate",), ("--output",), ("--jobs", "0"),
                          ("--program", "/nowhere/lockstep"),
                          ("--fuzzer", "/nowhere/lockstep-fuzz"),
                          ("--scheduled", "/nowhere/libscheduled.so")):
            came = checkout.run("tools/package", *arguments)
            self.assertEqual(came.returncode, 2, arguments)
            self.assertTrue(came.stderr, arguments)
        self.assertIn("For example: ", checkout.run_or_fail("tools/package",
                                                            "--help"))


if __name__ == "__main__":
    (LOCKSTEP, FUZZER, COMPILED, FUZZED, SCHEDULED, LIBRARY, PAGE) = map(
        os.path.abspath, sys.argv[1:])
    program.run_cases(sys.argv[:1])
