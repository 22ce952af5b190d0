"""lockstep explore, on systems that hold and on ports that lie."""

import json
import re

import program


class Explore(program.Case):

    def explore(self, exit_code, *arguments):
        """The object of JSON, with its details at the top, and the last line
        without --json."""
        fields = json.loads(
            self.expect(exit_code, "explore", "--json", *arguments))
        stdout = self.expect(exit_code, "explore", *arguments)
        return {**fields, **fields["details"]}, stdout.splitlines()[-1]

    def test_all_states_of_a_small_buddy(self):
        came, line = self.explore(0, "buddy", "--units", "8")
        self.assertEqual(
            (came["command"], came["states"], came["expanded"],
             came["findings"]), ("explore", 677, 677, []))
        self.assertEqual(came["verbs"]["free"], {"done": 2653, "refused": 0})
        self.assertEqual(came["operations"], sum(
            tally["done"] + tally["refused"]
            for tally in came["verbs"].values()))
        self.assertRegex(line, r"^buddy: all 677 states, [\d,]+ transitions, "
                         r"12 deep, .* 0 violations$")

    def test_every_system_of_ours(self):
        for system in ("buddy_6", "buddy_byte", "heap", "slab", "slab_byte",
                       "slab_cache", "slab_cache_3"):
            with self.subTest(system):
                came, line = self.explore(0, system, "--concrete",
                                          "--slots", "2")
                self.assertGreater(came["states"], 5)
                self.assertIn(": all ", line)

    def test_an_alphabet_can_be_chosen(self):
        came, _ = self.explore(0, "buddy", "--units", "4", "--alphabet",
                               "alloc,free", "--sizes", "8,16")
        self.assertEqual(sorted(came["verbs"]), ["alloc", "free"])
        self.assertIn("no verb 'fre'", self.expect_bad_input(
            "explore", "buddy", "--alphabet", "fre"))
        self.assertIn("nothing can be done", self.expect_bad_input(
            "explore", "buddy", "--alphabet", "free"))

    def test_limits_end_it_with_2_and_are_said(self):
        self.assertIn("--max-states", self.expect_bad_input(
            "explore", "buddy", "--units", "16", "--max-states", "1000"))
        self.assertIn("--memory", self.expect_bad_input(
            "explore", "buddy", "--units", "16", "--concrete", "--memory",
            "0.01"))

    def test_a_region_that_the_port_does_not_take_is_bad_usage(self):
        self.assertIn("init_granule_bytes", self.expect_bad_input(
            "explore", "heap", "--units", "3"))

    def test_without_snapshots_it_says_what_to_declare(self):
        stderr = self.expect_bad_input("explore", "lying_never_merges",
                                       "--go-back", "snapshots")
        self.assertIn("LOCKSTEP_SNAPSHOTS", stderr)
        self.assertIn("--go-back replay", stderr)

    def test_a_violation_comes_as_a_trace_that_can_be_replayed(self):
        stdout = self.expect(1, "explore", "lying_never_merges", "--go-back",
                             "either", "--units", "4")
        self.assertRegex(stdout, r"\n# violation  refusal: ")
        self.assertRegex(stdout, r"\n# lying_never_merges: .* 1 violations\n$")
        self.assertIn("\n# violation  refusal: ",
                      self.expect(1, "replay", "-", "--minimise-seconds", "0.1",
                                  stdin=stdout))
        self.assertGreater(self.explore(
            1, "lying_never_merges", "--go-back", "either")[0]["operations"], 0)
        command = re.search("^# found by   \S+ (explore .*)", stdout)
        again = self.expect(1, *command.group(1).split())
        self.assertEqual(again.splitlines()[:-1], stdout.splitlines()[:-1])

    def test_who_keeps_state_elsewhere_is_told_so(self):
        if self.explore(0, "buddy")[0]["go_back"] == "replay":
            self.skipTest("built without snapshots")
        stdout = self.expect(1, "explore", "hiding", "--units", "8")
        self.assertRegex(stdout, r"\n# violation  snapshots: ")
        self.assertIn("--go-back replay does without", stdout)
        self.expect(0, "explore", "hiding", "--units", "4", "--go-back",
                    "replay")
        # Run from its start it holds, as the report says.
        self.expect(0, "replay", "-", stdin=stdout)

    def test_a_hang_while_states_are_told_apart_comes_as_a_trace(self):
        stdout = self.expect(1, "explore", "hanging", "--concrete", "--units",
                             "8", "--slots", "2", "--sizes", "8")
        self.assertRegex(stdout, r"\n# violation  hang: ")
        self.assertIn("\n# violation  hang: ",
                      self.expect(1, "replay", "-", "--minimise-seconds", "0.1",
                                  stdin=stdout))

    def test_an_interrupt_ends_it_with_a_summary(self):
        command = [self.path, "explore", "buddy", "--units", "16", "--concrete"]
        code, stdout, seconds = self.interrupt(command, after_seconds=1.5)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 10)
        self.assertRegex(stdout, r"^buddy: interrupted; [\d,]+ states, ")


if __name__ == "__main__":
    program.main()
