"""That the layers of README.md are those of the code.

The table under "Layers" says of each folder what it may use. Every #include of
every source must be one of these, every folder must have a row, no row may name
a folder that stands below it, and allocator/ and the suite may not define the
same name.

Arguments: the folder with the checkout.
"""

import pathlib
import re
import sys
import unittest

import program

ROOT = pathlib.Path()
SOURCES = {".h", ".cc", ".c"}
# A workspace of a user's own, and what was built.
APART = ("tests/example_workspace/", ".cache/", "out/", "bazel-")
ROW = re.compile(r"^\| \[([\w/]+)/\]\(\1\) \| ?([^|]*)\|", re.MULTILINE)
INCLUDE = re.compile(r'^#\s*include "([\w/.]+)"', re.MULTILINE)
# A name that a namespace of ours gets: a class, an enumeration, an alias, a
# concept or a constant.
DEFINED = re.compile(
    r"^(?:template <[^;{]*?>\s*)?(?:class|struct|enum class|enum|using|concept|"
    r"inline constexpr [\w:<>, ]+?)\s+(?:\[\[[^]]*\]\]\s+)?(\w+)\s*"
    r"(?:\[\])?\s*(?:final\s*)?(?:[:={]|= )", re.MULTILINE)


def table(readme):
    """Each folder, bottom-up, and what it may use."""
    folders = {}
    for folder, uses in ROW.findall(readme):
        folders[folder] = re.findall(r"[\w/]+", uses)
    return folders


def sources(root):
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in SOURCES and not name.startswith(APART):
            yield name, path


def folder_of(name, folders):
    """The longest folder that a path lies in, or None."""
    fitting = [r for r in folders if name.startswith(r + "/")]
    return max(fitting, key=len, default=None)


def forbidden(folders, name, text):
    """What a file includes, and its folder may not use."""
    folder = folder_of(name, folders)
    for included in INCLUDE.findall(text):
        if included == "lockstep/port.h":
            included = "models/door/lockstep/port.h"
        other = folder_of(included, folders)
        if other is None:  # Its own folder, a library, or what a rule makes.
            continue
        allowed = folders[folder] + [folder]
        if not any(other == a or other.startswith(a + "/") for a in allowed):
            yield included


def misplaced(folders):
    """The rows that name a folder at or below themselves."""
    order = list(folders)
    for place, (folder, uses) in enumerate(folders.items()):
        for use in uses:
            below = [r for r in order[place:]
                     if r == use or r.startswith(use + "/")]
            known = any(r == use or r.startswith(use + "/") for r in order)
            if below or not known:
                yield folder, use


def defined(root, folder):
    names = {}
    for name, path in sources(root):
        if name.startswith(folder + "/") and path.suffix == ".h":
            for found in DEFINED.findall(path.read_text(encoding="utf-8")):
                names.setdefault(found, name)
    return names


class Layers(unittest.TestCase):

    def setUp(self):
        self.folders = table((ROOT / "README.md").read_text(encoding="utf-8"))
        self.assertGreater(len(self.folders), 10)

    def test_every_source_has_a_folder(self):
        files = [name for name, _ in sources(ROOT)]
        self.assertGreater(len(files), 200)
        for name in files:
            self.assertIsNotNone(folder_of(name, self.folders), name)

    def test_every_include_is_allowed(self):
        for name, path in sources(ROOT):
            wrong = list(forbidden(self.folders, name,
                                   path.read_text(encoding="utf-8")))
            self.assertEqual(wrong, [], name)

    def test_arrows_point_up_the_table(self):
        self.assertEqual(list(misplaced(self.folders)), [])

    def test_the_suite_and_the_allocator_share_no_name(self):
        ours = defined(ROOT, "allocator")
        suite = defined(ROOT, "models")
        self.assertIn("Heap", ours)
        self.assertIn("kRules", suite)
        shared = {n: (ours[n], suite[n]) for n in ours if n in suite}
        self.assertEqual(shared, {})


class ItCanFail(unittest.TestCase):
    """Each check, on a table and files that are wrong."""

    FOLDERS = {"a/base": [], "a/top": ["a/base"], "b": ["a"]}

    def test_an_arrow_downwards(self):
        text = '#include "a/top/x.h"\n'
        self.assertEqual(list(forbidden(self.FOLDERS, "a/base/y.h", text)),
                         ["a/top/x.h"])
        self.assertEqual(list(forbidden(self.FOLDERS, "b/y.h", text)), [])

    def test_a_row_that_names_what_is_below(self):
        folders = dict(self.FOLDERS, **{"a/base": ["b"]})
        self.assertEqual(list(misplaced(folders)), [("a/base", "b")])

    def test_a_name_is_found_however_it_is_defined(self):
        text = ("class A {\ntemplate <class T>\nclass [[nodiscard]] B final {\n"
                "inline constexpr std::size_t kC = 1;\nusing D = int;\n"
                "enum class E : int {\ntemplate <class L>\nconcept F = true;\n"
                "inline constexpr std::array kG = {};\nstruct H;\n")
        self.assertEqual(DEFINED.findall(text),
                         ["A", "B", "kC", "D", "E", "F", "kG"])


if __name__ == "__main__":
    ROOT = pathlib.Path(sys.argv.pop(1)).resolve().parent
    program.run_cases()
