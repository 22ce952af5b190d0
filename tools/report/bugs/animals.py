"""The animals of tests/bugs: bugs that people planted, each a patch of allocator/.

A patch has a header (name, component, what, ...), an empty line, and hunks as
`git diff` writes them. Line numbers do not count: the text of a hunk must occur
exactly once in its file. What it changes must lie inside function bodies.
"""

import dataclasses
import os
import re

FIELD = re.compile(r"(\w+): (.*)")
TARGET = re.compile(r"^\+\+\+ b/(\S+)$", re.MULTILINE)


class Misplaced(Exception):
  """An animal does not fit the sources."""


@dataclasses.dataclass
class Animal:
  name: str
  fields: dict  # The lines of the header.
  diff: str
  number: int = 0  # What wakes it.

  @property
  def is_control(self):
    """Nothing observable is changed, so it must live."""
    return self.fields.get("control") == "yes"

  @property
  def is_placement_only(self):
    """It must be killed, but not by the shadow."""
    return self.fields.get("only") == "placement"

  @property
  def kind(self):
    return ("control" if self.is_control else
            "placement" if self.is_placement_only else "bug")


def load(paths):
  return [read(path) for path in sorted(paths) if path.endswith(".patch")]


def read(path):
  with open(path, encoding="utf-8") as file:
    header, _, diff = file.read().partition("\n\n")
  fields = dict(FIELD.fullmatch(line).groups() for line in header.split("\n"))
  return Animal(os.path.basename(path).removesuffix(".patch"), fields, diff)


@dataclasses.dataclass
class Edit:
  """The text [begin, end) of a file becomes another."""
  begin: int
  end: int
  text: str


def edits_of(animal, texts):
  """[(file, Edit)] in the sources `texts`, which maps files to their text."""
  edits, file = [], ""
  for part in re.split(r"^(?=--- a/|@@ )", animal.diff, flags=re.MULTILINE):
    target = TARGET.search(part)
    if target:
      file = target.group(1)
    elif part.startswith("@@"):
      edits += [(file, e) for e in edits_in(animal, part, file, texts)]
  if not edits:
    raise Misplaced("%s: the patch changes nothing" % animal.name)
  return edits


def edits_in(animal, hunk, file, texts):
  lines = [line for line in hunk.split("\n")[1:] if line]
  before = "".join(line[1:] + "\n" for line in lines if line[0] in " -")
  text = texts.get(file, "")
  found = ("\n" + text).count("\n" + before)
  if found != 1:
    raise Misplaced("%s: this is found %d times in %s, not once:\n%s" % (
        animal.name, found, file, before))
  at = ("\n" + text).index("\n" + before)
  edit = Edit(at, at, "")
  for line in lines + [" "]:
    if line[0] == " ":
      if edit.end > edit.begin or edit.text:
        yield trimmed(edit, text)
      at = edit.end + len(line)  # With its "\n", and without the first sign.
      edit = Edit(at, at, "")
    elif line[0] == "-":
      edit.end += len(line)
    else:
      edit.text += line[1:] + "\n"


def trimmed(edit, text):
  """Without what is the same at both ends."""
  old = text[edit.begin:edit.end]
  head = len(os.path.commonprefix([old, edit.text]))
  old, new = old[head:], edit.text[head:]
  tail = len(os.path.commonprefix([old[::-1], new[::-1]]))
  return Edit(edit.begin + head, edit.end - tail, new[:len(new) - tail])


def bodies_of(animal, texts, bodies):
  """{(file, begin, end): changed text}, of the function bodies that it changes.

  `bodies` has the place of each function's body, with its braces.
  """
  changed = {}
  for file, edit in edits_of(animal, texts):
    around = [b for b in bodies if b[0] == file and
              b[1] < edit.begin and edit.end < b[2]]
    if not around:
      raise Misplaced("%s: in %s, what is changed is not inside a function's "
                      "body, so it cannot sleep:\n%s" % (
                          animal.name, file, texts[file][edit.begin:edit.end]))
    changed.setdefault(min(around, key=lambda b: b[1]), []).append(edit)
  return {body: patched(texts[body[0]], body[1], body[2], edits)
          for body, edits in changed.items()}


def patched(text, begin, end, edits):
  for edit in sorted(edits, key=lambda e: -e.begin):
    after = text[edit.end:end]
    text, end = text[:edit.begin] + edit.text + after, (
        edit.begin + len(edit.text) + len(after))
  return text[begin:end]
