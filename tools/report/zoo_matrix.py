"""The kill matrix: what each source made of each animal, and what that says."""

import json
import os
import re
import statistics

import zoo_picture
import zoo_sources


class Matrix:

  def __init__(self, trials):
    self.animals = list(dict.fromkeys(t.animal.name for t in trials))
    self.by_name = {t.animal.name: t.animal for t in trials}
    self.cells = {(t.animal.name, t.source): t.result
                  for t in trials if t.result is not None}
    self.sources = [s for s in zoo_sources.ALL
                    if any(source == s for _, source in self.cells)]
    self._judges = {n: [t for t in trials if t.animal.name == n
                        and t.source in zoo_sources.JUDGES]
                    for n in self.animals}

  def is_killed_by(self, name, source):
    return bool(self.cells.get((name, source), {}).get("killer"))

  def killers(self, name):
    """The sources that killed it."""
    return [s for s in zoo_sources.JUDGES if self.is_killed_by(name, s)]

  def was_tried(self, name):
    """By all that were to try it."""
    judges = self._judges[name]
    return bool(judges) and all(t.result is not None for t in judges)

  def problems(self, name):
    """{source: why it could not try it}"""
    cells = {s: self.cells.get((name, s), {}) for s in self.sources}
    return {s: c["problem"] for s, c in cells.items() if c.get("problem")}

  def fault(self, name):
    """What is not as it must be; "" if all is."""
    animal, killers = self.by_name[name], self.killers(name)
    for source, problem in self.problems(name).items():
      return "%s did not run: %s" % (source, problem)
    if animal.is_control:
      return "a control is killed" if killers else ""
    if animal.is_placement_only and self.is_killed_by(
        name, zoo_sources.SHADOW):
      return "the shadow sees it"
    return "it lives" if self.was_tried(name) and not killers else ""

  def faults(self):
    return {n: self.fault(n) for n in self.animals if self.fault(n)}

  def kind(self, name):
    animal = self.by_name[name]
    return ("control" if animal.is_control else
            "placement" if animal.is_placement_only else "bug")

  def summary(self):
    lines = []
    for source in self.sources:
      cells = [self.cells[n, source] for n in self.animals
               if self.kind(n) != "control" and (n, source) in self.cells]
      times = [c["milliseconds"] for c in cells if c["killer"]]
      words = "%-11s%3d of %3d killed" % (source, len(times), len(cells))
      if times:
        words += ", in %s ms (median), %s ms (worst)" % (
            "{:,.0f}".format(statistics.median(times)),
            "{:,}".format(max(times)))
      lines.append(words)
    bugs = [n for n in self.animals if self.kind(n) != "control"]
    killed = sum(bool(self.killers(n)) for n in bugs)
    lines.append("%-11s%3d of %3d killed, by one source or more" % (
        "all", killed, len(bugs)))
    controls = [n for n in self.animals if self.kind(n) == "control"]
    lines.append("%-11s%3d of %3d live" % ("controls", len(
        [n for n in controls if not self.killers(n)]), len(controls)))
    return lines


def cell_text(cell):
  if cell is None:
    return ""
  if not cell["killer"]:
    return "did not run" if cell["problem"] else "lives"
  # What crashed or hung often has not said how far it was.
  operations = "{:,} ops, ".format(cell["operations"])
  return "%s, %s%s ms" % (
      cell["killer"], operations if cell["operations"] else "",
      "{:,}".format(cell["milliseconds"]))


def show(matrix, console):
  from rich.table import Table
  table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
  table.add_column("animal", no_wrap=True)
  for source in matrix.sources:
    table.add_column(source, justify="right", no_wrap=True)
  for name in matrix.animals:
    row = []
    for source in matrix.sources:
      cell = matrix.cells.get((name, source))
      row.append("" if cell is None else
                 "{:,}".format(cell["milliseconds"]) if cell["killer"] else
                 "?" if cell["problem"] else "·")
    style = "bold red" if matrix.fault(name) else (
        "dim" if matrix.kind(name) == "control" else "")
    table.add_row(name, *row, style=style)
  console.print(table)
  print("milliseconds until it was killed; · it lives; ? the source did not run; "
        "empty: does not apply; baselines: " + ", ".join(zoo_sources.BASELINES))


PAGE = """\
# The kill matrix

Written by `tools/zoo`, not by hand: [zoo.md](zoo.md) says what is what, and how
it is made again. %(setting)s.

```
%(summary)s
```

In each cell what killed the animal, after how many operations (of tests: tests;
none where what crashed did not say) and milliseconds; `-`: it lives; empty: the
source does not apply to it; `did not run`: it ended with bad usage, or was ended
from outside. The times are of the process that killed it, from its start to its
end, and so include making a script short; props uses all of its budget whatever
it finds.

![The same as a heat map](zoo-matrix.svg)

| animal | what is changed | %(titles)s |
%(rule)s
%(rows)s
"""


def save(matrix, folder, setting):
  """The page and its picture, and zoo.json; `setting` says how it was run."""
  write(folder, "zoo-matrix.md", PAGE % {
      "setting": setting,
      "summary": "\n".join(matrix.summary()),
      "titles": " | ".join(map(zoo_sources.title, matrix.sources)),
      "rule": "|---" * (len(matrix.sources) + 2) + "|",
      "rows": "\n".join(row(matrix, name) for name in matrix.animals)})
  write(folder, "zoo.json", json.dumps({
      "version": 1,
      "animals": [{
          "name": n, "kind": matrix.kind(n), "fault": matrix.fault(n),
          **matrix.by_name[n].fields,
          "sources": {s: matrix.cells.get((n, s)) for s in matrix.sources},
      } for n in matrix.animals]}, indent=1))
  zoo_picture.save(matrix, os.path.join(folder, "zoo-matrix.svg"))


def row(matrix, name):
  kind = matrix.kind(name)
  words = [name if kind == "bug" else "%s (%s)" % (name, kind),
           matrix.by_name[name].fields["what"].replace("|", "\\|")]
  for source in matrix.sources:
    cell = matrix.cells.get((name, source))
    text = cell_text(cell)
    words.append("-" if text == "lives" else short(text))
  return "| %s |" % " | ".join(words)


def short(text):
  """Of a test without its suite."""
  return re.sub(r"^[A-Z][\w/]+\.", "", text).replace(",", "", 1)


def write(folder, name, text):
  with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
    file.write(text)
