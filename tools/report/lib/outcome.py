"""What came of the processes that ran scripts, and what to make of it."""

import dataclasses
import json
import re
import struct

from lib.frame import Failed

# What the sanitizers say of the program under test.
SANITIZER_REPORT = re.compile(
    r"(Address|Leak|Memory|Thread|UndefinedBehavior)Sanitizer"
    r"|^\S+: runtime error: ", re.MULTILINE)
RULE_LINE = re.compile(r"^# violation +([^:\s]+)", re.MULTILINE)


class NotUnderstood(Failed):
  """What a process printed is not what it should print."""


@dataclasses.dataclass
class Violation:
  rule: str
  text: str
  is_trace: bool = True  # Else the text is what the process said on stderr.
  path: str = ""  # Where it was saved.
  artifact: str = ""  # The input that a fuzzer found it with.
  is_new: bool = True  # Not so if an earlier campaign has found it.
  key: str = ""  # Of violations that show one fault; "": see verify/findings.py.


@dataclasses.dataclass
class Outcome:
  """Of one process, or of all processes of a source on a system."""
  operations: int = 0
  seconds: float = 0
  violations: list = dataclasses.field(default_factory=list)
  problems: list = dataclasses.field(default_factory=list)
  is_interrupted: bool = False
  # What was not tried, or not served: a number for each word.
  counts: dict = dataclasses.field(default_factory=dict)

  def add(self, other):
    self.operations += other.operations
    self.seconds += other.seconds
    self.violations += other.violations
    self.problems += other.problems
    self.is_interrupted |= other.is_interrupted
    for word, count in other.counts.items():
      self.counts[word] = self.counts.get(word, 0) + count

  @property
  def rate(self):
    return self.operations / self.seconds if self.seconds else 0

  @property
  def verdict(self):
    return ("violated" if self.violations else
            "failed" if self.problems else
            "interrupted" if self.is_interrupted else "held")


def read(stdout):
  """The Outcome of a lockstep command with --json: reports, each a trace that
  begins with comments; a line of JSON; a line for people.
  """
  reports, line = [], ""
  for line in stdout.splitlines(keepends=True):
    if line.startswith("{"):
      break
    if line.startswith("#") and not (
        reports and reports[-1].splitlines()[-1].startswith("#")):
      reports.append("")
    if reports:
      reports[-1] += line
  else:
    raise NotUnderstood("it printed no line of JSON")
  try:
    fields = json.loads(line)
    seconds = fields.get("processor_seconds", fields["seconds"])
    return Outcome(int(fields["operations"]), float(seconds),
                   [Violation(rule_of(text), text) for text in reports],
                   counts=counts_of(fields))
  except (ValueError, KeyError, TypeError) as error:
    raise NotUnderstood("its JSON is not as expected: %r" % error) from error


def counts_of(fields):
  """Of the JSON of a command, which says it each in its own way."""
  if "verbs" in fields:  # explore
    refused = sum(verb["refused"] for verb in fields["verbs"].values())
    return {"operations refused": refused}
  if fields.get("source") == "props":
    return {"properties skipped": int(fields.get("skipped", 0))}
  if fields.get("source") == "recordings":
    return {"traces skipped": int(fields.get("skipped", 0))}
  return {word: int(fields[name]) for name, word in (
      ("refused", "requests refused"), ("skipped", "operations skipped"))
          if name in fields}


def rule_of(report):
  named = RULE_LINE.search(report)
  return named.group(1) if named else "?"


def judge(process):
  """The Outcome of a process that has ended, or was interrupted."""
  code, stderr = process.exit_code, process.stderr
  if process.is_interrupted:
    return judge_interrupted(process)
  if process.is_overdue:
    return crashed("hang", process, "It was killed after %.0f s without an end."
                   % process.allowed_seconds)
  if code < 0:
    return crashed("crash", process, "It was ended by signal %d." % -code)
  if SANITIZER_REPORT.search(stderr):
    return crashed("sanitizer", process, "A sanitizer stopped it.")
  try:
    if code not in (0, 1):
      raise NotUnderstood("it ended with exit code %d" % code)
    result = read(process.stdout)
    if (code == 1) != bool(result.violations):
      raise NotUnderstood("it ended with exit code %d, and reported %d "
                          "violations" % (code, len(result.violations)))
  except NotUnderstood as error:
    return Outcome(problems=["%s: %s%s" % (
        process.short_command(), error,
        "\n" + stderr.rstrip() if stderr.strip() else "")])
  if not result.operations:
    result.problems.append(
        process.short_command() + ": not one operation was checked")
  return result


def judge_interrupted(process):
  """What it had done up to then, as far as it could still say so."""
  try:
    return dataclasses.replace(read(process.stdout), is_interrupted=True)
  except NotUnderstood:
    return Outcome(is_interrupted=True)


def crashed(rule, process, how):
  text = "%s\n%s\n\n%s" % (process.command(), how, process.stderr)
  return Outcome(violations=[Violation(rule, text, is_trace=False)])


NO_TALLY = (0,) * 6


def read_tally(path):
  """(executions, operations, nanoseconds of judging, requests served, refused,
  operations skipped), as fuzz/tally.h has it.
  """
  try:
    with open(path, "rb") as file:
      return struct.unpack("=6Q", file.read())
  except (OSError, struct.error):
    return NO_TALLY
