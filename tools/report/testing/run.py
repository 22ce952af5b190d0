"""tools/test: set-up, then tests, counted in cases."""

import argparse
import collections
import os
import re
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from lib import bazel, frame, pages
from lib.frame import FAILED, HELD, INTERRUPTED, ROOT, VIOLATED

LOG_TAIL_LINES = 60
FAILURE_FIRST_LINES = 6
FAILURE_LAST_LINES = 6
FAILURE_COLUMNS = 200
NOT_HERE = "NOT FOR THIS BUILD"
# What must hold with every compiler and on every machine. The rest is of tools,
# of RapidCheck and of other people's allocators, which are built for x86-64.
PORTABLE = [
    "//allocator/...",
    "//tests/allocator/...",
    "//tests/slab_cache/...",
    "//tests/models/...",
    "//tests/lying/...",
    "//tests/explore/...",
    "//ports/...",
    "-//ports/third_party/...",
]

# For tools/setup, and for `bazel test`.
Plan = collections.namedtuple("Plan", "setup options targets")
# One test target, or one target that failed to build or is for other machines.
# Of each case that was skipped, the reason; of each that failed, its name and
# what it said.
Result = collections.namedtuple(
    "Result", "label passed failed skipped status log failed_cases",
    defaults=(0, 0, [], "", None, []))


def plan_of(arguments):
  """A name of an architecture is not looked at: tools/setup does."""
  if "--" in arguments:
    at = arguments.index("--")
    given, targets = arguments[:at], arguments[at + 1:]
  else:
    targets = [a for a in arguments
               if not a.startswith("-") and ("//" in a or ":" in a)]
    given = [a for a in arguments if a not in targets]
  parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
  parser.add_argument("--arch", nargs="?", const="")
  parser.add_argument("--portable", action="store_true")
  known, options = parser.parse_known_args(given)
  setup = []
  if known.arch is not None:
    setup, options = ["--arch", known.arch], ["--config=" + known.arch, *options]
  if known.portable or setup and not targets:
    # What is no test may be for x86-64 only.
    options.append("--build_tests_only")
    targets = PORTABLE + targets
  return Plan(setup, options, targets or ["//..."])


def run_bazel(options, targets, events_path):
  """Runs `bazel test`; its exit code."""
  child = subprocess.Popen(bazel.command(
      "test", "", "--keep_going", "--test_output=summary",
      "--build_event_json_file=" + events_path, *options, "--", *targets),
                           cwd=ROOT)
  # Ctrl-C reaches Bazel's client too, which stops the server's work in good
  # order. All that remains for us is to wait for it.
  signal.signal(signal.SIGINT, lambda *_: None)
  signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGINT))
  return child.wait()


def count_cases(xml_path):
  """(passed, reasons of those skipped, (name, words) of those that failed)."""
  passed, skipped, failed = 0, [], []
  try:
    cases = list(ElementTree.parse(xml_path).iter("testcase"))
  except (OSError, TypeError, ElementTree.ParseError):
    cases = []
  for case in cases:
    if case.get("status") == "notrun":
      continue
    failure = case.find("failure")
    if failure is None:
      failure = case.find("error")
    if failure is not None:
      failed.append((".".join(filter(None, [
          case.get("classname"), case.get("name", "?")])), words_of(failure)))
    elif case.find("skipped") is not None or case.get("result") == "skipped":
      skipped.append(reason_of(case.find("skipped")))
    else:
      passed += 1
  return passed, skipped, failed


def words_of(failure):
  """The first and last lines of what a failed case said. An XML attribute loses its
  line breaks, so the element's text is preferred. Python's begins with the traceback,
  which is cut."""
  words = (failure.text or "").strip() or failure.get("message", "").strip()
  words = re.split(r'^  File ".*\n(?: .*\n)*', words, flags=re.MULTILINE)[-1]
  lines = words.splitlines()
  if len(lines) > FAILURE_FIRST_LINES + FAILURE_LAST_LINES:
    lines[FAILURE_FIRST_LINES:-FAILURE_LAST_LINES] = ["..."]
  return [line[:FAILURE_COLUMNS] for line in lines]


def reason_of(skipped):
  """GoogleTest says FILE:LINE, and on the next line why."""
  message = "" if skipped is None else skipped.get("message", "")
  return message.strip().split("\n")[-1] or "no reason given"


def judge(label, event):
  """The Result of a testResult event."""
  outputs = {output["name"]: bazel.path_of(output)
             for output in event.get("testActionOutput", []) if "uri" in output}
  status = event.get("status", "NO_STATUS")
  passed, skipped, failed_cases = count_cases(outputs.get("test.xml"))
  failed = len(failed_cases)
  if status in ("PASSED", "FLAKY"):
    passed = passed if passed or skipped or failed else 1
  else:
    failed = max(failed, 1)
  return Result(label, passed, failed, skipped, status,
                outputs.get("test.log"), failed_cases)


def read_events(path):
  """Results, in the order of their labels, from Bazel's build events."""
  tests, others = {}, {}
  for event in bazel.events_in(path):
    [(kind, what)] = list(event["id"].items())[:1] or [("", {})]
    label = what.get("label", "")
    if kind == "testResult" and "testResult" in event:
      # The last attempt comes last.
      tests[label, what.get("run"), what.get("shard")] = judge(
          label, event["testResult"])
    elif kind == "targetCompleted" and event.get("aborted", {}).get(
        "reason") == "SKIPPED":
      others[label] = Result(label, status=NOT_HERE)
    elif kind == "targetCompleted" and not event.get("completed", {}).get(
        "success") or kind == "pattern" and "aborted" in event:
      label = label or " ".join(what.get("pattern", []))
      others[label] = Result(label, failed=1, status="FAILED TO BUILD")
  for result in tests.values():
    others.pop(result.label, None)
  return sorted([*tests.values(), *others.values()], key=lambda r: r.label)


def show_failure(result):
  print("\n==== %s: %s" % (result.label, result.status), file=sys.stderr)
  for name, _ in result.failed_cases:
    print("     " + name, file=sys.stderr)
  if result.log:
    print("     the end of " + result.log, file=sys.stderr)
    with open(result.log, encoding="utf-8", errors="replace") as log:
      sys.stderr.writelines(collections.deque(log, LOG_TAIL_LINES))


def show_skipped(results):
  """What was not run, and why."""
  reasons = collections.Counter(
      reason for result in results for reason in result.skipped)
  for reason, count in reasons.most_common():
    print("tools/test: %d skipped: %s" % (count, reason), file=sys.stderr)
  for result in results:
    if result.status == NOT_HERE:
      print("tools/test: not for this build: " + result.label, file=sys.stderr)


def sum_up_failure(result):
  """The last thing that is printed, for whoever sees only the end of a log."""
  print("failed: %s: %s" % (result.label, result.status))
  for name, words in result.failed_cases:
    print("failed:   " + name)
    for line in words:
      print("failed:     " + line)


def report(results, exit_code):
  broken = [result for result in results if result.failed]
  show_skipped(results)
  for result in broken:
    show_failure(result)
  passed, failed, skipped = (sum(r.passed for r in results),
                             sum(r.failed for r in results),
                             sum(len(r.skipped) for r in results))
  if exit_code not in (0, bazel.TESTS_FAILED, bazel.NO_TESTS):
    failed = max(failed, 1)
  if exit_code == bazel.NO_TESTS:
    print("tools/test: no tests there", file=sys.stderr)
  sys.stderr.flush()
  for result in broken:
    sum_up_failure(result)
  print("%d passed, %d failed" % (passed, failed) +
        (", %d skipped" % skipped if skipped else ""))
  if exit_code == 0:
    return VIOLATED if failed else HELD
  return VIOLATED if exit_code == bazel.TESTS_FAILED else FAILED


def test(arguments):
  if "--help" in arguments or "-h" in arguments:
    with open(os.path.join(pages.REPORT, "testing/test.txt"),
              encoding="utf-8") as text:
      print(text.read(), end="")
    return HELD
  plan = plan_of(arguments)
  if subprocess.run([os.path.join(ROOT, "tools/setup"), *plan.setup],
                    check=False).returncode:
    return FAILED  # It has said why.
  with tempfile.TemporaryDirectory(prefix="lockstep-test-") as folder:
    events_path = os.path.join(folder, "events.json")
    exit_code = run_bazel(plan.options, plan.targets, events_path)
    if exit_code == bazel.INTERRUPTED:
      print("tools/test: interrupted", file=sys.stderr)
      return INTERRUPTED
    if exit_code == bazel.USAGE or not os.path.exists(events_path):
      return FAILED
    return report(read_events(events_path), exit_code)


def main():
  return frame.run("test", lambda: test(sys.argv[1:]))
