"""What is seen of a race: ratios, each with its spread."""

import statistics

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from display import shown

WIDTH = 120
# Not of one peer against another, but of how one grows.
NOT_SUMMED_UP = "free_among"
WORKLOADS = {
    "pair": "a block allocated and freed; bytes",
    "working_set": "of so many live blocks of 16 to 512 bytes, one freed and "
                   "another allocated",
    "recording": "what clients of the original crates did",
    "objects": "of so many live objects of 64 bytes, one freed and another "
               "allocated",
    "free_among": "an object freed among so many free ones, and allocated "
                  "again",
    "threads": "so many objects for each thread, on one and on two",
}
TERMS = {"(1)": "1", "N": "n", "NlgN": "n log n", "lgN": "log n", "N^2": "n^2",
         "N^3": "n^3"}

console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:
  console = Console(highlight=False, soft_wrap=True, width=WIDTH)


def number(ratio):
  digits = 3 if ratio >= 1 else 2 if ratio >= 0.001 else 1
  return "%.*g" % (digits, ratio)


def in_words(ratio, between=" "):
  return "%s%s%s-%s" % (number(ratio["median"]), between,
                        number(ratio["min"]), number(ratio["max"]))


def cell(ratio):
  """The median; below it the spread."""
  if ratio is None:
    return ""
  style = ("green" if ratio["min"] > 1 else
           "red" if ratio["max"] < 1 else "")
  return Text(in_words(ratio, "\n"), style)


def new_table(title, left, right):
  table = Table(title=title, title_justify="left", title_style="bold",
                box=box.SIMPLE_HEAD, pad_edge=False)
  for name in left:
    table.add_column(name, no_wrap=True)
  for name in right:
    table.add_column(name, justify="right", no_wrap=True)
  return table


def show(fields):
  for workload in dict.fromkeys(r["workload"] for r in fields["ratios"]):
    show_workload(workload, [r for r in fields["ratios"]
                             if r["workload"] == workload])
  show_complexities(fields["complexities"])
  show_suite(fields["suite"])
  show_summary([r for r in fields["ratios"]
                if r["workload"] != NOT_SUMMED_UP])
  show_left_out(fields)
  print("ratios: the peer's time over ours; of medians, and from its least over "
        "our greatest to its greatest over our least, of %d; load of the machine %s" % (fields["repetitions"], " to ".join(
            "%.1f" % load for load in fields["load"])))


def show_left_out(fields):
  """Of the workloads that were raced: what an allocator does not serve."""
  raced = {r["workload"] for r in fields["nanoseconds"]} | {"all"}
  left_out = {}
  for name in fields["left_out"]:
    workload, allocator, *argument = name.split("/")
    if workload in raced:
      left_out.setdefault(allocator, {}).setdefault(workload, []).extend(argument)
  for allocator, workloads in left_out.items():
    print("left out, as not served: %s: %s" % (allocator, "; ".join(
        " ".join([workload, *arguments])
        for workload, arguments in workloads.items())))


def show_workload(workload, ratios):
  peers = sorted({r["peer"] for r in ratios})
  table = new_table("%s: %s" % (workload, WORKLOADS.get(workload, "")),
                    ("", "ours"), peers)
  cells = {(r["argument"], r["subject"], r["peer"]): r for r in ratios}
  previous = None
  for argument, subject in dict.fromkeys(
      (r["argument"], r["subject"]) for r in ratios):
    table.add_row(argument if argument != previous else "", subject, *(
        cell(cells.get((argument, subject, peer))) for peer in peers))
    previous = argument
  console.print(table)


def show_complexities(complexities):
  if not complexities:
    return
  table = new_table("complexity: what was fitted to a workload's times",
                    ("workload", "allocator", "grows as", "residual"), ())
  for of in complexities:
    table.add_row(of["workload"], of["allocator"],
                  TERMS.get(of["term"], of["term"]),
                  "" if of["rms"] is None else "%.0f %%" % (100 * of["rms"]))
  console.print(table)


def show_suite(suite):
  if not suite:
    return
  table = new_table("the suite: operations checked in a second of a core, and "
                    "how many in the time of a malloc and a free of glibc",
                    ("source", "system"), ("a second", "in a malloc and free"))
  for of in suite:
    rate = of["operations_per_second"]
    table.add_row(of["source"], of["system"], "{:,.0f} {:,.0f}-{:,.0f}".format(
        rate["median"], rate["min"], rate["max"]), in_words(of["ratio"]))
  console.print(table)


def show_summary(ratios):
  """Of a subject and a peer: over all workloads that both run."""
  peers = sorted({r["peer"] for r in ratios})
  table = new_table("all but free_among: geometric mean of the medians; the "
                    "least and the greatest of them", ("ours",), peers)
  for subject in dict.fromkeys(r["subject"] for r in ratios):
    table.add_row(subject, *(cell(over_all(
        [r["median"] for r in ratios if (r["subject"], r["peer"]) ==
         (subject, peer)])) for peer in peers))
  if peers:
    console.print(table)


def over_all(medians):
  return medians and {"median": statistics.geometric_mean(medians),
                      "min": min(medians), "max": max(medians)} or None


def show_changes(changes):
  for title, style, these in (("worse", "bold red", changes.worse),
                              ("better", "green", changes.better)):
    for key, then, now in these:
      console.print("[%s]%s[/]: %s: %s, was %s" % (
          style, title, " ".join(filter(None, key)), in_words(now),
          in_words(then)))
  print("compared with the baseline: %d ratios, %d worse, %d better; %d "
        "changed only against some peers%s" % (
      changes.compared, len(changes.worse), len(changes.better), changes.alone,
      ", %d of the baseline not measured" % changes.missing
      if changes.missing else ""))
