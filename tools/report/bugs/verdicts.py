"""What became of each mutant, and what people said of those that live.

tests/bugs/verdicts.json says which survivors change nothing that can be
observed, and why. They are named by file, function, line and change, so that a
verdict outlives changes elsewhere.
"""

import collections
import dataclasses
import json
import os

from lib import pages
from lib.frame import Failed

KILLED, EQUIVALENT, LIVES = "killed", "equivalent", "lives"
INVALID, UNKNOWN = "invalid", "unknown"


def load(path):
  """The reasons, by the keys of the mutants."""
  try:
    with open(path, encoding="utf-8") as file:
      verdicts = json.load(file)
    return {(v["file"], v["function"], v["line"], change): v["equivalent"]
            for v in verdicts for change in v["changes"]}
  except (KeyError, TypeError, ValueError) as error:
    raise Failed("%s: no list of verdicts: %r" % (path, error)) from error


@dataclasses.dataclass
class Count:
  killed: int = 0
  equivalent: int = 0
  lives: int = 0
  invalid: int = 0
  unknown: int = 0

  @property
  def score(self):
    """Of those that are not equivalent; 1 where there are none."""
    all_ = self.killed + self.lives
    return self.killed / all_ if all_ else 1.0

  def row(self):
    return [self.killed + self.equivalent + self.lives, self.killed,
            self.equivalent, self.lives, "%.1f %%" % (100 * self.score)]


class Results:
  """Of trials that have ended."""

  def __init__(self, trials, reasons):
    self.trials = [t for t in trials if t.has_ended]
    self.reasons = reasons

  def state(self, trial):
    if trial.bug.invalid:
      return INVALID
    if trial.killer:
      return KILLED
    if trial.unknown:
      return UNKNOWN
    return EQUIVALENT if trial.bug.key() in self.reasons else LIVES

  def count(self, chosen=lambda trial: True):
    states = collections.Counter(map(self.state, filter(chosen, self.trials)))
    return Count(*(states[s] for s in (
        KILLED, EQUIVALENT, LIVES, INVALID, UNKNOWN)))

  def of(self, state):
    return [t for t in self.trials if self.state(t) == state]

  def by(self, field):
    """The counts of each value that the field of a point has."""
    values = sorted({getattr(t.bug, field) for t in self.trials})
    return {value: self.count(
        lambda t, value=value: getattr(t.bug, field) == value)
            for value in values}

  def survivors(self):
    return [t for t in self.trials if self.state(t) in (EQUIVALENT, LIVES)]

  def wrong(self):
    """Killed, though it is said to be equivalent."""
    return [t for t in self.trials
            if self.state(t) == KILLED and t.bug.key() in self.reasons]

  def stale(self, points):
    """The keys that verdicts have, and none of the points."""
    return sorted(self.reasons.keys() - {p.key() for p in points})

  def sources(self):
    return collections.Counter(
        t.source for t in self.trials if self.state(t) == KILLED)


HEADS = ["mutants", "killed", "equivalent", "live", "score"]


def row_of(trial, reason):
  point = trial.bug
  reach = "" if trial.programs or point.constant == "always" else (
      " (reached by no program)")
  return ["%s:%d" % (point.file, point.line), point.operator, point.change(),
          reason + reach]


def rows_of_counts(results, field):
  rows = {**results.by(field), "all": results.count()}
  return [[name.removeprefix("allocator/"), *count.row()]
          for name, count in rows.items()]


def save(results, points, folder, is_whole):
  """A part says too little for a page."""
  def write(name, template, **variables):
    pages.write(os.path.join(folder, name),
                pages.render(template, **variables).strip("\n") + "\n")

  if is_whole:
    write("mutate.md", "bugs/counts.md", heads=HEADS, counts={
        field: rows_of_counts(results, field)
        for field in ("file", "operator")}, refused=[
            ("%s:%d" % (p.file, p.line), p.operator, "`%s`" % p.change(),
             p.invalid) for p in points if p.invalid])
    # By functions: lines move.
    write("mutation-survivors.md", "bugs/survivors.md", survivors=[
        (":".join(filter(None, (t.bug.file.removeprefix("allocator/"),
                                t.bug.function))), "`%s`" % t.bug.change(),
         results.reasons.get(t.bug.key(), "**it lives**"))
        for t in results.survivors()])
  pages.write(os.path.join(folder, "mutate.json"), json.dumps({
      "version": 1,
      "is_whole": is_whole,
      "score": results.count().score,
      "mutants": [{
          **{name: getattr(t.bug, name) for name in (
              "number", "file", "line", "function", "operator", "source",
              "constant", "invalid")},
          "change": t.bug.change(), "state": results.state(t),
          "killer": t.killer, "program": t.program, "by": t.source,
          "milliseconds": t.milliseconds,
          "verdict": results.reasons.get(t.bug.key(), ""),
      } for t in results.trials]}, indent=1))
