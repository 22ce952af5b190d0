"""Bazel, as the reports need it. The environment variable BAZEL replaces it."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
import urllib.parse

from frame import Failed

TESTS_FAILED, NO_TESTS, INTERRUPTED = 3, 4, 8


def command(verb, config, *arguments):
  words = shlex.split(os.environ.get("BAZEL", "bazel")) + [verb]
  if config:
    words.append("--config=" + config)
  if not sys.stderr.isatty() and verb != "info":
    words.append("--show_progress_rate_limit=15")
  return words + list(arguments)


def end(code, words):
  if code == INTERRUPTED:
    raise KeyboardInterrupt
  if code:
    raise Failed("failed: " + shlex.join(words))


def test(root, config, targets, events_path):
  """The archives of what the tests left, and which of them failed."""
  words = command("test", config, "--build_tests_only", "--keep_going",
                  "--build_event_json_file=" + events_path, "--", *targets)
  code = subprocess.run(words, cwd=root, stdout=sys.stderr).returncode
  end(0 if code in (TESTS_FAILED, NO_TESTS) else code, words)
  archives, failed = [], []
  with open(events_path, encoding="utf-8") as lines:
    for event in map(json.loads, lines):
      if "testResult" not in event:
        continue
      label = event["id"]["testResult"]["label"]
      result = event["testResult"]
      if result.get("status") not in ("PASSED", "FLAKY"):
        failed.append("%s: %s" % (label, result.get("status")))
      archives += [path_of(output) for output in result["testActionOutput"]
                   if output["name"].endswith("outputs.zip")]
  return archives, failed


def path_of(output):
  return urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)


def build(root, config, targets):
  """The files that were built."""
  with tempfile.TemporaryDirectory(prefix="lockstep-build-") as folder:
    events_path = os.path.join(folder, "events")
    words = command("build", config,
                    "--build_event_json_file=" + events_path, "--", *targets)
    end(subprocess.run(words, cwd=root, stdout=sys.stderr).returncode, words)
    with open(events_path, encoding="utf-8") as lines:
      return [path_of(file) for event in map(json.loads, lines)
              for file in event.get("namedSetOfFiles", {}).get("files", [])]


def output_of(root, config):
  """The folder that such a build leaves its programs in."""
  words = command("info", config, "bazel-bin")
  done = subprocess.run(words, cwd=root, capture_output=True, text=True)
  if done.returncode:
    sys.stderr.write(done.stderr)
  end(done.returncode, words)
  return done.stdout.strip()
