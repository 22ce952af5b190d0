"""Arguments of the programs of tools/."""

import argparse
import os

from lib.frame import Failed
from lib.pages import REPORT


def parser_of(room, name, **words):
  """The texts of its --help are in ROOM/NAME.txt, with these words filled in."""
  with open(os.path.join(REPORT, room, name + ".txt"), encoding="utf-8") as file:
    description, _, epilog = (file.read() % words).partition("----\n")
  return argparse.ArgumentParser(
      prog="tools/" + name, description=description, epilog=epilog,
      formatter_class=argparse.RawDescriptionHelpFormatter)


def add_jobs(to):
  to.add_argument(
      "--jobs", type=count, metavar="N", default=len(os.sched_getaffinity(0)),
      help="so many processes at a time (default: %(default)s, the cores)")


def choose(wanted, known, what):
  """Those that are wanted, in the order of those that are known; all if none
  is.
  """
  for name in wanted or []:
    if name not in known:
      raise Failed("there is no %s '%s'; there are: %s" % (
          what, name, " ".join(known)))
  return [name for name in known if not wanted or name in wanted]


def within(convert, low, high):
  """A type of numbers."""
  def number(text):
    result = convert(text)
    if not low <= result <= high:
      raise ValueError
    return result
  return number


positive = within(float, 1e-9, 1e9)
percentage = within(float, 0, 100)
seed = within(int, 0, (1 << 32) - 1)
count = within(int, 1, 1 << 62)
