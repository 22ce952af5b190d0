"""How the command line is asked, and what it says when it is asked wrongly."""

import subprocess
import unittest

import program

COMMANDS = ["list", "replay", "random", "minimise", "show", "explore",
            "debug", "export", "threads", "schedules"]


class Usage(program.Case):

    def test_every_command_explains_itself(self):
        overview = self.expect(0, "--help")
        self.assertIn("Exit codes: 0 all held, 1 something was violated, "
                      "2 bad usage or input", overview)
        for command in COMMANDS:
            with self.subTest(command):
                self.assertIn(command, overview)
                text = self.expect(0, command, "--help")
                self.assertIn("Usage: lockstep " + command, text)

    def test_bad_usage_exits_with_2_and_says_why(self):
        cases = {
            (): "subcommand",
            ("frobnicate",): "there is no command 'frobnicate'",
            ("replay",): "files",
            ("random",): "system",
            ("random", "buddy", "--ops", "0"): "--ops",
            ("random", "buddy", "--ops", "5", "--seconds", "1"): "--seconds",
            ("random", "buddy", "--models", "recording"): "--models",
            ("list", "animals"): "animals",
            ("show",): "file",
            ("explore", "buddy", "--concrete", "--bytes"): "--bytes",
            ("threads",): "system",
            ("threads", "buddy"): "LOCKSTEP_THREAD_SAFE",
            ("threads", "heap_locked", "--threads", "1"): "--threads",
            ("schedules",): "system",
            ("schedules", "buddy"): "LOCKSTEP_THREAD_SAFE",
            ("schedules", "heap_locked", "--strategy", "best"): "--strategy",
            ("schedules", "heap_locked", "--depth", "0"): "--depth",
        }
        for arguments, word in cases.items():
            with self.subTest(arguments):
                self.assertIn(word, self.expect_bad_input(*arguments))

    def test_a_number_out_of_range_is_refused_in_a_short_line(self):
        for command in ("random", "props"):
            for seed in ("-1", str(2**64), "", "1x", "0.5"):
                with self.subTest((command, seed)):
                    self.assertIn("--seed", self.expect_bad_input(
                        command, "buddy", "--seed", seed))
        self.expect(0, "random", "buddy", "--ops", "1e2")
        for text in ("0", "-1", "nan", "inf", "1.5", "1e30"):
            with self.subTest(text):
                stderr = self.expect_bad_input("random", "buddy", "--ops", text)
                self.assertIn("'%s' is no whole number" % text, stderr)
                self.assertLess(max(map(len, stderr.splitlines())), 80)
        self.assertNotRegex(self.expect(0, "random", "--help"), r"\d{20}")

    def test_the_largest_seed_is_one(self):
        self.assertIn("seeds %d.." % (2**64 - 1), self.expect(
            0, "random", "buddy", "--ops", "1", "--seed", str(2**64 - 1)))

    def test_what_cannot_be_written_is_said_and_exits_with_2(self):
        trace = self.temporary("small.trace", program.SMALL_TRACE)
        inputs = self.temporary("input", "")
        for arguments in (("--help",), ("list",), ("show", trace),
                          ("replay", trace), ("decode", "buddy", inputs),
                          ("random", "buddy", "--ops", "1"),
                          ("random", "buddy", "--ops", "1", "--json")):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                came = subprocess.run(
                    [*program.EMULATOR, self.path, *arguments], stdout=full,
                    stderr=subprocess.PIPE, text=True, check=False)
                self.assertEqual(came.returncode, 2, came.stderr)
                self.assertIn("standard output cannot be written", came.stderr)

    def test_a_system_that_is_not_there_is_named_with_those_that_are(self):
        stderr = self.expect_bad_input("random", "budy")
        self.assertIn("no system 'budy'; did you mean buddy? there are: buddy ",
                      stderr)

    def test_an_option_that_is_not_there_is_told_with_its_neighbour(self):
        self.assertIn("did you mean --seconds?", self.expect_bad_input(
            "random", "buddy", "--secnds", "1"))
        self.assertNotIn("did you mean", self.expect_bad_input(
            "random", "buddy", "--frobnicate"))

    def test_list_names_all_that_there_is(self):
        everything = self.expect(0, "list")
        parts = [self.expect(0, "list", what)
                 for what in ("systems", "placements", "rules", "verbs")]
        self.assertEqual(everything, "".join(parts))
        self.assertEqual(program.systems(self.path), [
            "buddy", "buddy_6", "buddy_6_mapped", "buddy_byte", "buddy_mapped",
            "heap", "heap_locked", "heap_mapped", "heap_mapped_locked",
            "heap_resource", "slab", "slab_byte", "slab_cache", "slab_cache_3",
            "slab_cache_3_shared", "slab_cache_shared",
            "slab_cache_unsealed_shared"])
        self.assertIn("\n  slab_byte ", parts[1])
        self.assertRegex(parts[2], r"\n  disjoint +live blocks do not overlap")
        self.assertRegex(parts[3], r"\n  free_null .*\(misuse\)\n")

    def test_a_name_and_its_summary_stand_apart(self):
        for line in self.expect(0, "list").splitlines():
            self.assertRegex(line, r"^(\w+|  \w+ {2,}\w.*)$")


if __name__ == "__main__":
    program.main()
