"""Figures of a race: from what Google Benchmark wrote to ratios, and how those
of two runs compare.

A ratio is the peer's time over ours: of the medians of both. Its spread is from
the peer's least over our greatest to the peer's greatest over our least: the
repetitions of all run in random order, so that none of ours belongs to one of
the peer's.
"""

import collections
import dataclasses
import json
import statistics

from lib.frame import Failed

VERSION = 2
# Of the median: what is less is no regression, whatever the spread. More where
# there is only one to compare with.
TOLERANCE, SUITE_TOLERANCE = 0.1, 0.25
# In the order in which they are shown; what is not named comes behind.
WORKLOADS = {
    "pair": "a block allocated and freed; bytes",
    "working_set": "of so many live blocks of 16 to 512 bytes, one freed and "
                   "another allocated",
    "objects": "of so many live objects of 64 bytes, one freed and another "
               "allocated",
    "threads": "so many objects for each thread, on one and on two",
    "recording": "what clients of the original crates did",
    "free_among": "an object freed among so many free ones, and allocated again",
}
# What the suite's own speed is a ratio to.
SUITE_PEER = "suite"
# What the figures of two runs depend on, besides the code: where in bench.json.
SETTING = (("seconds",), ("repetitions",), ("build", "compiler"),
           ("machine", "processor"), ("machine", "cores"))


def spread(values):
  return {"min": min(values), "median": statistics.median(values),
          "max": max(values), "count": len(values)}


def spread_of_ratios(theirs, ours):
  return {"min": min(theirs) / max(ours),
          "median": statistics.median(theirs) / statistics.median(ours),
          "max": max(theirs) / min(ours),
          "count": min(len(theirs), len(ours))}


def split(run):
  """(workload, allocator, argument) of a run."""
  workload, allocator, *rest = run["run_name"].split("/")
  return workload, allocator, "/".join(rest).replace("/threads:", " on ")


def times_of(race):
  """{(workload, argument): {allocator: [nanoseconds of a repetition]}}"""
  times = collections.defaultdict(dict)
  for run in race["benchmarks"]:
    if run["run_type"] != "iteration" or run.get("error_occurred") or (
        run.get("label") == "interrupted"):
      continue
    if run["time_unit"] != "ns":
      raise Failed("%s: times are not in ns" % run["name"])
    workload, allocator, argument = split(run)
    times[workload, argument].setdefault(allocator, []).append(run["cpu_time"])
  return times


def place(workload, argument):
  """To sort by: the program measures in another order each time."""
  number = [*WORKLOADS, workload].index(workload)
  return number, workload, [
      (0, int(part), "") if part.isdigit() else (1, 0, part)
      for part in argument.replace(" ", "/").split("/")]


def ratios_of(times, subjects):
  for workload, argument in sorted(times, key=lambda key: place(*key)):
    of = times[workload, argument]
    for subject in (s for s in subjects if s in of):
      for peer in sorted(p for p in of if p not in subjects):
        yield {"workload": workload, "argument": argument,
               "subject": subject, "peer": peer,
               **spread_of_ratios(of[peer], of[subject])}


def complexities_of(race):
  """What Google Benchmark fitted: nanoseconds for each unit of the term."""
  rms = {run["run_name"]: run["rms"] for run in race["benchmarks"]
         if run.get("aggregate_name") == "RMS"}
  return sorted(
      ({"workload": split(run)[0], "allocator": split(run)[1],
        "term": run["big_o"], "nanoseconds": run["cpu_coefficient"],
        "rms": rms.get(run["run_name"])}
       for run in race["benchmarks"] if run.get("aggregate_name") == "BigO"),
      key=lambda of: (of["workload"], of["allocator"]))


def of_race(race):
  """The part of bench.json that is made of Google Benchmark's JSON."""
  try:
    subjects = race["context"]["subjects"].split(",")
    times = times_of(race)
    return {
        "subjects": subjects,
        "ratios": list(ratios_of(times, subjects)),
        "complexities": complexities_of(race),
        "refused": sorted({run["run_name"] for run in race["benchmarks"]
                           if run.get("error_occurred") and
                           run.get("error_message") != "interrupted"}),
        "left_out": list(filter(None, race["context"]["left_out"].split(","))),
        "nanoseconds": [
            {"workload": workload, "argument": argument, "allocator": allocator,
             **spread(values)}
            for (workload, argument), of in times.items()
            for allocator, values in of.items()],
    }
  except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
    raise Failed("what the program wrote is not as expected: %r" % error
                ) from error


def load(path):
  """The fields of a bench.json, looked through."""
  try:
    with open(path, encoding="utf-8") as file:
      fields = json.load(file)
    if fields["version"] != VERSION:
      raise Failed("%s: of version %r, which this is not; measure again" % (
          path, fields["version"]))
    keyed(fields)
    for part in ("complexities", "refused", "left_out", "nanoseconds",
                 "is_interrupted", "repetitions", "load", "filter"):
      fields[part]
    return fields
  except (ValueError, KeyError, TypeError) as error:
    raise Failed("%s is not a bench.json: %r; tools/bench writes one" % (
        path, error)) from error


def keyed(fields):
  """Every ratio by what it is of; also those of the suite's own speed."""
  ratios = {(r["workload"], r["argument"], r["subject"], r["peer"]): r
            for r in fields["ratios"]}
  ratios.update({(r["source"], r["system"], SUITE_PEER, ""): r["ratio"]
                 for r in fields["suite"]})
  for ratio in ratios.values():
    if not 0 < ratio["min"] <= ratio["median"] <= ratio["max"]:
      raise ValueError("a spread that is none")
  return ratios


def gaps_of(fields):
  """What should have been measured, and was not."""
  gaps = ["%s was refused something in the middle" % name
          for name in fields["refused"]]
  raced = {ratio["subject"] for ratio in fields["ratios"]}
  if not raced:
    return gaps + ["there is not one ratio"]
  if not fields["filter"]:
    gaps += ["there is no ratio of %s" % subject
             for subject in fields["subjects"] if subject not in raced]
  return gaps


def differences(baseline, fields):
  """In the settings of two runs: what to warn of."""
  def of(these, path):
    for key in path:
      these = these.get(key, {})
    return these or "unknown"
  return ["%s %s, now %s" % (path[-1], of(baseline, path), of(fields, path))
          for path in SETTING if of(baseline, path) != of(fields, path)]


@dataclasses.dataclass
class Changes:
  """Each a key, and the ratios of then and now."""
  worse: list
  better: list
  alone: int  # What changed against half of the peers or fewer: it is theirs.
  compared: int
  missing: int  # Of the baseline, what was not measured now.


def is_below(one, other, tolerance):
  """Beyond the spread of both, and by the tolerance."""
  return (one["max"] < other["min"] and
          one["median"] < (1 - tolerance) * other["median"])


def compare(baseline, fields):
  then, now = keyed(baseline), keyed(fields)
  both = [key for key in then if key in now]
  if not both:
    raise Failed("the baseline has nothing in common with what was measured")
  peers = collections.Counter(key[:3] for key in both)

  def changed(low, high):
    """Those that are low now, and how many are so against few peers only."""
    keys = [k for k in both if is_below(low[k], high[k], (
        SUITE_TOLERANCE if k[2] == SUITE_PEER else TOLERANCE))]
    of = collections.Counter(key[:3] for key in keys)
    sure = [k for k in keys if 2 * of[k[:3]] > peers[k[:3]]]
    return [(k, then[k], now[k]) for k in sure], len(keys) - len(sure)

  worse, worse_alone = changed(now, then)
  better, better_alone = changed(then, now)
  return Changes(worse, better, worse_alone + better_alone,
                 compared=len(both), missing=len(then) - len(both))
