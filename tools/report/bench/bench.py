"""tools/bench: how fast ours are, as ratios to their peers."""

import json
import os
import sys

from bench import display, figures, race, suite
from lib import frame, host, pages, screen
from lib.arguments import count, parser_of, positive
from lib.frame import FAILED, HELD, INTERRUPTED, ROOT, VIOLATED, Failed

NAME, PLOT, GROWTH = "bench.json", "ratios.svg", "free_among.svg"


def parse():
  parser = parser_of("bench", "bench")
  add = parser.add_argument
  add("--filter", metavar="REGEX", default="", help="of what is raced, only "
      "WORKLOAD/ALLOCATOR/ARGUMENT that it matches; then the suite is left out")
  add("--seconds", type=positive, metavar="N", default=0.01, help="for each "
      "workload, allocator and repetition, and thirty times as much for each "
      "source and system of the suite (default: %(default)g)")
  add("--repetitions", type=count, metavar="N", default=5,
      help="(default: %(default)s)")
  add("--compare", metavar="FILE", help="with the bench.json of an earlier run")
  add("--output", metavar="FOLDER", help="for bench.json and the plots "
      "(default: out/bench, with --program in the folder that you are in)")
  add("--program", metavar="PROGRAM", help="race with this program, which "
      "allocator_suite made (NAME_bench, with -c opt); nothing is built, and "
      "the suite is left out")
  add("--from", metavar="FILE", dest="source", help="measure nothing: take the "
      "figures of a bench.json")
  arguments = parser.parse_args()
  if arguments.output is None:
    arguments.output = os.path.join("" if arguments.program else ROOT,
                                    "out/bench")
  if arguments.compare and not arguments.source and os.path.realpath(
      arguments.compare) == os.path.realpath(
          os.path.join(arguments.output, NAME)):
    parser.error("%s is where the new figures go: copy it, or choose another "
                 "--output" % arguments.compare)
  return arguments


def measure(arguments):
  """The fields of bench.json."""
  program = os.path.abspath(arguments.program) if arguments.program else (
      race.build())
  load = os.getloadavg()[0]
  raced, is_interrupted = race.run(program, arguments)
  fields = {
      "version": figures.VERSION,
      "is_interrupted": is_interrupted,
      "repetitions": arguments.repetitions,
      "seconds": arguments.seconds,
      "filter": arguments.filter,
      "build": {**host.commit(ROOT), "compiler": host.compiler(program)},
      "machine": host.facts(),
      "load": [load, os.getloadavg()[0]],
      **figures.of_race(raced),
      "suite": [],
  }
  if is_interrupted:
    fields["complexities"] = []
  if not (arguments.program or arguments.filter or is_interrupted):
    fields["suite"], fields["is_interrupted"] = suite.measure(
        min(arguments.repetitions, 3), arguments.seconds * 30)
  return fields


def bench(arguments):
  baseline = figures.load(arguments.compare) if arguments.compare else None
  if baseline and baseline["is_interrupted"]:
    raise Failed("%s: that run was interrupted; measure the baseline again"
                 % arguments.compare)
  fields = (figures.load(arguments.source) if arguments.source
            else measure(arguments))
  display.show(fields)
  if not arguments.source:
    os.makedirs(arguments.output, exist_ok=True)
    pages.write(os.path.join(arguments.output, NAME),
                json.dumps(fields, indent=1) + "\n")
    display.draw(fields["ratios"], os.path.join(arguments.output, PLOT))
    display.draw_growth(fields["nanoseconds"],
                        os.path.join(arguments.output, GROWTH))
    print("figures and plots in %s" % screen.shown(arguments.output))
  if fields["is_interrupted"]:
    print("interrupted; the figures are of what was measured until then")
    return INTERRUPTED
  gaps = figures.gaps_of(fields)
  is_worse = False
  if baseline is not None:
    for difference in figures.differences(baseline, fields):
      complain("the baseline was measured otherwise: %s" % difference)
    changes = figures.compare(baseline, fields)
    display.show_changes(changes)
    is_worse = bool(changes.worse)
    if changes.missing and not fields["filter"]:
      gaps.append("%d of the baseline was not measured" % changes.missing)
  for gap in gaps:
    complain(gap)
  return FAILED if gaps else VIOLATED if is_worse else HELD


def complain(text):
  print("tools/bench: %s" % text, file=sys.stderr)


def main():
  return frame.run("bench", lambda: bench(parse()))
