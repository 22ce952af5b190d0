"""Plots, as SVG that is the same whenever it is drawn."""


def pyplot():
  """matplotlib.pyplot, set up."""
  import matplotlib  # Not before it is installed.
  matplotlib.use("svg")
  matplotlib.rcParams.update({
      "svg.fonttype": "none", "svg.hashsalt": "lockstep", "font.size": 9,
      "axes.spines.top": False, "axes.spines.right": False})
  from matplotlib import pyplot as result
  return result


def save(figure, path, **options):
  """`path` may be a file that is open."""
  figure.tight_layout()
  figure.savefig(path, format="svg", metadata={"Date": None}, **options)
  pyplot().close(figure)
