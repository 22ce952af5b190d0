"""Who tries nothing says so, and does not say that it held."""

import os
import subprocess
import sys

import program

HONEST = ("headed", "headed_4", "headed_16", "headed_64")
SERVED = r"[1-9][\d,]* requests served, [\d,]+ refused"


class Tried(program.Case):
    suite = fuzzer = corpus = ""

    def run_other(self, *command):
        # What a GoogleTest of its own would write there is not this test's.
        env = {name: value for name, value in os.environ.items()
               if name != "XML_OUTPUT_FILE"}
        return subprocess.run([*program.EMULATOR, *command], env=env,
                              capture_output=True, text=True, check=False)

    def test_what_is_explored_of_an_honest_port_is_served(self):
        for system in HONEST:
            with self.subTest(system):
                stdout = self.expect(0, "explore", system)
                self.assertRegex(stdout, r" [1-9]\d+ states, .*" + SERVED)

    def test_a_fault_in_a_free_is_found_by_default(self):
        stdout = self.expect(1, "explore", "headed_joins_over_blocks")
        self.assertIn("\n# violation  ", stdout)

    def test_random_scripts_say_what_was_served(self):
        for system in HONEST:
            with self.subTest(system):
                self.assertRegex(
                    self.expect(0, "random", system, "--ops", "20000",
                                "--seed", "1"), SERVED)

    def test_an_allocator_that_refuses_everything_is_no_success(self):
        for command in (["explore"], ["random", "--ops", "20000"]):
            with self.subTest(command[0]):
                came = self.expect_bad_input(
                    command[0], "headed_refuses", *command[1:])
                self.assertIn("served", came)
                self.assertIn("nothing was shown", came)

    def test_a_region_in_which_nothing_is_served_is_no_success(self):
        for system, units in (("headed_64", "1"), ("headed_refuses", "8")):
            with self.subTest(system):
                self.assertIn("nothing was shown", self.expect_bad_input(
                    "explore", system, "--units", units))

    def test_the_suite_fails_if_nothing_is_served(self):
        came = self.run_other(self.suite)
        self.assertEqual(came.returncode, 1, came.stdout)
        for test in ("WrittenScriptsHold", "RandomScriptsHold", "SwarmsHold",
                     "SomeOfWhatIsModestIsServed"):
            self.assertIn("[  FAILED  ] All/Suite.%s/headed_refuses" % test,
                          came.stdout)

    def test_a_fuzzer_fails_if_nothing_is_served(self):
        came = self.run_other(self.fuzzer, self.corpus)
        self.assertEqual(came.returncode, 2, came.stderr)
        self.assertIn("nothing was shown", came.stderr)
        # One input that was kept may serve nothing.
        one = os.path.join(self.corpus, min(os.listdir(self.corpus)))
        self.assertEqual(self.run_other(self.fuzzer, one).returncode, 0)


if __name__ == "__main__":
    Tried.suite, Tried.fuzzer, Tried.corpus = map(
        os.path.abspath, [sys.argv.pop(2) for _ in range(3)])
    program.main()
