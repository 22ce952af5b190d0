"""The report of tools/coverage: lines, and coverage.json. The sources with their
counts are llvm-cov's pages.
"""

import json
import math
import os

from coverage import reach
from lib import host, pages

JUDGED, SHOWN = "allocator/", ("allocator/", "models/")


def percent(count):
  """Never rounded up: 100.0 is all."""
  share = count.reached / count.of if count.of else 1
  return "%.1f %%" % (math.floor(share * 1000) / 10)


def in_words(count):
  return "{} ({:,} of {:,})".format(percent(count), *count)


class Page:

  def __init__(self, root, whole, corpora, problems):
    self.root = root
    self.whole = whole
    self.corpora = [(name, files, came.as_of(whole))
                    for name, files, came in corpora]
    self.problems = problems
    self.gaps = [gap for name, file in whole.within(JUDGED).items()
                 for gap in file.gaps(name, self.text_of(name))]

  def text_of(self, name):
    with open(os.path.join(self.root, name), encoding="utf-8") as file:
      return file.read().split("\n")

  @property
  def first_line(self):
    return self.line_of(JUDGED)

  def line_of(self, folder):
    return "%s: %s of lines, %s of branches" % (
        folder, in_words(self.whole.line_count(folder)),
        in_words(self.whole.branch_count(folder)))

  def corpus_rows(self):
    """By itself each, then all together."""
    together = reach.Reach()
    for _, _, came in self.corpora:
      together.add(came)
    rows = self.corpora + [
        ("all together", sum(files for _, files, _ in self.corpora), together)]
    return rows if self.corpora else []

  def corpus_lines(self):
    return ["%-28s%7s files %24s of lines %22s of branches" % (
        name, "{:,}".format(files), in_words(came.line_count(JUDGED)),
        in_words(came.branch_count(JUDGED)))
            for name, files, came in self.corpus_rows()]

  def gap_lines(self):
    return ["%s:%d: never %s: %s" % (gap.file, gap.line,
                                     kind_in_words(gap.kind), gap.text)
            for gap in self.gaps]

  def write(self, folder):
    pages.write(os.path.join(folder, "coverage.json"),
                    json.dumps(self.describe(), indent=2) + "\n")

  def describe(self):
    return {
        "version": 1,
        **host.commit(self.root),
        **{folder.rstrip("/"): figures(self.whole, folder)
           for folder in SHOWN},
        "files": {name: figures(self.whole, name)
                  for folder in SHOWN for name in self.whole.within(folder)},
        "unreached": [gap._asdict() for gap in self.gaps],
        "corpora": [{"name": name, "files": files, **figures(came, JUDGED)}
                    for name, files, came in self.corpus_rows()],
        "problems": self.problems,
    }


def kind_in_words(kind):
  return {reach.LINE: "run", reach.TRUE: "true", reach.FALSE: "false"}[kind]


def figures(whole, name):
  return {"lines": whole.line_count(name)._asdict(),
          "branches": whole.branch_count(name)._asdict()}
