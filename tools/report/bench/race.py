"""Builds and runs the program that races."""

import json
import os
import signal
import subprocess
import sys
import tempfile

from lib import bazel, host
from lib.frame import INTERRUPTED, ROOT, Failed, set_up

# From Ctrl-C until it is killed: it ends what it runs, and reports.
PATIENCE_SECONDS = 20


def build():
  set_up()
  return next(path for path in bazel.build(ROOT, "opt", ["//bench"])
              if os.path.basename(path) == "bench")


def run(program, arguments):
  """(what Google Benchmark wrote, whether it was interrupted)"""
  if host.sanitizers(program):
    raise Failed("%s is built with a sanitizer: no figure would mean anything"
                 % program)
  with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as folder:
    path = os.path.join(folder, "race.json")
    code = watch([program, "--progress",
                  "--benchmark_filter=" + (arguments.filter or "."),
                  "--benchmark_min_time=%g" % arguments.seconds,
                  "--benchmark_repetitions=%d" % arguments.repetitions,
                  "--benchmark_enable_random_interleaving=true",
                  "--benchmark_out=" + path])
    if code not in (0, INTERRUPTED):
      raise Failed("%s ended with exit code %d" % (program, code))
    return read(path, code == INTERRUPTED), code == INTERRUPTED


def watch(command):
  """Its exit code. On a terminal, what it says stands in one line."""
  child = subprocess.Popen(
      command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
      start_new_session=True)  # Ctrl-C comes from us, and only from us.
  with child:
    try:
      for runs, line in enumerate(child.stderr, 1):
        if sys.stderr.isatty():
          print("\r%-79.79s\r" % ("%d runs: %s" % (runs, line.strip())), end="",
                file=sys.stderr, flush=True)
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
    raise Failed("it wrote no figures: %r; the names that --filter is to match "
                 "are such as pair/heap/64" % error) from error
