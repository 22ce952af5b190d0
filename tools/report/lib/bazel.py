"""Bazel, as the reports need it. The environment variable BAZEL replaces it."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
import urllib.parse

from lib.frame import Failed

USAGE, TESTS_FAILED, NO_TESTS, INTERRUPTED = 2, 3, 4, 8
# In memory, where what a process may see is laid out in much less time.
SANDBOXES = "/dev/shm"
LEAST_BYTES_FOR_SANDBOXES = 4 << 30


def has_room_for_sandboxes(folder):
  """In a container it may be small, and programs may not run from it."""
  try:
    disk = os.statvfs(folder)
    with open("/proc/meminfo", encoding="ascii") as lines:
      kibibytes = dict(line.split()[:2] for line in lines)["MemAvailable:"]
  except (OSError, KeyError):
    return False
  room = min(disk.f_bavail * disk.f_frsize, int(kibibytes) << 10)
  return (room >= LEAST_BYTES_FOR_SANDBOXES and
          not disk.f_flag & (os.ST_NOEXEC | os.ST_RDONLY))


def command(verb, config, *arguments):
  words = shlex.split(os.environ.get("BAZEL", "bazel")) + [verb]
  if config:
    words.append("--config=" + config)
  if not sys.stderr.isatty() and verb != "info":
    words.append("--show_progress_rate_limit=15")
  if verb in ("build", "test") and has_room_for_sandboxes(SANDBOXES):
    words.append("--sandbox_base=" + SANDBOXES)
  return words + list(arguments)


def run(root, words, may_end_with=(0,), **options):
  done = subprocess.run(words, cwd=root, text=True, check=False, **options)
  if done.returncode == INTERRUPTED:
    raise KeyboardInterrupt
  if done.returncode not in may_end_with:
    raise Failed("failed: " + shlex.join(words))
  return done


def events_in(path):
  with open(path, encoding="utf-8") as lines:
    yield from map(json.loads, lines)


def path_of(output):
  return urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)


def test(root, config, targets, events_path):
  """The archives of what the tests left, and which of them failed."""
  run(root, command("test", config, "--build_tests_only", "--keep_going",
                    "--build_event_json_file=" + events_path, "--", *targets),
      (0, TESTS_FAILED, NO_TESTS), stdout=sys.stderr)
  archives, failed = [], []
  for event in events_in(events_path):
    if "testResult" in event:
      result = event["testResult"]
      if result.get("status") not in ("PASSED", "FLAKY"):
        failed.append("%s: %s" % (event["id"]["testResult"]["label"],
                                  result.get("status")))
      archives += [path_of(output) for output in result["testActionOutput"]
                   if output["name"].endswith("outputs.zip")]
  return archives, failed


def build(root, config, targets):
  """The files that were built."""
  with tempfile.TemporaryDirectory(prefix="lockstep-build-") as folder:
    events_path = os.path.join(folder, "events")
    run(root, command("build", config, "--build_event_json_file=" + events_path,
                      "--", *targets), stdout=sys.stderr)
    return [path_of(file) for event in events_in(events_path)
            for file in event.get("namedSetOfFiles", {}).get("files", [])]


def output_of(root, config):
  """The folder that such a build leaves its programs in."""
  return run(root, command("info", config, "bazel-bin"),
             stdout=subprocess.PIPE).stdout.strip()
