"""That the first draft breaks the rules that docs/porting.md says it breaks, and
that first_fit, as it is now, breaks none of them.

Arguments: the command line with the draft, the one with first_fit, the page,
and traces, each named by the rule.
"""

import os
import sys

import program

FINISHED, PAGE, TRACES = "", "", []


class FirstDraft(program.Case):

    def test_it_breaks_each_rule_that_there_is_a_trace_for(self):
        self.assertEqual(len(TRACES), 4)
        for path in TRACES:
            with self.subTest(path):
                rule = os.path.basename(path).removesuffix(".trace")
                self.assertIn("# violation  %s: " % rule,
                              self.expect(1, "replay", path))

    def test_what_the_page_shows_is_what_it_prints(self):
        self.expect_what_is_printed(PAGE, "first_draft_lockstep")


class FirstFit(program.Case):

    def test_it_breaks_none(self):
        self.path = FINISHED
        self.assertTrue(self.expect(0, "replay", *TRACES).endswith(
            " 0 divergences\n"))


if __name__ == "__main__":
    FINISHED, PAGE, *TRACES = [os.path.abspath(path) for path in sys.argv[2:]]
    del sys.argv[2:]
    program.main()
