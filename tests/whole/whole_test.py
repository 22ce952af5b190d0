"""Each miniature of a fault in the whole interface is found by a command that
the documentation tells, with a short trace, and its honest twin holds. Prints a
table of it."""

import dataclasses
import json
import re
import time

import program

SEED = "1"
HONEST_OPS = "50000"


@dataclasses.dataclass(frozen=True)
class Miniature:
    system: str
    rule: str
    steps: int  # That a script needs to show it.
    kind: str  # Of the faults that real allocators had: see whole.h.
    command: tuple = ("random", "--minimise-seconds", "100")
    # With other seeds it is found as well, but it may break another rule first, or
    # its script may stay longer.
    seed: str = SEED


SPARSE = ("random", "--sparse", "--minimise-seconds", "100")
# Every address is legal, but worse than before the fault.
TWIN = ("random", "--twin", "whole_honest")
PROPS = ("props",)

MINIATURES = (
    Miniature("whole_copies_too_few", "contents", 4, "1"),
    Miniature("whole_copies_too_many", "refusal", 4, "1", seed="3"),
    Miniature("whole_grows_over_a_neighbour", "disjoint", 4, "2"),
    Miniature("whole_frees_before_it_fails", "contents", 4, "3", seed="3"),
    Miniature("whole_loses_the_align", "aligned", 3, "4"),
    Miniature("whole_shrinks_too_far", "contents", 3, "5"),
    Miniature("whole_keeps_the_tail", "refusal", 4, "6"),
    Miniature("whole_refuses_to_grow", "refusal", 3, "7"),
    Miniature("whole_loses_a_flag", "refusal", 4, "8"),
    Miniature("whole_clears_nothing", "zeroed", 4, "9"),
    Miniature("whole_product_wraps", "zeroed", 2, "10"),
    Miniature("whole_clears_from_usable", "zeroed", 4, "11"),
    Miniature("whole_usable_too_large", "refusal", 4, "12"),
    Miniature("whole_largest_vanish", "refusal", 4, "24"),
    Miniature("whole_cuts_off_sizes", "hang", 1, "28", SPARSE),
    Miniature("whole_keeps_regions_apart", "refusal", 4, "29"),
    Miniature("whole_loses_its_order", "twin", 5, "30", TWIN),
    Miniature("whole_refuses_near_full", "refusal", 2, "31"),
    Miniature("whole_too_few_blocks", "refusal", 3, "32", seed="9"),
    Miniature("pool_doubles_without_end", "ledger", 13, "33"),
    Miniature("pool_tries_only_once", "refusal", 3, "34"),
    Miniature("pool_keeps_all", "ledger", 12, "35"),
    Miniature("pool_forgets_what_is_free", "refusal", 6, "36"),
    Miniature("own_never_uses_again", "footprint_settles", 1, "37", PROPS),
    Miniature("whole_searches_all", "steps", 3, "38", seed="9"),
    Miniature("whole_frees_twice", "detected", 4, "39"),
    Miniature("whole_frees_inside", "detected", 3, "40"),
    Miniature("whole_forgets_layouts", "detected", 3, "39"),
    Miniature("whole_changes_any_layout", "detected", 3, "39"),
)
HONEST = ("own_honest", "pool_honest", "whole_honest")


class Whole(program.Case):

    def find(self, miniature):
        """The output of the command that must find it, and seconds."""
        name, *options = miniature.command
        began = time.monotonic()
        stdout = self.expect(1, name, miniature.system, "--seed",
                             miniature.seed, *options)
        return stdout, time.monotonic() - began

    def test_each_is_found_and_told_with_a_short_trace(self):
        rows = [("miniature", "kind", "rule", "operations", "seconds", "steps")]
        for miniature in MINIATURES:
            with self.subTest(miniature.system):
                stdout, took = self.find(miniature)
                operations = re.search(r" ([\d,]+) operations", stdout).group(1)
                steps = program.steps_in(stdout)
                rows.append((miniature.system, miniature.kind,
                             program.rule_in(stdout), operations,
                             "%.1f" % took, str(len(steps))))
                self.assertEqual(program.rule_in(stdout), miniature.rule,
                                 stdout)
                self.assertLessEqual(len(steps), miniature.steps + 1, stdout)
        program.print_table(rows)

    def test_the_honest_ones_hold(self):
        for system in HONEST:
            for mix in ([], ["--swarm"], ["--sparse"]):
                with self.subTest(system=system, mix=mix):
                    self.expect(0, "random", system, "--seed", SEED, "--ops",
                                HONEST_OPS, *mix)
            self.expect(0, "props", system, "--seed", SEED, "--cases", "50")

    def test_misuse_is_told_in_a_table(self):
        for system, dies in (("whole_honest", True),
                             ("whole_frees_twice", False)):
            with self.subTest(system):
                came = json.loads(self.expect(
                    0, "misuse", system, "--variants", "2", "--json"))
                for row in came["details"]["rows"]:
                    if row["misuse"] == "free again" and row["after"] == 0:
                        self.assertEqual(row["died"], row["tried"] * dies)
        self.assertIn("free again", self.expect(
            0, "misuse", "pool_honest", "--variants", "2"))
        self.expect_bad_input("misuse", "nosuch")

    def test_all_of_them_are_tried(self):
        self.assertEqual({*HONEST, *(m.system for m in MINIATURES)},
                         set(program.systems(self.path)))


if __name__ == "__main__":
    program.main()
