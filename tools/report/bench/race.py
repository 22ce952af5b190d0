"""Builds and runs the program that races, and says how far it is."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from lib import bazel, host
from lib.frame import INTERRUPTED, ROOT, Failed, set_up

TARGET = "//bench"
# From Ctrl-C until it is killed: it ends what it runs, and reports.
PATIENCE_SECONDS = 20
SAY_SECONDS = 5


@dataclasses.dataclass
class Race:
  fields: dict  # As Google Benchmark wrote them.
  is_interrupted: bool
  load: list  # Before and after: of all cores, over a minute.


def build():
  set_up()
  built = [path for path in bazel.build(ROOT, "opt", [TARGET])
           if os.path.basename(path) == "bench"]
  if not built:
    raise Failed("%s was not built" % TARGET)
  return built[0]


def run(program, arguments):
  """A Race. Refuses a program whose figures would mean nothing."""
  if host.sanitizers(program):
    raise Failed("%s is built with a sanitizer: no figure would mean anything"
                 % program)
  command = [program, "--progress",
             "--benchmark_filter=" + (arguments.filter or "."),
             "--benchmark_min_time=%g" % arguments.seconds,
             "--benchmark_repetitions=%d" % arguments.repetitions,
             "--benchmark_enable_random_interleaving=true"]
  total = number_of(command)
  load = [os.getloadavg()[0]]
  with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as folder:
    path = os.path.join(folder, "race.json")
    code = watch(command + ["--benchmark_out=" + path],
                 total * arguments.repetitions)
    if code not in (0, INTERRUPTED):
      raise Failed("%s ended with exit code %d" % (program, code))
    return Race(read(path, code == INTERRUPTED), code == INTERRUPTED,
                load + [os.getloadavg()[0]])


def number_of(command):
  """How much there is to measure."""
  listed = subprocess.run(command + ["--benchmark_list_tests=true"],
                          capture_output=True, text=True)
  sys.stderr.write(listed.stderr)
  names = [line for line in listed.stdout.splitlines() if "/" in line]
  if listed.returncode:
    raise Failed("%s ended with exit code %d" % (command[0], listed.returncode))
  if not names:
    raise Failed("no workload and allocator match; the names are such as "
                 "pair/heap/64")
  if "-c opt" in listed.stderr:
    raise Failed("%s is not optimised: build it with -c opt" % command[0])
  return len(names)


def watch(command, total):
  """Its exit code. What is said while it runs goes to stderr."""
  child = subprocess.Popen(
      command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
      start_new_session=True)  # Ctrl-C comes from us, and only from us.
  with child:
    try:
      say(child, total)
    except KeyboardInterrupt:
      child.send_signal(signal.SIGINT)
      try:
        child.communicate(timeout=PATIENCE_SECONDS)
      except (subprocess.TimeoutExpired, KeyboardInterrupt):
        child.kill()
        raise
    except BaseException:
      child.kill()
      raise
    return child.wait()


def say(child, total):
  """A line now and then; on a terminal, one that is written over."""
  is_terminal = sys.stderr.isatty()
  began = said = time.monotonic()
  runs = 0
  for line in child.stderr:
    runs += 1
    now = time.monotonic()
    if now - said < (0.2 if is_terminal else SAY_SECONDS):
      continue
    said = now
    text = "%4.0f s, %d runs for %d measurements: %s" % (
        now - began, runs, total, line.strip())
    sys.stderr.write(("\r%-79.79s" if is_terminal else "%s\n") % text)
    sys.stderr.flush()
  if is_terminal:
    sys.stderr.write("\r%79s\r" % "")


def read(path, is_interrupted):
  try:
    with open(path, encoding="utf-8") as file:
      fields = json.load(file)
    if fields["context"]["build"] != "opt":
      raise Failed("it is not optimised: build it with -c opt")
    return fields
  except (OSError, ValueError, KeyError) as error:
    if is_interrupted:
      raise KeyboardInterrupt from error
    raise Failed("it wrote no figures: %r" % error) from error
