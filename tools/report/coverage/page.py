"""What tools/coverage says: lines, and coverage.json. The sources with their counts
are llvm-cov's pages.
"""

import json
import math
import os

from coverage import reach
from lib import host, pages

JUDGED, SHOWN = "allocator/", ("allocator/", "models/")
NEVER = {reach.LINE: "run", reach.TRUE: "true", reach.FALSE: "false"}


def percent(count):
  """Never rounded up: 100.0 is all."""
  share = count.reached / count.of if count.of else 1
  return "%.1f %%" % (math.floor(share * 1000) / 10)


def sum_of(whole, folder):
  return "%s: %s" % (folder, ", ".join(
      "{} ({:,} of {:,}) of {}".format(percent(count), *count, name)
      for name, count in whole.counts(folder).items()))


def gaps_of(whole, root):
  """What was not reached of what must be."""
  for name, file in whole.within(JUDGED).items():
    with open(os.path.join(root, name), encoding="utf-8") as text:
      yield from file.gaps(name, text.read().split("\n"))


def gap_line(gap):
  return "%s:%d: never %s: %s" % (gap.file, gap.line, NEVER[gap.kind], gap.text)


def write(whole, gaps, problems, root, folder):
  def figures(name):
    return {of: c._asdict() for of, c in whole.counts(name).items()}

  pages.write(os.path.join(folder, "coverage.json"), json.dumps({
      "version": 1,
      **host.commit(root),
      **{name.rstrip("/"): figures(name) for name in SHOWN},
      "files": {name: figures(name)
                for part in SHOWN for name in whole.within(part)},
      "unreached": [gap._asdict() for gap in gaps],
      "problems": problems,
  }, indent=2) + "\n")
