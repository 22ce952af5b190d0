"""Every schedule that makes a difference holds, of the scripts in this folder's
scripts/: those of the table in docs/schedules.md. Prints the counts of that table.

Arguments: the command line, the page, and the scripts.
"""

import json
import os
import re
import sys

import program

PAGE = ""
SCRIPTS = []
# Of a script, on a machine that is busy with much else.
MOST_SECONDS = "200"


class Proofs(program.Case):

    def test_every_schedule_holds(self):
        rows = [("script", "system", "schedules", "served", "refused")]
        with open(PAGE, encoding="utf-8") as file:
            page = file.read()
        for script in SCRIPTS:
            name = os.path.basename(script).removesuffix(".trace")
            with self.subTest(name):
                with open(script, encoding="utf-8") as file:
                    text = file.read()
                system = re.search(r"^component (\S+)$", text, re.MULTILINE)[1]
                result = json.loads(self.expect(
                    0, "schedules", system, "--trace", script, "--strategy",
                    "all", "--seconds", MOST_SECONDS, "--json"))
                details = result["details"]
                self.assertEqual((details["scripts"], details["whole"]), (1, 1))
                self.assertGreater(details["schedules"], 1)
                if "refuse" in name:
                    self.assertGreater(result["refused"], 0)
                # What the page says of it is what the script says of itself.
                what = re.match("# (.*)\n", text)[1]
                self.assertIn(f"| {what} | `{system}` | "
                              f"{details['schedules']:,} |", page)
                rows.append((name, system, f"{details['schedules']:,}",
                             f"{result['served']:,}", f"{result['refused']:,}"))
        program.print_table(rows)
        self.assertGreater(len(rows), 10)


if __name__ == "__main__":
    PAGE = os.path.abspath(sys.argv.pop(2))
    while len(sys.argv) > 2:
        SCRIPTS.append(os.path.abspath(sys.argv.pop(2)))
    program.main()
