"""Each miniature of a fault is found by a command that the documentation tells,
with a short trace, and its honest twin holds. Prints a table of it."""

import dataclasses
import os
import re
import sys
import time

import program

SEED = "1"
HONEST_OPS = "100000"


@dataclasses.dataclass(frozen=True)
class Miniature:
    system: str
    rule: str
    steps: int  # That a script needs to show it.
    kind: str = "-"  # Of the faults that real allocators had: see miniature.h.
    is_sanitized: bool = False  # Found in the sanitized library alone.
    last_words: str = ""  # Some of those that the report must have.
    seed: str = SEED


MINIATURES = (
    Miniature("mini_usable_wraps", "usable", 1, "13"),
    Miniature("mini_size_is_cut_off", "inside", 2, "14"),
    Miniature("mini_align_wraps", "crash", 2, "15"),
    Miniature("mini_asserts_that_it_fits", "crash", 1, "16",
              last_words="found != NULL"),
    Miniature("mini_index_past_the_table", "crash", 2, "17"),
    Miniature("mini_statistics_need_a_hole", "crash", 1, "18"),
    Miniature("mini_cyclic_holes", "hang", 3, "19"),
    Miniature("mini_dies_by_sigkill", "crash", 1, "20"),
    Miniature("mini_overflows_the_stack", "crash", 1, "20",
              last_words="the stack is full"),
    Miniature("mini_forgets_to_clear", "crash", 1, "21"),
    Miniature("mini_clears_too_much", "crash", 0, "22"),
    Miniature("mini_shifts_too_far", "crash", 2, "23", is_sanitized=True,
              last_words="shift exponent"),
    Miniature("mini_asserts_on_a_large_region", "crash", 1, "25",
              last_words="piece == left"),
    Miniature("mini_writes_into_a_tiny_region", "outside", 2, "26"),
    Miniature("mini_forgets_a_border", "restored", 3, "27"),
    Miniature("mini_exits", "crash", 1),
    Miniature("mini_unmaps_the_arena", "crash", 1),
    # It is noticed when the harness next looks at what was overwritten.
    Miniature("mini_writes_wildly", "crash", 2, seed="2"),
    Miniature("mini_talks_and_aborts", "crash", 1, last_words="lines ..."),
    Miniature("mini_sleeps", "hang", 1),
    Miniature("mini_create_crashes", "crash", 0),
    Miniature("mini_destroy_crashes", "crash", 0),
    Miniature("mini_statistics_crash", "crash", 1),
    Miniature("mini_audit_crashes", "crash", 2),
)


class Cells(program.Case):
    libraries = ""  # The folder of the sanitized ones.
    found = {}  # What find() came to, by system.

    def random(self, system, *arguments, is_sanitized=False, seed=SEED):
        if is_sanitized:
            system = os.path.join(self.libraries, system + ".so")
        return self.run_program("random", system, "--seed", seed, *arguments)

    def find(self, miniature):
        """The output of the command that must find it, and seconds."""
        if miniature.system not in self.found:
            self.found[miniature.system] = self.look_for(miniature)
        return self.found[miniature.system]

    def look_for(self, miniature):
        began = time.monotonic()
        # So that a machine that is busy does not end it early.
        came = self.random(miniature.system, "--minimise-seconds", "100",
                           is_sanitized=miniature.is_sanitized,
                           seed=miniature.seed)
        took = time.monotonic() - began
        self.assertEqual(came.returncode, 1, came.stdout + came.stderr)
        return came.stdout, took

    def test_each_is_found_and_told_with_a_short_trace(self):
        rows = [("miniature", "kind", "rule", "operations", "seconds", "steps")]
        for miniature in MINIATURES:
            with self.subTest(miniature.system):
                stdout, took = self.find(miniature)
                operations = re.search(r": ([\d,]+) operations",
                                       stdout).group(1)
                steps = program.steps_in(stdout)
                rows.append((miniature.system, miniature.kind, program.rule_in(stdout),
                             operations, "%.1f" % took, str(len(steps))))
                self.assertEqual(program.rule_in(stdout), miniature.rule, stdout)
                self.assertLessEqual(len(steps), miniature.steps + 1, stdout)
                self.assertIn(miniature.last_words, stdout)
                self.assertNotIn("given up", stdout)
        program.print_table(rows)

    def test_each_report_can_be_replayed(self):
        for miniature in MINIATURES:
            if miniature.is_sanitized:
                continue
            with self.subTest(miniature.system):
                report, _ = self.find(miniature)
                # Which is short already.
                again = self.expect(1, "replay", "-", "--minimise-seconds",
                                    "0.1", stdin=report)
                self.assertEqual(program.rule_in(again), miniature.rule)

    def test_the_honest_one_holds(self):
        for swarm in ([], ["--swarm"]):
            for is_sanitized in (False, True):
                with self.subTest(swarm=swarm, is_sanitized=is_sanitized):
                    came = self.random("mini_honest", "--ops", HONEST_OPS,
                                       *swarm, is_sanitized=is_sanitized)
                    self.assertEqual(came.returncode, 0,
                                     came.stdout + came.stderr)

    def test_what_has_no_visible_effect_needs_sanitizers(self):
        for miniature in MINIATURES:
            if miniature.is_sanitized:
                self.expect(0, "random", miniature.system, "--seed", SEED,
                            "--ops", HONEST_OPS)

    def test_all_of_them_are_tried(self):
        self.assertEqual({"mini_honest"} | {m.system for m in MINIATURES},
                         set(program.systems(self.path)))


if __name__ == "__main__":
    Cells.libraries = os.path.dirname(os.path.abspath(sys.argv.pop(2)))
    program.main()
