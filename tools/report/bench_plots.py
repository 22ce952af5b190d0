"""Plots of a race, as SVG: a file for each workload."""

import os

COLORS = ("#0b4f8a", "#b3541e", "#3d7a3d", "#7a4a9a", "#8a8a1f", "#1f8a8a",
          "#a03050", "#555555")


def draw(fields, folder):
  import matplotlib
  matplotlib.use("svg")
  matplotlib.rcParams.update({
      "svg.fonttype": "none", "svg.hashsalt": "lockstep", "font.size": 9,
      "axes.spines.top": False, "axes.spines.right": False})
  for workload in dict.fromkeys(r["workload"] for r in fields["ratios"]):
    ratios = [r for r in fields["ratios"] if r["workload"] == workload]
    draw_ratios(ratios, os.path.join(folder, "%s.svg" % workload))
  times = [t for t in fields["nanoseconds"] if t["workload"] == "free_among"]
  if times:
    draw_growth(times, os.path.join(folder, "growth.svg"))


def save(figure, path):
  from matplotlib import pyplot
  figure.tight_layout()
  figure.savefig(path, format="svg", metadata={"Date": None})
  pyplot.close(figure)


def draw_ratios(ratios, path):
  """A row an argument and subject; for each peer a dot, and its spread."""
  from matplotlib import pyplot
  rows = list(dict.fromkeys((r["argument"], r["subject"]) for r in ratios))
  peers = list(dict.fromkeys(r["peer"] for r in ratios))
  figure, axes = pyplot.subplots(figsize=(8, 1.2 + 0.34 * len(rows)))
  for number, peer in enumerate(peers):
    of = [r for r in ratios if r["peer"] == peer]
    medians = [r["median"] for r in of]
    axes.errorbar(
        medians,
        [rows.index((r["argument"], r["subject"])) +
         0.5 * (number / len(peers) - 0.4) for r in of],
        xerr=[[m - r["min"] for m, r in zip(medians, of)],
              [r["max"] - m for m, r in zip(medians, of)]],
        fmt="o", markersize=3.5, linewidth=1,
        color=COLORS[number % len(COLORS)], label=peer)
  axes.axvline(1, color="black", linewidth=0.8)
  axes.set_xscale("log")
  axes.set_yticks(range(len(rows)), ["%s  %s" % row for row in rows])
  axes.invert_yaxis()
  axes.set_xlabel("the peer's time over ours: to the right of 1 ours is faster")
  axes.grid(axis="x", color="#e4e4e4", linewidth=0.8)
  axes.set_axisbelow(True)
  axes.legend(frameon=False, ncols=2, fontsize=8, loc="upper left",
              bbox_to_anchor=(1, 1))
  save(figure, path)


def draw_growth(times, path):
  """Times over the number of free blocks, each over its own with the fewest."""
  from matplotlib import pyplot
  figure, axes = pyplot.subplots(figsize=(7, 4))
  for number, allocator in enumerate(dict.fromkeys(
      t["allocator"] for t in times)):
    of = sorted((int(t["argument"]), t["median"]) for t in times
                if t["allocator"] == allocator)
    axes.plot([n for n, _ in of], [t / of[0][1] for _, t in of], "o-",
              markersize=3.5, color=COLORS[number % len(COLORS)],
              linestyle="-" if number < len(COLORS) else "--", label=allocator)
  axes.set_xscale("log", base=2)
  axes.set_yscale("log")
  axes.set_xlabel("free blocks")
  axes.set_ylabel("time, as a multiple of that with the fewest")
  axes.grid(color="#e4e4e4", linewidth=0.8)
  axes.set_axisbelow(True)
  axes.legend(frameon=False, fontsize=8)
  save(figure, path)
