"""That the command line finds out ports that lie, and that its reports can be
pasted."""

import os
import re

import program

# They claim no placement: only beside a recording, or a twin, do they lie.
LIARS_BY_COMPARISON = {
    "lying_serves_another_half",
    "lying_serves_not_what_its_twin_serves",
}
SEED = "1"
# Every one of them is found by tests/lying, in one process. Here it is the command
# line and its reports that are tested, for which one in so many will do.
ONE_OF = 4


def report_in(stdout):
    """All but the last line, which sums up."""
    return "".join(stdout.splitlines(keepends=True)[:-1])


class Lying(program.Case):

    def liars(self):
        found = [name for name in program.systems(self.path)
                 if name not in LIARS_BY_COMPARISON]
        self.assertGreater(len(found), 20)
        return found

    def test_some_are_found_out_and_their_reports_can_be_replayed(self):
        for liar in self.liars()[::ONE_OF]:
            with self.subTest(liar):
                stdout = self.expect(1, "random", liar, "--seed", SEED,
                                     "--script-ops", "1024")
                self.assertRegex(stdout, " 1 violations\n$")
                report = report_in(stdout)
                again = self.expect(1, "replay", "-", stdin=report)
                self.assertEqual(program.rule_in(again), program.rule_in(report))
                self.assertTrue(again.endswith(" 1 divergences\n"), again)

    def test_the_line_of_the_seed_finds_it_again(self):
        stdout = self.expect(1, "random", "lying_wants_whole_pages", "--swarm")
        command = re.search("^# found by   \S+ (random .*)", stdout)
        again = self.expect(1, *command.group(1).split())
        self.assertEqual(report_in(stdout), report_in(again))

    def test_a_lie_about_a_recording_is_found_by_it(self):
        stdout = self.expect(
            1, "replay", "-", "--system", "lying_serves_another_half",
            stdin=program.SMALL_TRACE)
        self.assertEqual(program.rule_in(stdout), "recording")
        self.expect(1, "replay", "-", stdin=report_in(stdout))

    def test_what_contradicts_a_twin_is_found_beside_it(self):
        liar = "lying_serves_not_what_its_twin_serves"
        twin = ("--twin", "lying_cries_wolf")  # Which serves as it should.
        stdout = self.expect(1, "random", liar, *twin, "--seed", SEED)
        report = report_in(stdout)
        self.assertEqual(program.rule_in(report), "twin")
        self.assertIn("replay FILE " + " ".join(twin), report)
        again = self.expect(1, "replay", "-", *twin, stdin=report)
        self.assertEqual(program.rule_in(again), "twin")
        short = self.expect(1, "minimise", "-", *twin, stdin=report)
        self.assertEqual(program.rule_in(short), "twin")
        self.expect(0, "replay", "-", stdin=report)
        self.assertIn("there is no system 'nobody'", self.expect_bad_input(
            "random", liar, "--twin", "nobody"))

    def test_minimise_makes_it_short_and_writes_it_down(self):
        script = "".join(
            "alloc b%d size=24 align=32\n" % slot for slot in range(100))
        trace = ("lockstep-trace 1\ncomponent lying_aligns_to_half\n"
                 "arena size=8192 align=8192\ninit offset=0 size=8192\n"
                 + script)
        output = os.path.join(os.environ["TEST_TMPDIR"], "short.trace")
        stdout = self.expect(1, "minimise", "-", "-o", output, stdin=trace)
        with open(output, encoding="utf-8") as file:
            self.assertEqual(file.read(), stdout)
        self.assertEqual(stdout.count("\nalloc "), 1)
        self.assertRegex(stdout, r"# minimised  from \d+ steps to 2, in ")
        self.assertEqual(program.rule_in(self.expect(1, "replay", output)), "aligned")


if __name__ == "__main__":
    program.main()
