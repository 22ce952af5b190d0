"""What became of each mutant, and what people said of those that live.

tests/mutants/verdicts.json says which survivors change nothing that can be
observed, and why. They are named by file, function, line and change, so that a
verdict outlives changes elsewhere.
"""

import collections
import dataclasses
import json
import os

KILLED, EQUIVALENT, LIVES, INVALID = "killed", "equivalent", "lives", "invalid"


def load(path):
  """The reasons, by the keys of the mutants."""
  reasons = {}
  with open(path, encoding="utf-8") as file:
    for verdict in json.load(file):
      for change in verdict["changes"]:
        reasons[verdict["file"], verdict["function"], verdict["line"],
                change] = verdict["equivalent"]
  return reasons


@dataclasses.dataclass
class Count:
  killed: int = 0
  equivalent: int = 0
  lives: int = 0
  invalid: int = 0

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
    if trial.point.invalid:
      return INVALID
    if trial.killer:
      return KILLED
    return EQUIVALENT if trial.point.key() in self.reasons else LIVES

  def count(self, chosen=lambda trial: True):
    states = collections.Counter(map(self.state, filter(chosen, self.trials)))
    return Count(*(states[s] for s in (KILLED, EQUIVALENT, LIVES, INVALID)))

  def by(self, field):
    """The counts of each value that the field of a point has."""
    values = sorted({getattr(t.point, field) for t in self.trials})
    return {value: self.count(
        lambda t, value=value: getattr(t.point, field) == value)
            for value in values}

  def survivors(self):
    return [t for t in self.trials if self.state(t) in (EQUIVALENT, LIVES)]

  def wrong(self):
    """Killed, though it is said to be equivalent."""
    return [t for t in self.trials
            if self.state(t) == KILLED and t.point.key() in self.reasons]

  def sources(self):
    return collections.Counter(
        t.source for t in self.trials if self.state(t) == KILLED)


HEADS = ["mutants", "killed", "equivalent", "live", "score"]


def row_of(trial, reason):
  point = trial.point
  reach = "" if trial.programs or point.constant == "always" else (
      " (reached by no program)")
  return ["%s:%d" % (point.file, point.line), point.operator, point.change(),
          reason + reach]


def markdown(results):
  lines = []
  for field in ("file", "operator"):
    lines += ["| %s | %s |" % (field, " | ".join(HEADS)),
              "|---" * (len(HEADS) + 1) + "|"]
    counts = {**results.by(field), "all": results.count()}
    lines += ["| %s | %s |" % (name, " | ".join(map(str, count.row())))
              for name, count in counts.items()] + [""]
  lines += ["| survivor | operator | change | verdict |", "|---|---|---|---|"]
  for trial in results.survivors():
    words = row_of(trial, results.reasons.get(trial.point.key(), "**lives**"))
    lines.append("| %s |" % " | ".join(w.replace("|", "\\|") for w in words))
  return "\n".join(lines) + "\n"


def save(results, folder):
  with open(os.path.join(folder, "mutate.md"), "w", encoding="utf-8") as file:
    file.write(markdown(results))
  with open(os.path.join(folder, "mutate.json"), "w",
            encoding="utf-8") as file:
    json.dump({
        "version": 1,
        "score": results.count().score,
        "mutants": [{
            **{name: getattr(t.point, name) for name in (
                "number", "file", "line", "function", "operator", "source",
                "constant", "invalid")},
            "change": t.point.change(), "state": results.state(t),
            "killer": t.killer, "program": t.program, "by": t.source,
            "milliseconds": t.milliseconds,
            "verdict": results.reasons.get(t.point.key(), ""),
        } for t in results.trials]}, file, indent=1)
