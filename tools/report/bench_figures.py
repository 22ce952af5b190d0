"""Figures of a race: from what Google Benchmark wrote to ratios, and how those
of two runs compare.

A ratio is the peer's time over ours, repetition by repetition.
"""

import collections
import dataclasses
import json
import statistics

VERSION = 1
# Of the median: what is less is no regression, whatever the spread.
TOLERANCE = 0.1
# In the order in which they are shown; what is not named comes behind.
WORKLOADS = ("pair", "working_set", "objects", "threads", "recording",
             "free_among")
# What the suite's own speed is a ratio to.
SUITE_PEER = "suite"


class Failed(Exception):
  """The figures are not there, or not what they should be."""


def spread(values):
  return {"min": min(values), "median": statistics.median(values),
          "max": max(values), "count": len(values)}


def split(run):
  """(workload, allocator, argument) of a run."""
  workload, allocator, *rest = run["run_name"].split("/")
  return workload, allocator, "/".join(rest).replace("threads:", "threads ")


def times_of(race):
  """{(workload, argument): {allocator: {repetition: nanoseconds}}}"""
  times = collections.defaultdict(dict)
  for run in race["benchmarks"]:
    if run["run_type"] != "iteration" or run.get("error_occurred"):
      continue
    if run["time_unit"] != "ns":
      raise Failed("%s: times are not in ns" % run["name"])
    workload, allocator, argument = split(run)
    repetitions = times[workload, argument].setdefault(allocator, {})
    repetitions[run.get("repetition_index", 0)] = run["cpu_time"]
  return times


def place(workload, argument):
  """To sort by: the program measures in another order each time."""
  number = WORKLOADS.index(workload) if workload in WORKLOADS else len(WORKLOADS)
  return number, workload, [
      (0, int(part), "") if part.isdigit() else (1, 0, part)
      for part in argument.replace(" ", "/").split("/")]


def ratios_of(times, subjects):
  for workload, argument in sorted(times, key=lambda key: place(*key)):
    of = times[workload, argument]
    for subject in (s for s in subjects if s in of):
      for peer in sorted(p for p in of if p not in subjects):
        both = sorted(of[subject].keys() & of[peer].keys())
        if both:
          yield {"workload": workload, "argument": argument,
                 "subject": subject, "peer": peer,
                 **spread([of[peer][i] / of[subject][i] for i in both])}


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
                           if run.get("error_message") == "refused"}),
        "nanoseconds": [
            {"workload": workload, "argument": argument, "allocator": allocator,
             **spread(list(values.values()))}
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
    for part in ("complexities", "refused", "nanoseconds", "is_interrupted",
                 "repetitions", "load"):
      fields[part]
    return fields
  except (ValueError, KeyError, TypeError) as error:
    raise Failed("%s is not a bench.json: %r; tools/bench --save writes one" % (
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


@dataclasses.dataclass
class Changes:
  """Each a key, and the ratios of then and now."""
  worse: list
  better: list
  compared: int
  missing: int  # Of the baseline, what was not measured now.


def is_below(one, other):
  """Beyond the spread of both, and by the tolerance."""
  return (one["max"] < other["min"] and
          one["median"] < (1 - TOLERANCE) * other["median"])


def compare(baseline, fields):
  then, now = keyed(baseline), keyed(fields)
  both = [key for key in then if key in now]
  if not both:
    raise Failed("the baseline has nothing in common with what was measured")
  return Changes(
      worse=[(k, then[k], now[k]) for k in both if is_below(now[k], then[k])],
      better=[(k, then[k], now[k]) for k in both if is_below(then[k], now[k])],
      compared=len(both), missing=len(then) - len(both))
