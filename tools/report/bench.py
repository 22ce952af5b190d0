"""tools/bench: how fast ours are, as ratios to their peers."""

import argparse
import json
import os
import sys

import bench_figures
import bench_race
import bench_suite
import frame
import machine
import templates

from command_line import count, positive
from frame import FAILED, HELD, INTERRUPTED, ROOT, VIOLATED

NAME = "bench.json"

DESCRIPTION = """\
Races our allocators against others: all in one process, several times, in
random order. Then counts what the suite checks in a second of a core. Prints
ratios of the medians, in processor time: 2.00 is twice as fast as the peer, 0.50
half as fast; behind it the least and the greatest that any repetition of one
and any of the other come to. Builds with -c opt, and installs what is missing.
"""
EPILOG = """\
what is measured, and how: docs/bench.md

comparing:
  A ratio got worse if all of its spread is below the baseline's, and its median
  is lower by more than a tenth (of the suite: a quarter). It is a regression if
  that is so against more than half of the peers: a peer that is faster today is
  none. A slowdown that is smaller than the spread is not seen.

exit codes:
  0 done, and no regression; 1 a regression against the baseline; 2 bad usage or
  input, or something did not run: refused in the middle, without a ratio, or,
  without --filter, of the baseline and not measured; 130 interrupted: what was
  measured is shown
"""


def parse():
  parser = argparse.ArgumentParser(
      prog="tools/bench", description=DESCRIPTION, epilog=EPILOG,
      formatter_class=argparse.RawDescriptionHelpFormatter)
  add = parser.add_argument
  add("--filter", metavar="REGEX", default="", help="of what is raced, only "
      "WORKLOAD/ALLOCATOR/ARGUMENT that it matches; then the suite is left out")
  add("--seconds", type=positive, metavar="N", default=0.01, help="for each "
      "workload, allocator and repetition, and thirty times as much for each "
      "source and system of the suite (default: %(default)g)")
  add("--repetitions", type=count, metavar="N", default=5,
      help="(default: %(default)s)")
  add("--quick", action="store_true", help="three repetitions of half the "
      "time: for a first look")
  add("--save", metavar="FILE", help="keep the figures as a baseline")
  add("--compare", metavar="FILE", help="with a baseline that was saved")
  add("--output", metavar="FOLDER", help="for bench.json and the plots "
      "(default: out/bench, with --program in the folder that you are in)")
  add("--program", metavar="PROGRAM", help="race with this program, which "
      "allocator_suite made (NAME_bench, with -c opt); nothing is built, and "
      "the suite is left out")
  add("--from", metavar="FILE", dest="source", help="measure nothing: take the "
      "figures of a bench.json")
  arguments = parser.parse_args()
  if arguments.quick:
    arguments.repetitions, arguments.seconds = 3, arguments.seconds / 2
  if arguments.output is None:
    arguments.output = os.path.join("" if arguments.program else ROOT,
                                    "out/bench")
  return arguments


def measure(arguments):
  """The fields of bench.json."""
  program = os.path.abspath(arguments.program) if arguments.program else (
      bench_race.build(ROOT))
  race = bench_race.run(program, arguments)
  fields = {
      "version": bench_figures.VERSION,
      "is_interrupted": race.is_interrupted,
      "repetitions": arguments.repetitions,
      "seconds": arguments.seconds,
      "filter": arguments.filter,
      "build": {**machine.commit(ROOT), "compiler": machine.compiler(program)},
      "machine": machine.facts(),
      "load": race.load,
      **bench_figures.of_race(race.fields),
      "suite": [],
  }
  if race.is_interrupted:
    fields["complexities"] = []
  if not (arguments.program or arguments.filter or race.is_interrupted):
    fields["suite"], fields["is_interrupted"] = bench_suite.measure(
        ROOT, min(arguments.repetitions, 3), arguments.seconds * 30)
  return fields


def bench(arguments):
  import bench_display  # Not before what it needs is installed.
  import bench_plots
  baseline = (bench_figures.load(arguments.compare) if arguments.compare
              else None)
  fields = (bench_figures.load(arguments.source) if arguments.source
            else measure(arguments))
  bench_display.show(fields)
  if not arguments.source:
    os.makedirs(arguments.output, exist_ok=True)
    save(os.path.join(arguments.output, NAME), fields)
    bench_plots.draw(fields, arguments.output)
    print("figures and plots in %s" % bench_display.shown(arguments.output))
  if fields["is_interrupted"]:
    print("interrupted; the figures are of what was measured until then")
    return INTERRUPTED
  if arguments.save:
    save(arguments.save, fields)
    print("saved as %s" % bench_display.shown(arguments.save))
  gaps = bench_figures.gaps_of(fields)
  is_worse = False
  if baseline is not None:
    for difference in bench_figures.differences(baseline, fields):
      complain("the baseline was measured otherwise: %s" % difference)
    changes = bench_figures.compare(baseline, fields)
    bench_display.show_changes(changes)
    is_worse = bool(changes.worse)
    if changes.missing and not fields["filter"]:
      gaps.append("%d of the baseline was not measured" % changes.missing)
  for gap in gaps:
    complain(gap)
  return FAILED if gaps else VIOLATED if is_worse else HELD


def complain(text):
  print("tools/bench: %s" % text, file=sys.stderr)


def save(path, fields):
  templates.write(path, json.dumps(fields, indent=1) + "\n")


if __name__ == "__main__":
  sys.exit(frame.run("bench", lambda: bench(parse())))
