"""lockstep props, on systems that hold and on ports that lie.

Arguments: the command line, the properties alone with ports that break a law,
and the command line with ports that lie.
"""

import json
import os
import re
import sys

import program

UNLAWFUL, LYING = "", ""


def report_in(stdout):
    """All but the last line, which sums up."""
    return "".join(stdout.splitlines(keepends=True)[:-1])


class Lawful(program.Campaign):
    command = "props"
    brief = ("--property", "lockstep", "--cases", "30")
    longer = ("--cases", "20")
    seeds = "7..7"
    long = ("--seconds", "60")

    def test_every_system_has_what_it_promises(self):
        stdout = self.summary("props", "--cases", "20", "--size", "40")
        for system in program.systems(self.path):
            line = re.search(
                r"(?m)^%s: (\d+) of (\d+) properties held, (\d+) never tried, "
                r"\d+ skipped, [\d,]+ operations in \d+ scripts, "
                r"seeds \d+\.\.\d+, , 0 violations$" % system, stdout)
            self.assertTrue(line, stdout)
            held, properties, untried = map(int, line.groups())
            self.assertEqual(held + untried, properties)
            self.assertGreater(held, 1)

    def test_it_ends_after_so_many_seconds(self):
        stdout = self.expect(0, "props", "slab", "--json", "--seconds", "0.2")
        came = json.loads(stdout)
        self.assertEqual((came["command"], came["system"], came["findings"]),
                         ("props", "slab", []))
        self.assertGreaterEqual(came["seconds"], 0.2)
        self.assertGreater(came["operations"], 0)

    def test_bad_usage_says_what_to_do(self):
        self.assertIn("see --list", self.expect_bad_input(
            "props", "heap", "--property", "gravity"))
        self.assertIn("there are: buddy", self.expect_bad_input(
            "props", "hep"))
        self.assertIn("No such file", self.expect_bad_input(
            "props", "heap", "--script", "nowhere"))

    def test_what_is_not_promised_is_skipped_aloud(self):
        came = self.run_program("props", "slab", "--cases", "1")
        self.assertRegex(came.stderr, r"lockstep: slab: skipped, .*: .* "
                         r"halves_are_buddies ")
        self.assertRegex(came.stdout, r" [1-9]\d* skipped")

    # On a script that neither allocates nor frees.
    def run_idly(self, *arguments):
        path = self.temporary(
            "idle.trace", "lockstep-trace 1\ncomponent buddy\n"
            "arena size=8192 align=8192\ninit offset=0 size=8192\n")
        return self.run_program("props", "buddy", *arguments, "--script", path)

    def test_a_property_that_was_never_tried_does_not_count_as_held(self):
        both = ("--property", "frees_refund_in_full",
                "--property", "books_balance")
        came = self.run_idly(*both)
        self.assertEqual(came.returncode, 0)
        self.assertRegex(came.stderr, "buddy: never tried, because no script "
                         "met their premise; .*: frees_refund_in_full\n")
        self.assertIn("buddy: 1 of 2 properties held, 1 never tried,",
                      came.stdout)
        came = self.run_idly(*both, "--json")
        details = json.loads(came.stdout)["details"]
        self.assertEqual(
            (details["properties"], details["properties_untried"]), (2, 1))

    def test_it_fails_when_nothing_was_tried(self):
        for name in ("lockstep", "frees_refund_in_full"):
            came = self.run_idly("--property", name)
            self.assertEqual(came.returncode, 2)
            self.assertIn("nothing was tried: no script met the premise",
                          came.stderr)
        self.assertIn("nothing was tried: no system promises",
                      self.expect_bad_input("props", "slab", "--property",
                                            "halves_are_buddies"))

    def test_the_list_says_what_is_claimed_and_of_whom(self):
        stdout = self.expect(0, "props", "--list")
        self.assertRegex(stdout, r"halves_are_buddies\n    a span .*\n"
                         r"    for ports that merge ")


class Unlawful(program.Case):

    def run_program(self, *arguments, stdin=""):
        self.path = UNLAWFUL
        return super().run_program(*arguments, stdin=stdin)

    def test_the_report_of_a_law_can_be_tried_again(self):
        stdout = self.expect(1, "props", "unlawful_loses_pages", "--property",
                             "all_free_is_as_fresh", "--seed", "1")
        report = report_in(stdout)
        path = self.temporary("law.trace", report)
        program_name, arguments = re.search(
            r"run: (\S+) (props .*) FILE\n", report).groups()
        self.assertTrue(program_name.endswith("unlawful_lockstep"))
        again = self.expect(1, *arguments.split(), path)
        self.assertEqual(report.split("lockstep-trace")[1],
                         report_in(again).split("lockstep-trace")[1])

    def test_a_trace_that_breaks_a_law_alone_says_so(self):
        path = self.temporary("law.trace", report_in(self.expect(
            1, "props", "unlawful_counts_its_handles", "--property",
            "instances_are_strangers", "--seed", "1")))
        for command in ("replay", "minimise", "show"):
            came = self.run_program(command, path)
            self.assertEqual(came.returncode, 0, came.stdout)
            self.assertRegex(
                came.stderr, "breaks the law instances_are_strangers, and no "
                r"rule. To see it, run: \S+ props .* --script \S*law.trace")

    def test_the_line_of_the_seed_finds_it_again(self):
        stdout = self.expect(1, "props", "unlawful_likes_odd_bytes", "--property",
                             "spans_alone_count")
        command = re.search("^# found by   \S+ props (.*)", stdout)
        again = self.expect(1, "props", *command.group(1).split())
        self.assertEqual(report_in(stdout), report_in(again))

    def test_all_the_laws_that_are_broken_are_reported(self):
        stdout = self.expect(1, "props", "unlawful_loses_a_byte", "--seed", "1")
        rules = re.findall(r"^# violation  (\w+): ", stdout, re.MULTILINE)
        self.assertEqual(rules, sorted(set(rules), key=rules.index))
        self.assertIn("lockstep", stdout)
        self.assertLessEqual({"conserved", "books_balance"}, set(rules))


class Lying(program.Case):

    def run_program(self, *arguments, stdin=""):
        self.path = LYING
        return super().run_program(*arguments, stdin=stdin)

    def test_a_violation_of_a_rule_is_a_trace_to_replay(self):
        arguments = ("props", "lying_aligns_to_half", "--property", "lockstep",
                     "--seed", "1")
        report = self.expect(1, *arguments)
        self.assertRegex(report, r"# shrunk     from \d+ steps to 2 by "
                         r"RapidCheck, in \d+ runs\n# violation  aligned: ")
        [finding] = json.loads(self.expect(1, *arguments, "--json"))["findings"]
        self.assertEqual(finding["rule"], "aligned")
        self.assertRegex(report, r"run: \S+lying_lockstep replay FILE\n")
        self.expect(1, "replay", "-", stdin=report)


if __name__ == "__main__":
    UNLAWFUL, LYING = map(os.path.abspath, (sys.argv.pop(2), sys.argv.pop(2)))
    program.main()
