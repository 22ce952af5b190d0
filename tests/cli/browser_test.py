"""The pages of lockstep show and of lockstep verify, opened in headless Chromium.

Arguments: the command line, the one with ports that lie, the one with the port
that crashes, and the recordings.
"""

import os
import sys
import unittest

import browser
import program

LOCKSTEP, LYING, DYING, TRACES = "", "", "", ""
CRASH = """\
lockstep-trace 1
component dying
arena size=65536 align=1024
init offset=0 size=65536
alloc b0 size=20000 align=1
alloc b1 size=0 align=1
alloc b2 size=8 align=8
alloc b3 size=7 align=1
"""
LONG = "lying_aligns_to_a_page_at_most"
TOO_WIDE = """
[...document.querySelectorAll("body *")].filter(
    element => !element.closest("pre, .wide, svg") &&
        element.getBoundingClientRect().right >
            document.documentElement.clientWidth + 1
).map(element => element.outerHTML.slice(0, 200))
"""
COPY = """
(async () => {
  let copied = null;
  Object.defineProperty(navigator, "clipboard", {value: {
      writeText: async text => { copied = text; }}});
  const button = document.querySelector("button[data-copy=%s]");
  button.click();
  await new Promise(done => setTimeout(done));
  return [copied, button.textContent];
})()
"""


@unittest.skipUnless(browser.PROGRAM, "there is no Chromium here; "
                     "tools/setup --browser installs it")
class Pages(program.ToolCase):

    @classmethod
    def setUpClass(cls):
        cls.browser = cls.enterClassContext(browser.Browser())

    def look(self, path):
        """At both widths, light and dark: nothing on the console, nothing
        loaded, and no part beyond the right edge."""
        colours = set()
        for width in (400, 1400):
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    self.browser.open(path, width, scheme)
                    self.assertEqual(self.browser.complaints(), [])
                    self.assertEqual(self.browser.value_of(
                        "document.documentElement.scrollWidth - "
                        "document.documentElement.clientWidth"), 0)
                    self.assertEqual(self.browser.value_of(TOO_WIDE), [])
                    colours.add(self.browser.value_of(
                        "getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(colours), 2, colours)

    def show(self, lockstep, trace):
        path = self.in_folder("page.html")
        self.expect(1, lockstep, "show", "--html", "-", "-o", path,
                    stdin=trace)
        return path

    def test_a_crash(self):
        path = self.show(DYING, CRASH)
        self.look(path)
        self.assertEqual(self.browser.value_of(
            'document.querySelectorAll("figure.ls-bad").length'), 1)

    def test_what_was_expected(self):
        self.look(self.show(LOCKSTEP, program.SMALL_TRACE.replace(
            "-> 512", "-> 768")))
        widths = self.browser.value_of("""
            ["expected", "mark"].map(name => document.querySelector(
                ".ls-strip .ls-" + name).getBoundingClientRect().width)""")
        self.assertAlmostEqual(*widths, delta=4)  # Two blocks of 512 bytes.

    def test_small_blocks_can_be_seen(self):
        self.browser.open(self.show(DYING, CRASH), 400, "light")
        width = self.browser.value_of("""
            [...document.querySelectorAll("g.ls-block")].find(
                block => block.textContent.includes("b2: 8 bytes")
            ).querySelector("rect").getBoundingClientRect().width""")
        self.assertGreaterEqual(width, 4)

    def test_the_trace_can_be_copied(self):
        self.browser.open(self.show(DYING, CRASH), 400, "light")
        self.assertEqual(self.browser.value_of(COPY % "trace"),
                         [CRASH, "copied"])

    def test_the_report_of_verify(self):
        self.expect(1, LOCKSTEP, "verify", "--lockstep", LYING, "--traces", TRACES,
                    "--output", self.folder, "--seconds", "0.2", "--seed", "7",
                    "--system", LONG, "--system", "lying_cries_wolf")
        self.look(self.in_folder("index.html"))
        self.assertGreater(self.browser.value_of(
            'document.querySelectorAll("section figure.ls-bad").length'), 0)
        copied, _ = self.browser.value_of(COPY % "command-1")
        self.assertIn("replay ", copied)


if __name__ == "__main__":
    LOCKSTEP, LYING, DYING, *paths = map(os.path.abspath, sys.argv[1:])
    TRACES = os.path.dirname(paths[0])
    program.run_cases(sys.argv[:1])
