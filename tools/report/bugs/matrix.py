"""The kill matrix: what each source made of each animal, and what that says."""

import json
import os
import re
import statistics

from bugs import components
from lib import pages, screen


class Matrix:

  def __init__(self, cells):
    """Of (source, Trial)."""
    self.by_name = {t.bug.name: t.bug for _, t in cells}
    self.animals = list(self.by_name)
    self.cells = {(t.bug.name, source): t.result()
                  for source, t in cells if t.has_ended}
    self.sources = [s for s in components.SOURCES
                    if any(source == s for _, source in self.cells)]
    self._judges = {n: [(n, s) for s, t in cells if t.bug.name == n
                        and s in components.JUDGES] for n in self.animals}

  def is_killed_by(self, name, source):
    return bool(self.cells.get((name, source), {}).get("killer"))

  def killers(self, name):
    """The sources that killed it."""
    return [s for s in components.JUDGES if self.is_killed_by(name, s)]

  def was_tried(self, name):
    """By all that were to try it."""
    judges = self._judges[name]
    return bool(judges) and all(place in self.cells for place in judges)

  def was_awake(self, name):
    """Whether any source came to where it is."""
    return any(self.cells.get(place, {}).get("reached")
               for place in self._judges[name])

  def problems(self, name):
    """{source: why it could not try it}"""
    cells = {s: self.cells.get((name, s), {}) for s in self.sources}
    return {s: c["problem"] for s, c in cells.items() if c.get("problem")}

  def fault(self, name):
    """What is not as it must be; "" if all is."""
    kind, killers = self.kind(name), self.killers(name)
    for source, problem in self.problems(name).items():
      return "%s did not run: %s" % (source, problem)
    if kind == "control" and killers:
      return "a control is killed"
    if self.was_tried(name) and not self.was_awake(name):
      return "no source comes to what it changes"
    if kind == "control":
      return ""
    if kind == "placement" and self.is_killed_by(
        name, components.SHADOW):
      return "the shadow sees it"
    return "it lives" if self.was_tried(name) and not killers else ""

  def faults(self):
    return {n: self.fault(n) for n in self.animals if self.fault(n)}

  def kind(self, name):
    return self.by_name[name].kind

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


def show(matrix):
  def mark(cell):
    return ("" if cell is None else
            "{:,}".format(cell["milliseconds"]) if cell["killer"] else
            "?" if cell["problem"] else "·")

  screen.console().print(screen.table_of(
      ["animal"], matrix.sources, rows=[
          (name, *(mark(matrix.cells.get((name, s))) for s in matrix.sources))
          for name in matrix.animals],
      styles=["bold red" if matrix.fault(name) else
              "dim" if matrix.kind(name) == "control" else ""
              for name in matrix.animals],
      box=None, pad_edge=False, padding=(0, 2, 0, 0)))
  print("milliseconds until it was killed; · it lives; ? the source did not run; "
        "empty: does not apply; baselines: " + ", ".join(components.BASELINES))


def save(matrix, folder, setting):
  """The page, and zoo.json; `setting` says how it was run."""
  pages.write(os.path.join(folder, "zoo-matrix.md"), pages.render(
      "bugs/matrix.md", matrix=matrix, setting=setting,
      heads=list(map(components.title, matrix.sources)),
      rows=[row(matrix, name) for name in matrix.animals]))
  pages.write(os.path.join(folder, "zoo.json"), json.dumps({
      "version": 1,
      "animals": [{
          "name": n, "kind": matrix.kind(n), "fault": matrix.fault(n),
          **matrix.by_name[n].fields,
          "sources": {s: matrix.cells.get((n, s)) for s in matrix.sources},
      } for n in matrix.animals]}, indent=1))


def row(matrix, name):
  kind = matrix.kind(name)
  texts = [cell_text(matrix.cells.get((name, s))) for s in matrix.sources]
  return [name if kind == "bug" else "%s (%s)" % (name, kind),
          matrix.by_name[name].fields["what"]] + [
              # Of a test without its suite.
              "-" if text == "lives" else re.sub(
                  r"^[A-Z][\w/]+\.", "", text).replace(",", "", 1)
              for text in texts]
