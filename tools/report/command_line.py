"""The arguments of tools/verify."""

import argparse
import os

import sources

from frame import ROOT

# Two minutes on two cores, shared out over what takes as long as it is told.
CORE_SECONDS = 240

DESCRIPTION = """\
Runs every source of scripts over every system, judged by all models. Installs
what is missing and builds, where needed.
"""
EPILOG = """\
sources:
%s
systems:
  see: tools/lockstep list systems. Of the source fuzz, its targets.

campaigns:
  tools/verify --source fuzz --seconds 3600 fuzzes for an hour each target, in
  turns of a minute, so many at a time as there are cores; then each corpus is
  made as small as it can be. Ctrl-C ends it with the report.

exit codes:
  0 nothing was violated, 1 something was, 2 bad usage, or something did not
  run, 130 interrupted
""" % "\n".join("  %-12s%s" % (s.name, s.summary) for s in sources.SOURCES)


def positive(text):
  number = float(text)
  if not 0 < number < 1e9:
    raise ValueError
  return number


def seed(text):
  number = int(text)
  if not 0 <= number < 1 << 32:
    raise ValueError
  return number


def count(text):
  number = int(text)
  if number < 1:
    raise ValueError
  return number


def parse():
  parser = argparse.ArgumentParser(
      prog="tools/verify", description=DESCRIPTION, epilog=EPILOG,
      formatter_class=argparse.RawDescriptionHelpFormatter)
  add = parser.add_argument
  add("--source", action="append", metavar="NAME", help="only this source; "
      "may be repeated")
  add("--system", action="append", metavar="NAME", help="only this system; "
      "may be repeated")
  add("--seconds", type=positive, metavar="N", help="for each source and "
      "system (default: two minutes on two cores, shared out over all)")
  add("--seed", type=seed, metavar="S", help="0 to 2^32 - 1; the same seed "
      "gives the same scripts (default: another each time)")
  add("--jobs", type=count, metavar="N",
      default=len(os.sched_getaffinity(0)),
      help="so many processes at a time (default: %(default)s, the cores)")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/verify"),
      help="for the report, index.html and verify.json, and what violates "
      "(default: out/verify)")
  add("--corpus", metavar="FOLDER", default=os.path.join(
      ROOT, "out/verify/corpus"), help="of the fuzz targets, kept from run to "
      "run (default: out/verify/corpus)")
  add("--traces", metavar="FOLDER", default=os.path.join(ROOT, "tests/traces"),
      help="with the recordings (default: tests/traces)")
  add("--lockstep", metavar="PROGRAM", help="judge with this program, linked "
      "with other ports; nothing is installed or built")
  add("--fuzzers", metavar="FOLDER", help="fuzz with the programs "
      "NAME_fuzz_bin that are in it, and their seeds in NAME_fuzz_corpus/; "
      "nothing is built for it")
  return parser.parse_args()
