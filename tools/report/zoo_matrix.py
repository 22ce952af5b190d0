"""The kill matrix: what it says of each animal, as text and as a picture."""

import json
import math
import os
import statistics

import zoo_sources


class Matrix:

  def __init__(self, trials):
    self.animals = list(dict.fromkeys(t.animal.name for t in trials))
    self.by_name = {t.animal.name: t.animal for t in trials}
    self.cells = {(t.animal.name, t.source): t.result
                  for t in trials if t.result is not None}
    self.sources = [s for s in zoo_sources.ALL
                    if any(source == s for _, source in self.cells)]

  def killers(self, name):
    """The sources that killed it, without the baselines."""
    return [s for s in self.sources if s in zoo_sources.SOURCES
            and self.cells.get((name, s), {}).get("killer")]

  def fault(self, name):
    """What is not as it must be; "" if all is."""
    animal, killers = self.by_name[name], self.killers(name)
    if animal.is_control:
      return "a control is killed" if killers else ""
    if not killers:
      return "it lives"
    if animal.is_placement_only and "shadow" in killers:
      return "the shadow sees it"
    return ""

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
    return "lives"
  return "%s, %s ops, %s ms" % (
      cell["killer"], "{:,}".format(cell["operations"]),
      "{:,}".format(cell["milliseconds"]))


def show(matrix, console):
  from rich.table import Table
  table = Table(title_justify="left")
  table.add_column("animal", no_wrap=True)
  for source in matrix.sources:
    table.add_column(source, justify="right", no_wrap=True)
  for name in matrix.animals:
    row = []
    for source in matrix.sources:
      cell = matrix.cells.get((name, source))
      row.append("" if cell is None else "·" if not cell["killer"] else
                 "{:,}".format(cell["milliseconds"]))
    style = "bold red" if matrix.fault(name) else (
        "dim" if matrix.kind(name) == "control" else "")
    table.add_row(name, *row, style=style)
  console.print(table)
  print("milliseconds until it was killed; · it lives; empty: does not apply")


def save(matrix, folder):
  """zoo.md, zoo.json and zoo.svg; returns their folder."""
  lines = ["| animal | " + " | ".join(matrix.sources) + " |",
           "|---" * (len(matrix.sources) + 1) + "|"]
  for name in matrix.animals:
    lines.append("| %s | %s |" % (name, " | ".join(
        cell_text(matrix.cells.get((name, s))) for s in matrix.sources)))
  write(folder, "zoo.md", "\n".join(lines + ["", "```"] + matrix.summary()
                                    + ["```", ""]))
  write(folder, "zoo.json", json.dumps({
      "version": 1,
      "animals": [{
          "name": n, "kind": matrix.kind(n), "fault": matrix.fault(n),
          **matrix.by_name[n].fields,
          "sources": {s: matrix.cells.get((n, s)) for s in matrix.sources},
      } for n in matrix.animals]}, indent=1))
  picture(matrix, os.path.join(folder, "zoo.svg"))
  return folder


def write(folder, name, text):
  with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
    file.write(text)


def picture(matrix, path):
  """A row an animal; the darker, the sooner it was killed."""
  import matplotlib
  matplotlib.use("svg")
  matplotlib.rcParams.update({"svg.hashsalt": "lockstep", "font.size": 8})
  from matplotlib import pyplot
  values = [[value_of(matrix.cells.get((n, s))) for s in matrix.sources]
            for n in matrix.animals]
  colors = matplotlib.colormaps["viridis"].copy()
  colors.set_bad("white")
  colors.set_over("#d9d9d9")
  figure, axes = pyplot.subplots(
      figsize=(3.2 + 0.55 * len(matrix.sources),
               1.2 + 0.16 * len(matrix.animals)))
  image = axes.imshow(values, aspect="auto", cmap=colors, vmin=0, vmax=5)
  axes.set_xticks(range(len(matrix.sources)), matrix.sources, rotation=60,
                  ha="left")
  axes.xaxis.tick_top()
  axes.set_yticks(range(len(matrix.animals)), matrix.animals)
  bar = figure.colorbar(image, ax=axes, shrink=0.4, extend="max")
  bar.set_label("milliseconds until killed (log10); grey: lives")
  figure.tight_layout()
  figure.savefig(path, metadata={"Date": None})
  pyplot.close(figure)


def value_of(cell):
  if cell is None:
    return math.nan
  return math.log10(max(cell["milliseconds"], 1)) if cell["killer"] else 9
