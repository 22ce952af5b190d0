"""lockstep replay, on the recordings and on what is not as it should be.

Arguments: the program, and the recordings.
"""

import json
import os
import sys

import program

BROKEN = "lockstep-trace 1\ncomponent buddy\n\n# no\narena size=0 align=1\n"
recordings = []


class Replay(program.Case):

    def test_every_recording_holds_under_all_models(self):
        folder = os.path.dirname(recordings[0])
        self.assertEqual(
            self.expect(0, "replay", *recordings),
            "replayed 24 traces, 17236 operations, 0 divergences\n")
        # With the regressions below it.
        self.assertEqual(
            self.expect(0, "replay", folder),
            "replayed 29 traces, 18220 operations, 0 divergences\n")

    def test_json_says_the_same(self):
        came = json.loads(self.expect(0, "replay", "--json", *recordings))
        self.assertEqual(
            (came["command"], came["operations"], came["findings"],
             came["details"]),
            ("replay", 17236, [],
             {"traces": 24, "traces_skipped": 0, "traces_refused": 0}))

    def test_standard_input_is_a_dash(self):
        self.assertEqual(
            self.expect(0, "replay", "-", stdin=program.SMALL_TRACE),
            "replayed 1 traces, 7 operations, 0 divergences\n")

    def test_a_broken_file_is_named_with_its_line_and_the_others_run(self):
        broken = self.temporary("broken.trace", BROKEN)
        sound = self.temporary("sound.trace", program.SMALL_TRACE)
        came = self.run_program("replay", broken, sound)
        self.assertEqual(came.returncode, 2)
        self.assertEqual(
            came.stderr,
            broken + ":5: expected a size that is not zero, found 'size=0'\n")
        self.assertEqual(came.stdout,
                         "bad input: 1 of 2 traces not replayed; "
                         "replayed 1 traces, 7 operations, 0 divergences\n")

    def test_the_last_line_of_bad_input_begins_with_that(self):
        broken = self.temporary("broken.trace", BROKEN)
        came = self.run_program("replay", broken)
        self.assertEqual(came.returncode, 2)
        self.assertTrue(came.stdout.splitlines()[-1].startswith("bad input: "),
                        came.stdout)

    def test_a_file_that_is_cut_off_is_said_to_end(self):
        stderr = self.expect_bad_input("replay", "-", stdin="lockstep-trace 1")
        self.assertEqual(
            stderr, "-:1: expected 'component', found the end of the file\n")

    def test_what_cannot_be_read_is_named(self):
        self.assertIn("nowhere.trace", self.expect_bad_input(
            "replay", "nowhere.trace"))
        empty = os.path.join(os.environ["TEST_TMPDIR"], "empty")
        os.makedirs(empty, exist_ok=True)
        self.assertIn(empty + ": no file in it ends in .trace",
                      self.expect_bad_input("replay", empty))

    def test_a_system_that_is_not_there_is_bad_input(self):
        text = program.SMALL_TRACE.replace("buddy", "body")
        self.assertIn("no system 'body'",
                      self.expect_bad_input("replay", "-", stdin=text))

    def test_an_altered_outcome_is_a_divergence_at_its_step(self):
        altered = program.SMALL_TRACE.replace("-> 512", "-> 768")
        for models in ([], ["--models", "recording"]):
            with self.subTest(models):
                stdout = self.expect(1, "replay", "-", *models, stdin=altered)
                self.assertIn("# violation  recording: ", stdout)
                self.assertIn("# step       5 of 5: alloc b2 size=512 align=8\n"
                              "# expected   768\n# came       512\n", stdout)
                self.assertTrue(stdout.endswith(
                    "replayed 1 traces, 5 operations, 1 divergences\n"))
        self.expect(0, "replay", "-", "--models", "shadow,placement",
                    stdin=altered)

    def test_what_it_prints_of_a_divergence_diverges_again(self):
        altered = program.SMALL_TRACE.replace("-> 512", "-> 768")
        printed = self.expect(1, "replay", "-", stdin=altered)
        report = printed.rpartition("replayed ")[0]
        self.assertEqual(
            self.expect(1, "replay", "-", stdin=report).splitlines()[1:],
            printed.replace("of 7 steps", "of 5 steps").splitlines()[1:])

    def test_another_system_can_be_had(self):
        stdout = self.expect(1, "replay", "-", "--system", "slab",
                             stdin=program.SMALL_TRACE)
        self.assertIn("component slab\n", stdout)

    def test_of_a_folder_only_traces_of_the_systems_placement_are_tried(self):
        folder = os.path.dirname(recordings[0])
        self.assertIn(
            "0 divergences, 16 of other components skipped\n",
            self.expect(0, "replay", "--system", "buddy", folder))

    def test_a_folder_without_a_trace_for_the_system_is_bad_input(self):
        folder = os.path.join(os.environ["TEST_TMPDIR"], "of_buddy")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "one.trace"), "w",
                  encoding="utf-8") as file:
            file.write(program.SMALL_TRACE)
        self.assertIn(
            "nothing was replayed: no trace in these folders names 'heap' or "
            "its placement",
            self.expect_bad_input("replay", "--system", "heap", folder))


if __name__ == "__main__":
    recordings = sys.argv[2:]
    del sys.argv[2:]
    program.main()
