"""Processes of what is under test: they may crash, hang, or be ended from
outside, and which of the three it was must be told.
"""

import functools
import os
import signal

from lib import processes
from lib.frame import ROOT, Failed

# From SIGXCPU, which says that it hangs, to SIGKILL, which says nothing.
GRACE_SECONDS = 5
# What takes longer waits, or has no processor: nothing is known of it.
WALL_SECONDS, WALL_FACTOR = 300, 10
MEMORY_BYTES = 4 << 30
COULD_NOT_START = (126, 127)
GIVEN = "build --test_env="


def environment():
  """As tests run: with what .bazelrc gives them."""
  # Without what Bazel sets for a test that runs us.
  ours = {name: value for name, value in os.environ.items()
          if not name.startswith(("XML_OUTPUT", "TEST_", "GTEST_"))}
  return {**ours, **given_by_bazelrc(), "GTEST_COLOR": "no"}


@functools.cache
def given_by_bazelrc():
  with open(os.path.join(ROOT, ".bazelrc"), encoding="utf-8") as lines:
    return dict(line.strip().removeprefix(GIVEN).split("=", 1)
                for line in lines if line.startswith(GIVEN))


def process(argv, seconds, variables, memory_bytes=None):
  """That takes so long of the processor at most: other work on the machine does
  not count.
  """
  seconds = round(seconds)
  limits = ["--core=0", "--cpu=%d:%d" % (seconds, seconds + GRACE_SECONDS)]
  if memory_bytes:
    limits.append("--as=%d" % memory_bytes)
  return processes.Process(["prlimit", *limits, *argv],
                           max(WALL_SECONDS, WALL_FACTOR * seconds), variables)


def hangs(ended):
  return ended.exit_code == -signal.SIGXCPU


def was_ended_from_outside(ended):
  if ended.exit_code in COULD_NOT_START:
    raise Failed("%s did not start: %s" % (ended.command(), ended.stderr))
  return ended.is_overdue or ended.exit_code == -signal.SIGKILL
