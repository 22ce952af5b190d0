"""lockstep show and lockstep minimise."""

import program


class Show(program.Case):

    def test_the_map_follows_the_blocks(self):
        stdout = self.expect(0, "show", "-", "--width", "16",
                             stdin=program.SMALL_TRACE)
        steps = stdout.splitlines()[2:]
        self.assertEqual([step[44:] for step in steps], [
            "|................| ok",
            "|aaaa............| 0",
            "|aaaabb..........| 256",
            "|....bb..........| ok",
            "|....bb..cccccccc| 512",
            "|........cccccccc| ok",
            "|........cccccccc| no_memory",
        ])
        self.assertIn("64 bytes a column", stdout)
        self.assertTrue(steps[1].startswith("2     alloc b0 size=256 align=1"))

    def test_a_part_can_be_had(self):
        stdout = self.expect(0, "show", "-", "--from", "3", "--to", "4",
                             stdin=program.SMALL_TRACE)
        numbers = [line.split()[0] for line in stdout.splitlines()[2:]]
        self.assertEqual(numbers, ["3", "4"])
        self.assertIn("--from 8", self.expect_bad_input(
            "show", "-", "--from", "8", stdin=program.SMALL_TRACE))

    def test_what_was_recorded_otherwise_is_said(self):
        altered = program.SMALL_TRACE.replace("-> 512", "-> 768")
        self.assertIn("| 512  (recorded: 768)\n",
                      self.expect(0, "show", "-", stdin=altered))

    def test_a_broken_trace_is_bad_input(self):
        self.assertIn("-:1: expected 'lockstep-trace', found 'hello'",
                      self.expect_bad_input("show", "-", stdin="hello\n"))

    def test_there_is_nothing_to_minimise_where_all_holds(self):
        self.assertEqual(
            self.expect(0, "minimise", "-", stdin=program.SMALL_TRACE),
            "-: all rules hold, so there is nothing to minimise\n")


if __name__ == "__main__":
    program.main()
