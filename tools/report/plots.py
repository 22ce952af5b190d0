"""Plots of a fuzz campaign, as SVG to stand in a page."""

import io

SERIES = (("edges reached", 2, "#0b4f8a"),
          ("inputs in the corpus", 4, "#7a4a00"))


def growth(points):
  """Of points as fuzz_target has them: coverage and corpus over time."""
  import matplotlib
  matplotlib.use("svg")
  matplotlib.rcParams.update({
      "svg.fonttype": "none", "svg.hashsalt": "lockstep", "font.size": 9,
      "axes.spines.top": False, "axes.spines.right": False})
  from matplotlib import pyplot, ticker
  figure, panels = pyplot.subplots(1, 2, figsize=(9, 2.2))
  for axes, (label, column, color) in zip(panels, SERIES):
    seconds = [0] + [point[0] for point in points]
    values = [0] + [point[column] for point in points]
    axes.step(seconds, values, where="post", color=color, linewidth=1.4)
    axes.set_title(label, loc="left", fontsize=9)
    axes.set_xlabel("seconds", fontsize=9)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0, top=max(values) * 1.08 + 1)
    axes.xaxis.set_major_locator(ticker.MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(ticker.MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.8)
    axes.set_axisbelow(True)
  figure.tight_layout()
  text = io.StringIO()
  figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
  pyplot.close(figure)
  return text.getvalue()[text.getvalue().index("<svg"):]
