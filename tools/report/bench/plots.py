"""Plots of a race, as SVG: a file for each workload."""

import os

from lib import plots

GRID = "#e4e4e4"


def draw(fields, folder):
  for workload in dict.fromkeys(r["workload"] for r in fields["ratios"]):
    draw_ratios([r for r in fields["ratios"] if r["workload"] == workload],
                os.path.join(folder, workload + ".svg"))
  times = [t for t in fields["nanoseconds"] if t["workload"] == "free_among"]
  if times:
    draw_growth(times, os.path.join(folder, "growth.svg"))


def draw_ratios(ratios, path):
  """A row an argument and subject; for each peer a dot, and its spread."""
  rows = list(dict.fromkeys((r["argument"], r["subject"]) for r in ratios))
  peers = list(dict.fromkeys(r["peer"] for r in ratios))
  figure, axes = plots.pyplot().subplots(figsize=(8, 1.2 + 0.34 * len(rows)))
  for number, peer in enumerate(peers):
    of = [r for r in ratios if r["peer"] == peer]
    axes.errorbar(
        [r["median"] for r in of],
        [rows.index((r["argument"], r["subject"])) +
         0.5 * (number / len(peers) - 0.4) for r in of],
        xerr=[[r["median"] - r["min"] for r in of],
              [r["max"] - r["median"] for r in of]],
        fmt="o", markersize=3.5, linewidth=1, label=peer)
  from matplotlib import ticker
  axes.axvline(1, color="black", linewidth=0.8)
  axes.set_xscale("log")
  axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
  axes.xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
  axes.xaxis.set_minor_locator(ticker.NullLocator())
  axes.set_yticks(range(len(rows)), ["%s  %s" % row for row in rows])
  axes.invert_yaxis()
  axes.set_xlabel("the peer's time over ours: to the right of 1 ours is faster")
  axes.grid(axis="x", color=GRID)
  axes.legend(frameon=False, ncols=2, fontsize=8, loc="upper left",
              bbox_to_anchor=(1, 1))
  plots.save(figure, path)


def draw_growth(times, path):
  """Times over the number of free blocks, each over its own with the fewest."""
  figure, axes = plots.pyplot().subplots(figsize=(7, 4))
  for allocator in dict.fromkeys(t["allocator"] for t in times):
    of = sorted((int(t["argument"]), t["median"]) for t in times
                if t["allocator"] == allocator)
    axes.plot([n for n, _ in of], [t / of[0][1] for _, t in of], marker="o",
              markersize=3.5, label=allocator)
  axes.set_xscale("log", base=2)
  axes.set_yscale("log")
  axes.set(xlabel="free blocks",
           ylabel="time, as a multiple of that with the fewest")
  axes.grid(color=GRID)
  axes.legend(frameon=False, fontsize=8)
  plots.save(figure, path)
