"""--json, --junit, --sarif and GitHub's annotations: one form for all commands."""

import json
import os
import subprocess
import xml.etree.ElementTree as xml
import unittest.mock as mock

import program

FIELDS = ["schema", "command", "system", "verdict", "exit_code", "seed",
          "operations", "served", "refused", "skipped", "seconds",
          "processor_seconds", "findings", "problems", "details"]
OF_A_FINDING = ["rule", "step", "claim", "op", "expected", "came", "place",
                "last_words", "found_by", "again", "file", "system", "script",
                "report"]
LIAR = "lying_aligns_to_half"
RANDOM = ("random", LIAR, "--seed", "1")


class Results(program.Case):

    def json_of(self, exit_code, *arguments, stdin=""):
        fields = json.loads(
            self.expect(exit_code, *arguments, "--json", stdin=stdin))
        self.assertEqual(list(fields), FIELDS)
        self.assertEqual((fields["schema"], fields["command"],
                          fields["exit_code"]), (1, arguments[0], exit_code))
        for finding in fields["findings"]:
            self.assertEqual(list(finding), OF_A_FINDING)
        return fields

    def test_a_finding_says_what_its_report_says(self):
        report = self.expect(1, *RANDOM)
        fields = self.json_of(1, *RANDOM)
        [finding] = fields["findings"]
        self.assertEqual((fields["verdict"], fields["system"], fields["seed"]),
                         ("violated", LIAR, 1))
        self.assertEqual((finding["rule"], finding["claim"], finding["system"]),
                         ("aligned", "a block is aligned as asked", LIAR))
        for key in ("expected", "came"):
            self.assertIn("# %-10s %s\n" % (key, finding[key]), report)
        self.assertIn("# step       %d of %d: %s\n" % (
            finding["step"], finding["step"], finding["op"]), report)
        self.assertTrue(finding["script"].startswith("lockstep-trace 1\n"))
        self.assertTrue(report.startswith(finding["report"]))
        self.assertRegex(finding["again"], "lying_lockstep replay FILE$")
        again = self.json_of(1, "replay", "-", stdin=finding["script"])
        self.assertEqual(again["findings"][0]["rule"], "aligned")

    def test_every_command_that_judges_has_the_same_form(self):
        [finding] = self.json_of(1, *RANDOM)["findings"]
        trace = self.temporary("liar.trace", finding["report"])
        for command in (("replay", trace), ("minimise", trace),
                        ("show", trace), ("explore", LIAR),
                        ("props", LIAR, "--property", "lockstep")):
            with self.subTest(command):
                fields = self.json_of(1, *command)
                self.assertEqual(
                    [f["rule"] for f in fields["findings"]], ["aligned"])
        rules = self.json_of(0, "list", "rules")["details"]["rules"]
        self.assertEqual(rules["aligned"], "a block is aligned as asked")
        rows = self.json_of(0, "misuse", LIAR, "--variants", "1")
        self.assertGreater(len(rows["details"]["rows"]), 10)

    def test_what_held_has_no_findings(self):
        trace = self.temporary("one.trace", (
            "lockstep-trace 1\ncomponent %s\narena size=4096 align=4096\n"
            "init offset=0 size=4096\n" % LIAR))
        fields = self.json_of(0, "replay", trace)
        self.assertEqual((fields["verdict"], fields["findings"],
                          fields["operations"]), ("held", [], 1))

    def test_bad_input_prints_no_json(self):
        came = self.run_program("random", "nosuch", "--json")
        self.assertEqual((came.returncode, came.stdout), (2, ""))

    def test_a_file_that_cannot_be_written_is_told(self):
        self.assertIn("/nowhere/x.xml: No such file", self.expect_bad_input(
            "random", LIAR, "--junit", "/nowhere/x.xml"))

    def path_in_folder(self, name):
        return os.path.join(os.environ["TEST_TMPDIR"], name)

    def test_junit_has_a_case_for_each_finding(self):
        path = self.path_in_folder("junit.xml")
        report = self.expect(1, *RANDOM, "--junit", path)
        suite = xml.parse(path).getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures"),
                          suite.get("errors")), ("1", "1", "0"))
        [case] = suite.findall("testcase")
        self.assertEqual(case.get("name"), LIAR + ": aligned")
        failure = case.find("failure")
        self.assertIn("a block is aligned as asked", failure.get("message"))
        self.assertTrue(report.startswith(failure.text))

    def test_what_was_not_tried_is_no_passed_case(self):
        path = self.path_in_folder("bad.xml")
        trace = self.temporary("idle.trace", (
            "lockstep-trace 1\ncomponent %s\narena size=4096 align=4096\n"
            "free b0\n" % LIAR))
        self.expect_bad_input("replay", trace, "--junit", path)
        suite = xml.parse(path).getroot().find("testsuite")
        self.assertEqual((suite.get("failures"), suite.get("errors")),
                         ("0", "1"))

    def test_a_file_that_is_not_named_in_utf_8_leaves_whole_xml(self):
        path = self.path_in_folder("odd.xml")
        trace = os.path.join(self.path_in_folder(""), "odd\udcff.trace")
        with open(trace, "w", encoding="utf-8") as file:
            file.write(self.expect(1, *RANDOM))
        came = subprocess.run(
            [*program.EMULATOR, self.path, "replay", trace, "--junit", path],
            stdout=subprocess.DEVNULL, check=False)
        self.assertEqual(came.returncode, 1)
        self.assertIn("odd?.trace", xml.parse(path).getroot().find(
            "testsuite/testcase/failure").text)

    def test_sarif_points_at_the_step(self):
        path = self.path_in_folder("found.sarif")
        folder = self.path_in_folder("traces")
        self.expect(1, *RANDOM, "--sarif", path, "--output", folder)
        with open(path, encoding="utf-8") as file:
            [run] = json.load(file)["runs"]
        [result] = run["results"]
        self.assertEqual(result["ruleId"], "aligned")
        self.assertEqual([rule["id"] for rule in run["tool"]["driver"]["rules"]],
                         ["aligned"])
        place = result["locations"][0]["physicalLocation"]
        with open(place["artifactLocation"]["uri"], encoding="utf-8") as file:
            line = file.read().split("\n")[place["region"]["startLine"] - 1]
        self.assertIn("(%s)" % line, result["message"]["text"])

    def test_github_is_told_where_it_is(self):
        with mock.patch.dict(os.environ, GITHUB_ACTIONS="true"):
            came = self.run_program(*RANDOM)
        [line] = [line for line in came.stderr.splitlines()
                  if line.startswith("::")]
        self.assertRegex(line, "^::error title=%s violates aligned::" % LIAR)
        self.assertIn("%0Alockstep-trace 1%0A", line)
        self.assertNotIn("::error", self.run_program(*RANDOM).stderr)


if __name__ == "__main__":
    program.main()
