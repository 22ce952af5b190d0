"""What is seen of a race: ratios, each with its spread."""

import statistics

from bench import figures
from lib import plots, screen

# Not of one peer against another, but of how one grows.
NOT_SUMMED_UP = "free_among"
TERMS = {"(1)": "1", "N": "n", "NlgN": "n log n", "lgN": "log n", "N^2": "n^2",
         "N^3": "n^3"}


def number(ratio):
  digits = 3 if ratio >= 1 else 2 if ratio >= 0.001 else 1
  return "%.*g" % (digits, ratio)


def in_words(ratio, between=" "):
  return "%s%s%s-%s" % (number(ratio["median"]), between,
                        number(ratio["min"]), number(ratio["max"]))


def cell(ratio):
  """The median; below it the spread."""
  if not ratio:
    return ""
  style = "green" if ratio["min"] > 1 else "red" if ratio["max"] < 1 else ""
  text = in_words(ratio, "\n")
  return "[%s]%s[/]" % (style, text) if style else text


def show_table(title, left, right, rows):
  if rows:
    from rich import box
    screen.console().print(screen.table_of(
        left, right, rows=rows, title=title, title_style="bold",
        box=box.SIMPLE_HEAD, pad_edge=False))


def show(fields):
  ratios = fields["ratios"]
  for workload in dict.fromkeys(r["workload"] for r in ratios):
    show_ratios("%s: %s" % (workload, figures.WORKLOADS.get(workload, "")),
                {((r["argument"], r["subject"]), r["peer"]): r
                 for r in ratios if r["workload"] == workload}, ["", "ours"])
  show_table("complexity: what was fitted to a workload's times",
             ("workload", "allocator", "grows as", "residual"), (),
             [(c["workload"], c["allocator"], TERMS.get(c["term"], c["term"]),
               "" if c["rms"] is None else "%.0f %%" % (100 * c["rms"]))
              for c in fields["complexities"]])
  show_table("the suite: operations checked in a second of a core, and how many "
             "in the time of a malloc and a free of glibc",
             ("source", "system"), ("a second", "in a malloc and free"),
             [(s["source"], s["system"], "{median:,.0f} {min:,.0f}-{max:,.0f}"
               .format(**s["operations_per_second"]), in_words(s["ratio"]))
              for s in fields["suite"]])
  show_ratios("all but free_among: geometric mean of the medians; the least and "
              "the greatest of them", over_all(ratios), ["ours"])
  show_left_out(fields)
  print("ratios: the peer's time over ours; of medians, and from its least over "
        "our greatest to its greatest over our least, of %d; load of the machine "
        "%s" % (fields["repetitions"],
                " to ".join("%.1f" % load for load in fields["load"])))


def show_ratios(title, cells, left):
  """A row for each first part of a key, and a column for each second."""
  rows = dict.fromkeys(row for row, _ in cells)
  peers = sorted({peer for _, peer in cells})
  show_table(title, left, peers, [
      (*row, *(cell(cells.get((row, peer))) for peer in peers)) for row in rows])


def over_all(ratios):
  medians = {}
  for r in ratios:
    if r["workload"] != NOT_SUMMED_UP:
      medians.setdefault(((r["subject"],), r["peer"]), []).append(r["median"])
  return {key: {"median": statistics.geometric_mean(of), "min": min(of),
                "max": max(of)} for key, of in medians.items()}


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


def show_changes(changes):
  for title, style, these in (("worse", "bold red", changes.worse),
                              ("better", "green", changes.better)):
    for key, then, now in these:
      screen.console().print("[%s]%s[/]: %s: %s, was %s" % (
          style, title, " ".join(filter(None, key)), in_words(now),
          in_words(then)))
  print("compared with the baseline: %d ratios, %d worse, %d better; %d "
        "changed only against some peers%s" % (
      changes.compared, len(changes.worse), len(changes.better), changes.alone,
      ", %d of the baseline not measured" % changes.missing
      if changes.missing else ""))


def draw(ratios, path):
  """A row for what was raced; for each peer a dot, and its spread."""
  rows = list(dict.fromkeys(row_of(r) for r in ratios))
  figure, axes = plots.pyplot().subplots(figsize=(8, 1.2 + 0.2 * len(rows)))
  for peer in sorted({r["peer"] for r in ratios}):
    of = [r for r in ratios if r["peer"] == peer]
    axes.errorbar([r["median"] for r in of], [rows.index(row_of(r)) for r in of],
                  xerr=[[r["median"] - r["min"] for r in of],
                        [r["max"] - r["median"] for r in of]],
                  fmt="o", markersize=3.5, linewidth=1, label=peer)
  axes.axvline(1, color="black", linewidth=0.8)
  axes.set_xscale("log")
  axes.set_yticks(range(len(rows)), map("  ".join, rows))
  axes.invert_yaxis()
  axes.set_xlabel("the peer's time over ours: to the right of 1 ours is faster")
  axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
  plots.save(figure, path)


def draw_growth(nanoseconds, path):
  """A line for each allocator, over how much is free."""
  lines = {}
  for of in nanoseconds:
    if of["workload"] == NOT_SUMMED_UP:
      lines.setdefault(of["allocator"], []).append(
          (int(of["argument"]), of["median"]))
  figure, axes = plots.pyplot().subplots(figsize=(8, 4))
  axes.set_prop_cycle(color=plots.pyplot().cm.tab20.colors)
  for allocator, points in sorted(lines.items()):
    axes.loglog(*zip(*sorted(points)), marker=".", label=allocator)
  axes.set_xlabel("free objects")
  axes.set_ylabel("ns for a free and an allocation")
  axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
  plots.save(figure, path)


def row_of(ratio):
  return ratio["workload"], ratio["argument"], ratio["subject"]
