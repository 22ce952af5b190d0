"""What a fuzzer said as it crashed: which rule, which trace, seen before?"""

import dataclasses
import hashlib
import os
import re

from lib import outcome

REPORT_END = re.compile(r"^==\d+==")
ARTIFACT = re.compile(r"Test unit written to (\S+)")
# Our sources' names begin at the top of the checkout.
FRAME = re.compile(
    r"^ +#\d+ 0x[0-9a-f]+ in .* (?:\./)?(\w+/[\w/]+\.(?:cc|h):\d+)",
    re.MULTILINE)
NUMBER = re.compile(r"\d+")
TRACE = "lockstep-trace "
# What libFuzzer says that it was, by the rule that stands for it.
ERRORS = [("hang", re.compile(r"libFuzzer: timeout")),
          ("memory", re.compile(r"libFuzzer: out-of-memory")),
          ("sanitizer", re.compile(
              r"ERROR: (Address|Leak|UndefinedBehavior)Sanitizer"
              r"|^\S+: runtime error: ", re.MULTILINE))]
LAST_WORDS_LINES = 200


@dataclasses.dataclass(frozen=True)
class Crash:
  rule: str
  text: str  # The report, or the last words.
  is_trace: bool
  artifact: str  # The file with the input; "" if none was written.
  key: str  # Of crashes that are alike.

  @property
  def digest(self):
    return hashlib.sha1(self.key.encode()).hexdigest()[:8]

  @property
  def name(self):
    return "%s-%s.%s" % (self.rule, self.digest,
                         "trace" if self.is_trace else "stderr")


def read(stderr):
  """The Crash that a fuzzer's stderr, without its status lines, tells of."""
  found = ARTIFACT.search(stderr)
  artifact = found.group(1) if found else ""
  begin = outcome.RULE_LINE.search(stderr)
  if begin:
    report = until_end(stderr[begin.start():])
    return of_report(report, artifact)
  rule = next((name for name, said in ERRORS if said.search(stderr)), "crash")
  words = "\n".join(stderr.splitlines()[-LAST_WORDS_LINES:]) + "\n"
  # What it said itself, and where it was.
  said = until_end(stderr)
  said = "" if said == stderr else said
  key = "\n".join([rule, *FRAME.findall(stderr)[:3],
                   NUMBER.sub("", said.partition("\n")[0])])
  return Crash(rule, words, False, artifact, key)


def of_report(report, artifact=""):
  rule = outcome.rule_of(report)
  return Crash(rule, report, True, artifact, rule + "\n" + shape(report))


def until_end(text):
  lines = []
  for line in text.splitlines(keepends=True):
    if REPORT_END.match(line):
      break
    lines.append(line)
  return "".join(lines)


def shape(report):
  """A minimised trace: what it does, whatever the numbers are that it does it
  with.
  """
  return NUMBER.sub("", report[report.find(TRACE):])


class Book:
  """Of a target, each crash that is not like one before: in its folder, as
  RULE-DIGEST.trace or .stderr.
  """

  def __init__(self, folder):
    self._folder = folder
    self._earlier = {name.rpartition(".")[0] for name in (
        os.listdir(folder) if os.path.isdir(folder) else [])}
    self.counts = {}  # Of this run.

  def enter(self, crash):
    """Whether it is the first like it in this run."""
    is_first = crash.key not in self.counts
    self.counts[crash.key] = self.counts.get(crash.key, 0) + 1
    if is_first and self.is_new(crash):
      os.makedirs(self._folder, exist_ok=True)
      with open(os.path.join(self._folder, crash.name), "w",
                encoding="utf-8") as file:
        file.write(crash.text)
    return is_first

  def is_new(self, crash):
    """Whether no run before has met it."""
    return crash.name.rpartition(".")[0] not in self._earlier
