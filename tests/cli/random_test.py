"""lockstep random, on systems that hold."""

import json
import re

import program


class Random(program.Case):

    def summary(self, *arguments):
        """What it says but for how long it took."""
        stdout = self.expect(0, "random", *arguments)
        return re.sub(r"[\d,]+ a second", "", stdout)

    def test_every_system_holds_whole_and_in_swarms(self):
        for system in program.systems(self.path):
            for swarm in ([], ["--swarm"]):
                with self.subTest(system=system, swarm=swarm):
                    self.assertRegex(
                        self.expect(0, "random", system, "--ops", "20000",
                                    "--script-ops", "512", *swarm),
                        r"^%s: [\d,]+ operations in \d+ scripts, seeds "
                        r"\d+\.\.\d+, [\d,]+ a second, 0 violations\n$"
                        % system)

    def test_the_same_seed_does_the_same(self):
        arguments = ("heap", "--ops", "20000", "--seed", "7")
        self.assertEqual(self.summary(*arguments), self.summary(*arguments))
        self.assertIn(" seeds 7..", self.summary(*arguments))

    def test_without_a_seed_there_is_another_each_time(self):
        arguments = ("buddy", "--ops", "1", "--script-ops", "16")
        seeds = {re.search(r"seeds (\d+)", self.summary(*arguments)).group(1)
                 for _ in range(8)}
        self.assertGreater(len(seeds), 1)

    def test_it_ends_after_so_many_operations_or_seconds(self):
        stdout = self.expect(0, "random", "slab", "--json", "--seconds", "0.2")
        came = json.loads(stdout.splitlines()[0])
        self.assertEqual((came["source"], came["system"], came["violations"]),
                         ("random", "slab", 0))
        self.assertGreaterEqual(came["seconds"], 0.2)
        stdout = self.expect(0, "random", "slab", "--json", "--ops", "3000",
                             "--script-ops", "1000")
        came = json.loads(stdout.splitlines()[0])
        self.assertGreaterEqual(came["operations"], 3000)
        self.assertLess(came["operations"], 4100)

    def test_an_interrupt_ends_it_with_a_summary(self):
        command = [self.path, "random", "heap", "--json", "--seconds", "60",
                   "--script-ops", "64"]
        code, stdout, seconds = self.interrupt(command, after_seconds=1.5)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 10)
        first, last = stdout.splitlines()
        self.assertGreater(json.loads(first)["operations"], 0)
        self.assertRegex(last, r"^interrupted; heap: .* 0 violations$")


if __name__ == "__main__":
    program.main()
