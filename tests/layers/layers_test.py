"""That the layers of README.md are those of the code.

The table under "Layers" says of each room what it may use. Every #include of
every source must be one of these, every room must have a row, no row may name a
room that stands below it, and allocator/ and the suite may not define the same
name.

Arguments: the folder with the checkout.
"""

import pathlib
import re
import sys
import unittest

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
    """Each room, bottom-up, and what it may use."""
    rooms = {}
    for room, uses in ROW.findall(readme):
        rooms[room] = re.findall(r"[\w/]+", uses)
    return rooms


def sources(root):
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in SOURCES and not name.startswith(APART):
            yield name, path


def room_of(name, rooms):
    """The longest room that a path lies in, or None."""
    fitting = [r for r in rooms if name.startswith(r + "/")]
    return max(fitting, key=len, default=None)


def forbidden(rooms, name, text):
    """What a file includes, and its room may not use."""
    room = room_of(name, rooms)
    for included in INCLUDE.findall(text):
        if included == "lockstep/port.h":
            included = "models/door/lockstep/port.h"
        other = room_of(included, rooms)
        if other is None:  # Its own folder, a library, or what a rule makes.
            continue
        allowed = rooms[room] + [room]
        if not any(other == a or other.startswith(a + "/") for a in allowed):
            yield included


def misplaced(rooms):
    """The rows that name a room at or below themselves."""
    order = list(rooms)
    for place, (room, uses) in enumerate(rooms.items()):
        for use in uses:
            below = [r for r in order[place:]
                     if r == use or r.startswith(use + "/")]
            known = any(r == use or r.startswith(use + "/") for r in order)
            if below or not known:
                yield room, use


def defined(root, folder):
    names = {}
    for name, path in sources(root):
        if name.startswith(folder + "/") and path.suffix == ".h":
            for found in DEFINED.findall(path.read_text(encoding="utf-8")):
                names.setdefault(found, name)
    return names


class Layers(unittest.TestCase):

    def setUp(self):
        self.rooms = table((ROOT / "README.md").read_text(encoding="utf-8"))
        self.assertGreater(len(self.rooms), 10)

    def test_every_source_has_a_room(self):
        files = [name for name, _ in sources(ROOT)]
        self.assertGreater(len(files), 200)
        for name in files:
            self.assertIsNotNone(room_of(name, self.rooms), name)

    def test_every_include_is_allowed(self):
        for name, path in sources(ROOT):
            wrong = list(forbidden(self.rooms, name,
                                   path.read_text(encoding="utf-8")))
            self.assertEqual(wrong, [], name)

    def test_arrows_point_up_the_table(self):
        self.assertEqual(list(misplaced(self.rooms)), [])

    def test_the_suite_and_the_allocator_share_no_name(self):
        ours = defined(ROOT, "allocator")
        suite = defined(ROOT, "models")
        self.assertIn("Heap", ours)
        self.assertIn("kRules", suite)
        shared = {n: (ours[n], suite[n]) for n in ours if n in suite}
        self.assertEqual(shared, {})


class ItCanFail(unittest.TestCase):
    """Each check, on a table and files that are wrong."""

    ROOMS = {"a/base": [], "a/top": ["a/base"], "b": ["a"]}

    def test_an_arrow_downwards(self):
        text = '#include "a/top/x.h"\n'
        self.assertEqual(list(forbidden(self.ROOMS, "a/base/y.h", text)),
                         ["a/top/x.h"])
        self.assertEqual(list(forbidden(self.ROOMS, "b/y.h", text)), [])

    def test_a_row_that_names_what_is_below(self):
        rooms = dict(self.ROOMS, **{"a/base": ["b"]})
        self.assertEqual(list(misplaced(rooms)), [("a/base", "b")])

    def test_a_name_is_found_however_it_is_defined(self):
        text = ("class A {\ntemplate <class T>\nclass [[nodiscard]] B final {\n"
                "inline constexpr std::size_t kC = 1;\nusing D = int;\n"
                "enum class E : int {\ntemplate <class L>\nconcept F = true;\n"
                "inline constexpr std::array kG = {};\nstruct H;\n")
        self.assertEqual(DEFINED.findall(text),
                         ["A", "B", "kC", "D", "E", "F", "kG"])


if __name__ == "__main__":
    ROOT = pathlib.Path(sys.argv.pop(1)).resolve().parent
    unittest.main()
