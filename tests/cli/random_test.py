"""lockstep random, on systems that hold."""

import json

import program


class Random(program.Campaign):
    command = "random"
    # One of so few ops may have no region, and serve nothing.
    brief = ("--ops", "200", "--script-ops", "16")
    longer = ("--ops", "20000")
    seeds = "7..13"
    long = ("--seconds", "60", "--script-ops", "64")

    def test_every_system_holds_whole_and_in_swarms(self):
        for system in program.systems(self.path):
            for swarm in ([], ["--swarm"]):
                with self.subTest(system=system, swarm=swarm):
                    self.assertRegex(
                        self.expect(0, "random", system, "--ops", "20000",
                                    "--script-ops", "512", *swarm),
                        r"^%s: [\d,]+ operations in \d+ scripts, seeds "
                        r"\d+\.\.\d+, [\d,]+ requests served, [\d,]+ refused, "
                        r"[\d,]+ a second, 0 violations\n$"
                        % system)

    def test_it_ends_after_so_many_operations_or_seconds(self):
        stdout = self.expect(0, "random", "slab", "--json", "--seconds", "0.2")
        came = json.loads(stdout)
        self.assertEqual((came["command"], came["system"], came["findings"]),
                         ("random", "slab", []))
        self.assertGreaterEqual(came["seconds"], 0.2)
        stdout = self.expect(0, "random", "slab", "--json", "--ops", "3000",
                             "--script-ops", "1000")
        came = json.loads(stdout)
        self.assertGreaterEqual(came["operations"], 3000)
        self.assertLess(came["operations"], 4100)


if __name__ == "__main__":
    program.main()
