"""What the end of a process says of the bug that was awake in it."""

import os
import re
import struct

from lib import limited

FAILED_TEST = re.compile(r"^\[  FAILED  \] ([\w./]+)", re.MULTILINE)
# In the order in which they are looked for; the first group is the name.
FINDINGS = [
    re.compile(r"^# violation  (\w+):", re.MULTILINE),
    re.compile(r'^ +"rule": "([^"]+)"', re.MULTILINE),  # Of --json.
    re.compile(r"^broken (\S+),", re.MULTILINE),
    re.compile(r"not so: (.+)$", re.MULTILINE),
    FAILED_TEST,
]
SANITIZER = re.compile(
    r"((?:Address|Leak|Thread)Sanitizer): ([\w-]+(?: race)?)|runtime error: ")
LIBFUZZER = re.compile(r"^SUMMARY: libFuzzer: (.+)$", re.MULTILINE)
OPERATIONS = re.compile(r'^  "operations": (\d+)', re.MULTILINE)
BASELINE_OPERATIONS = re.compile(r", (\d+) operations$", re.MULTILINE)
RAN = re.compile(r"^\[==========\] (\d+) tests? from .* ran", re.MULTILINE)
BAD_USAGE = 2
FROM_OUTSIDE = "it was ended from outside, or waits"


def result(killer="", problem="", operations=0, milliseconds=0, reached=True):
  """What a program made of a bug. A problem: it could not try it at all."""
  return {"killer": killer, "problem": problem, "operations": operations,
          "milliseconds": milliseconds, "reached": reached}


def verdict_of(process, is_rehearsed):
  """(killer, problem). Bad usage is a kill where it was good without a bug."""
  killer = killer_in(process)
  if killer is None:
    return "", FROM_OUTSIDE
  if process.exit_code != BAD_USAGE:
    return killer, ""
  words = "exit code %d" % BAD_USAGE
  return (words, "") if is_rehearsed else (
      "", process.stderr.strip() or words)


def killer_in(process):
  """What found the bug out, by name; "" if nothing did; None if nothing is
  known: it was ended from outside.
  """
  if limited.was_ended_from_outside(process):
    return None
  if limited.hangs(process):
    return "hang"
  if process.exit_code in (0, BAD_USAGE):
    return ""
  text = process.stdout + process.stderr
  for pattern in FINDINGS:
    found = pattern.search(text)
    if found:
      return found.group(1)
  found = SANITIZER.search(text)
  if found:
    return ": ".join(filter(None, found.groups())) or "UBSan"
  found = LIBFUZZER.search(text)
  if process.exit_code < 0 or found and found.group(1) == "deadly signal":
    return "crash"
  return found.group(1) if found else "exit code %d" % process.exit_code


def operations_in(process, tally):
  if os.path.exists(tally):
    return operations_tallied(tally)
  for pattern in (OPERATIONS, RAN):
    found = pattern.findall(process.stdout)
    if found:
      return sum(map(int, found))
  # All so far; of a crash, when its last script began.
  found = BASELINE_OPERATIONS.findall(process.stdout or process.stderr)
  return int(found[-1]) if found else 0


def operations_tallied(path):
  """As fuzz/tally.h has it: the second figure of six."""
  try:
    with open(path, "rb") as file:
      return struct.unpack("=6Q", file.read())[1]
  except struct.error:
    return 0
