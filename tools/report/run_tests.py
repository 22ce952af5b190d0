"""usage: tools/test [--arch NAME] [--portable] [BAZEL OPTION...] [TARGET...]
                  [-- TARGET...]

Installs what is missing (tools/setup), then builds and runs all tests, or only
those of the targets named: labels and patterns with // or : in them, or
whatever stands behind a --. Everything else is handed to `bazel test`:

    tools/test --config=asan
    tools/test //tests/allocator:buddy_test --test_filter=Buddy.*
    tools/test --arch s390x

  --arch NAME  build for another machine, and run the tests there: m32 (32-bit
               x86), aarch64, riscv64 or s390x (big-endian), the last three
               under qemu-user. Without targets: the portable ones.
  --portable   what must hold with every compiler and on every machine: unit
               tests, recordings, random scripts, small explorations; and the
               targets named

The last line is `N passed, N failed`, and `, N skipped` if some were, in test
cases. Results that Bazel has cached count; a test that lists no cases counts as
one; so does a target that cannot be built. Of each test that failed, the end of
its log is shown. Targets that do not exist for what is built for are named.

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

import frame
import test_arguments

from frame import ROOT

LOG_TAIL_LINES = 60
BAZEL_TESTS_FAILED, BAZEL_USAGE, BAZEL_NO_TESTS, BAZEL_INTERRUPTED = 3, 2, 4, 8

NOT_HERE = "NOT FOR THIS BUILD"

# One test target, or one target that failed to build or is for other machines.
# Of each case that was skipped, the reason.
Result = collections.namedtuple(
    "Result", "label passed failed skipped status log failed_cases")


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
  """(passed, reasons of those skipped, names of those failed) of a test.xml."""
  passed, skipped, failed = 0, [], []
  try:
    cases = list(ElementTree.parse(xml_path).iter("testcase"))
  except (OSError, TypeError, ElementTree.ParseError):
    return 0, [], []
  for case in cases:
    name = ".".join(
        filter(None, [case.get("classname"), case.get("name", "?")]))
    if case.get("status") == "notrun":
      continue
    if case.find("failure") is not None or case.find("error") is not None:
      failed.append(name)
    elif case.find("skipped") is not None or case.get("result") == "skipped":
      skipped.append(reason_of(case.find("skipped")))
    else:
      passed += 1
  return passed, skipped, failed


def reason_of(skipped):
  """GoogleTest says FILE:LINE, and on the next line why."""
  message = "" if skipped is None else skipped.get("message", "")
  return message.strip().split("\n")[-1] or "no reason given"


def judge(label, event):
  """The Result of a testResult event."""
  outputs = event.get("testActionOutput", [])
  status = event.get("status", "NO_STATUS")
  passed, skipped, failed_cases = count_cases(path_of(outputs, "test.xml"))
  failed = len(failed_cases)
  if status in ("PASSED", "FLAKY"):
    passed = passed if passed or skipped or failed else 1
  else:
    failed = max(failed, 1)
  return Result(label, passed, failed, skipped, status,
                path_of(outputs, "test.log"), failed_cases)


def read_events(path):
  """Results, in the order of their labels, from Bazel's build events."""
  tests, attempts, broken, elsewhere = {}, {}, {}, {}
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
        if event.get("aborted", {}).get("reason") == "SKIPPED":
          elsewhere[label] = True
        elif not event.get("completed", {}).get("success"):
          broken[label] = True
      elif kind == "pattern" and "aborted" in event:
        broken[" ".join(what.get("pattern", []))] = True
  ran = {result.label for result in tests.values()}
  results = list(tests.values()) + [
      Result(label, 0, 1, [], "FAILED TO BUILD", None, [])
      for label in broken if label not in ran
  ] + [Result(label, 0, 0, [], NOT_HERE, None, []) for label in elsewhere]
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


def show_skipped(results):
  """What was not run, and why."""
  reasons = collections.Counter(
      reason for result in results for reason in result.skipped)
  for reason, count in reasons.most_common():
    print("tools/test: %d skipped: %s" % (count, reason), file=sys.stderr)
  for result in results:
    if result.status == NOT_HERE:
      print("tools/test: not for this build: " + result.label, file=sys.stderr)


def main(arguments):
  if "--help" in arguments or "-h" in arguments:
    print(__doc__, end="")
    return 0
  plan = test_arguments.read(arguments)
  if subprocess.run([os.path.join(ROOT, "tools/setup")] +
                    plan.setup).returncode:
    return 2
  with tempfile.TemporaryDirectory(prefix="lockstep-test-") as folder:
    events_path = os.path.join(folder, "events.json")
    exit_code = run_bazel(plan.options, plan.targets, events_path)
    if exit_code == BAZEL_INTERRUPTED:
      print("tools/test: interrupted", file=sys.stderr)
      return 130
    if exit_code == BAZEL_USAGE or not os.path.exists(events_path):
      return 2
    results = read_events(events_path)

  for result in results:
    if result.failed:
      show_failure(result)
  show_skipped(results)
  passed = sum(result.passed for result in results)
  failed = sum(result.failed for result in results)
  skipped = sum(len(result.skipped) for result in results)
  if exit_code not in (0, BAZEL_TESTS_FAILED, BAZEL_NO_TESTS):
    failed = max(failed, 1)
  if exit_code == BAZEL_NO_TESTS:
    print("tools/test: no tests there", file=sys.stderr)
  sys.stderr.flush()
  print("%d passed, %d failed" % (passed, failed) +
        (", %d skipped" % skipped if skipped else ""))
  return {0: 1 if failed else 0, BAZEL_TESTS_FAILED: 1}.get(exit_code, 2)


if __name__ == "__main__":
  sys.exit(frame.run("test", lambda: main(sys.argv[1:])))
