"""usage: tools/test [BAZEL OPTION...] [TARGET...] [-- TARGET...]

Installs what is missing (tools/setup), then builds and runs all tests, or only
those of the targets named: labels and patterns with // or : in them, or
whatever stands behind a --. Everything else is handed to `bazel test`:

    tools/test --config=asan
    tools/test --config=m32 -- //... -//props/...
    tools/test //tests:buddy_test --test_filter=Buddy.*

The last line is `N passed, N failed`, and `, N skipped` if some were, in test
cases. Results that Bazel has cached count; a test that lists no cases counts as
one; so does a target that cannot be built. Of each test that failed, the end of
its log is shown.

Exit code: 0 all passed, 1 a test failed, 2 usage, or something does not build.
The environment variable BAZEL replaces the command `bazel`.
"""

import collections
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
LOG_TAIL_LINES = 60
BAZEL_TESTS_FAILED, BAZEL_USAGE, BAZEL_NO_TESTS, BAZEL_INTERRUPTED = 3, 2, 4, 8

# One test target, or one target that failed to build.
Result = collections.namedtuple(
    "Result", "label passed failed skipped status log failed_cases")


def split_arguments(arguments):
  """Splits into options for Bazel and target patterns."""
  if "--" in arguments:
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1:]
  targets = [a for a in arguments
             if not a.startswith("-") and ("//" in a or ":" in a)]
  return [a for a in arguments if a not in targets], targets


def run_bazel(options, targets, events_path):
  """Runs `bazel test`; its exit code."""
  command = shlex.split(os.environ.get("BAZEL", "bazel")) + [
      "test",
      "--keep_going",
      "--test_output=summary",
      "--build_event_json_file=" + events_path,
  ]
  if not sys.stderr.isatty():
    command.append("--show_progress_rate_limit=15")
  command += options + ["--"] + targets
  bazel = subprocess.Popen(command, cwd=ROOT)
  # Ctrl-C reaches Bazel's client too, which stops the server's work in good
  # order. All that remains for us is to wait for it.
  signal.signal(signal.SIGINT, lambda *_: None)
  signal.signal(signal.SIGTERM, lambda *_: bazel.send_signal(signal.SIGINT))
  return bazel.wait()


def path_of(outputs, name):
  for output in outputs:
    if output.get("name") == name and "uri" in output:
      return urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)
  return None


def count_cases(xml_path):
  """(passed, skipped, names of failed cases) of a test.xml."""
  passed, skipped, failed = 0, 0, []
  try:
    cases = list(ElementTree.parse(xml_path).iter("testcase"))
  except (OSError, TypeError, ElementTree.ParseError):
    return 0, 0, []
  for case in cases:
    name = ".".join(
        filter(None, [case.get("classname"), case.get("name", "?")]))
    if case.get("status") == "notrun":
      continue
    if case.find("failure") is not None or case.find("error") is not None:
      failed.append(name)
    elif case.find("skipped") is not None or case.get("result") == "skipped":
      skipped += 1
    else:
      passed += 1
  return passed, skipped, failed


def judge(label, event):
  """The Result of a testResult event."""
  outputs = event.get("testActionOutput", [])
  status = event.get("status", "NO_STATUS")
  passed, skipped, failed_cases = count_cases(path_of(outputs, "test.xml"))
  failed = len(failed_cases)
  if status in ("PASSED", "FLAKY"):
    passed = passed if passed + skipped + failed else 1
  else:
    failed = max(failed, 1)
  return Result(label, passed, failed, skipped, status,
                path_of(outputs, "test.log"), failed_cases)


def read_events(path):
  """Results, in the order of their labels, from Bazel's build events."""
  tests, attempts, broken = {}, {}, {}
  with open(path, encoding="utf-8") as lines:
    for line in lines:
      event = json.loads(line)
      [(kind, what)] = list(event["id"].items())[:1] or [("", {})]
      label = what.get("label", "")
      if kind == "testResult" and "testResult" in event:
        run = (label, what.get("run", 0), what.get("shard", 0))
        if what.get("attempt", 0) >= attempts.get(run, 0):
          attempts[run] = what.get("attempt", 0)
          tests[run] = judge(label, event["testResult"])
      elif kind == "targetCompleted":
        skipped = event.get("aborted", {}).get("reason") == "SKIPPED"
        if not event.get("completed", {}).get("success") and not skipped:
          broken[label] = True
      elif kind == "pattern" and "aborted" in event:
        broken[" ".join(what.get("pattern", []))] = True
  ran = {result.label for result in tests.values()}
  results = list(tests.values()) + [
      Result(label, 0, 1, 0, "FAILED TO BUILD", None, [])
      for label in broken if label not in ran
  ]
  return sorted(results, key=lambda result: result.label)


def show_failure(result):
  print("\n==== %s: %s" % (result.label, result.status), file=sys.stderr)
  for name in result.failed_cases:
    print("     " + name, file=sys.stderr)
  if not result.log:
    return
  print("     the end of " + result.log, file=sys.stderr)
  with open(result.log, encoding="utf-8", errors="replace") as log:
    tail = collections.deque(log, LOG_TAIL_LINES)
  sys.stderr.write("".join(tail))


def main(arguments):
  if "--help" in arguments or "-h" in arguments:
    print(__doc__, end="")
    return 0
  if subprocess.run([os.path.join(ROOT, "tools/setup")]).returncode:
    return 2
  options, targets = split_arguments(arguments)
  with tempfile.TemporaryDirectory(prefix="lockstep-test-") as folder:
    events_path = os.path.join(folder, "events.json")
    exit_code = run_bazel(options, targets or ["//..."], events_path)
    if exit_code == BAZEL_INTERRUPTED:
      print("tools/test: interrupted", file=sys.stderr)
      return 130
    if exit_code == BAZEL_USAGE or not os.path.exists(events_path):
      return 2
    results = read_events(events_path)

  for result in results:
    if result.failed:
      show_failure(result)
  passed = sum(result.passed for result in results)
  failed = sum(result.failed for result in results)
  skipped = sum(result.skipped for result in results)
  if exit_code not in (0, BAZEL_TESTS_FAILED, BAZEL_NO_TESTS):
    failed = max(failed, 1)
  if exit_code == BAZEL_NO_TESTS:
    print("tools/test: no tests there", file=sys.stderr)
  sys.stderr.flush()
  print("%d passed, %d failed" % (passed, failed) +
        (", %d skipped" % skipped if skipped else ""))
  return {0: 1 if failed else 0, BAZEL_TESTS_FAILED: 1}.get(exit_code, 2)


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
