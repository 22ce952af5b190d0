"""The kill matrix as a heat map."""

import math

import zoo_sources


def save(matrix, path):
  """A row an animal; the darker, the sooner it was killed."""
  import matplotlib
  matplotlib.use("svg")
  matplotlib.rcParams.update({
      "svg.hashsalt": "lockstep", "svg.fonttype": "none", "font.size": 8})
  from matplotlib import pyplot
  values = [[value_of(matrix.cells.get((n, s))) for s in matrix.sources]
            for n in matrix.animals]
  colors = matplotlib.colormaps["viridis"].copy()
  colors.set_bad("white")
  colors.set_over("#d9d9d9")
  figure, axes = pyplot.subplots(
      figsize=(3.2 + 0.55 * len(matrix.sources),
               1.2 + 0.16 * len(matrix.animals)))
  image = axes.imshow(values, aspect="auto", cmap=colors, vmin=0, vmax=5)
  axes.set_xticks(range(len(matrix.sources)),
                  list(map(zoo_sources.title, matrix.sources)), rotation=60,
                  ha="left")
  axes.xaxis.tick_top()
  axes.set_yticks(range(len(matrix.animals)), matrix.animals)
  bar = figure.colorbar(image, ax=axes, shrink=0.4, extend="max")
  bar.set_label("milliseconds until killed (log10); grey: lives")
  figure.tight_layout()
  figure.savefig(path, metadata={"Date": None})
  pyplot.close(figure)


def value_of(cell):
  if cell is None or cell["problem"]:
    return math.nan
  return math.log10(max(cell["milliseconds"], 1)) if cell["killer"] else 9
