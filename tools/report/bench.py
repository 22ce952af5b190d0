"""tools/bench: how fast ours are, as ratios to their peers."""

import argparse
import json
import os
import sys

import bazel
import bench_figures
import bench_race
import bench_suite
import machine
import templates

from command_line import ROOT, count, positive

EXIT_HELD, EXIT_REGRESSION, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 2, 130
NAME = "bench.json"

DESCRIPTION = """\
Races our allocators against others: all in one process, in turns, several
times. Then counts what the suite checks in a second of a core. Prints ratios, in
processor time: 2.00 is twice as fast as the peer, 0.50 half as fast; behind the
median the least and the greatest of all repetitions. Builds with -c opt, and
installs what is missing.
"""
EPILOG = """\
what is measured, and how: docs/bench.md

comparing:
  Against a baseline, a ratio that got worse is a regression if even its best
  repetition is below the worst of then, and its median below that of then by a
  tenth or more.

exit codes:
  0 done, and no regression; 1 a regression against the baseline; 2 bad usage or
  input, or something did not run; 130 interrupted: what was measured is shown
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
  add("--quick", action="store_true", help="three repetitions of half the time: "
      "for a first look")
  add("--save", metavar="FILE", help="keep the figures as a baseline")
  add("--compare", metavar="FILE", help="with a baseline that was saved")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/bench"),
      help="for bench.json and the plots (default: out/bench)")
  add("--program", metavar="PROGRAM", help="race with this program, which "
      "allocator_suite made (NAME_bench, with -c opt); nothing is built, and "
      "the suite is left out")
  add("--from", metavar="FILE", dest="source", help="measure nothing: take the "
      "figures of a bench.json")
  arguments = parser.parse_args()
  if arguments.quick:
    arguments.repetitions, arguments.seconds = 3, arguments.seconds / 2
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
      "build": {**machine.commit(ROOT), "compiler": machine.compiler(program)},
      "machine": machine.facts(),
      "load": race.load,
      **bench_figures.of_race(race.fields),
      "suite": [],
  }
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
    return EXIT_INTERRUPTED
  if arguments.save:
    save(arguments.save, fields)
    print("saved as %s" % bench_display.shown(arguments.save))
  if baseline is None:
    return EXIT_HELD
  changes = bench_figures.compare(baseline, fields)
  bench_display.show_changes(changes)
  return EXIT_REGRESSION if changes.worse else EXIT_HELD


def save(path, fields):
  templates.write(path, json.dumps(fields, indent=1) + "\n")


def main():
  try:
    return bench(parse())
  except (bazel.Failed, bench_figures.Failed, OSError) as error:
    print("tools/bench: %s" % error, file=sys.stderr)
  except ImportError as error:
    print("tools/bench: %s; run tools/setup" % error, file=sys.stderr)
  except KeyboardInterrupt:
    print("tools/bench: interrupted", file=sys.stderr)
    return EXIT_INTERRUPTED
  return EXIT_FAILED


if __name__ == "__main__":
  sys.exit(main())
