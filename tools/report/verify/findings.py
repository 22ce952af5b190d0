"""Violations that show one fault are one finding: those that break the same
rule at the same place, or with traces that differ in nothing but numbers and
names.
"""

import dataclasses
import re

NUMBER = re.compile(r"0x[0-9a-f]+|\d+")
TRACE = "lockstep-trace "
COMPONENT = re.compile(r"^component .*\n", re.MULTILINE)
COMMENT = re.compile(r"^#.*\n", re.MULTILINE)
CAME = re.compile(r"^# came +(.*)$", re.MULTILINE)
IN_FUNCTION = re.compile(r", in (\S+)$")
LAST_WORDS = re.compile(r"^# last words +(.*(?:\n#   +.*)*)", re.MULTILINE)
PLACE_LINE = re.compile(r"^# place +(.*)$", re.MULTILINE)
PLACE = re.compile(r"[\w./-]+\.\w+:\d+")


@dataclasses.dataclass
class Finding:
  rule: str
  claim: str  # What the rule says; "" if no report names it.
  entries: list  # (job, violation), the first found first.

  @property
  def first(self):
    return self.entries[0][1]

  @property
  def sources(self):
    return list(dict.fromkeys(job.source.name for job, _ in self.entries))

  @property
  def systems(self):
    return list(dict.fromkeys(job.system for job, _ in self.entries))

  @property
  def others(self):
    return [violation for _, violation in self.entries[1:]]


def shape(report):
  """What a minimised trace does, whatever the numbers are that it does it with,
  and the name of the system that it does it to.
  """
  trace = COMMENT.sub("", COMPONENT.sub("", report[report.find(TRACE):]))
  lines = NUMBER.sub("", trace).splitlines()
  # How often it does so, either.
  return "\n".join(line for i, line in enumerate(lines)
                   if i == 0 or line != lines[i - 1])


def place_of(report):
  """Where a crash was, as far as its report says so: a line of a source in the
  last words, or a function.
  """
  said = PLACE_LINE.search(report)
  if said:
    return said.group(1)
  words = LAST_WORDS.search(report)
  place = PLACE.search(words.group(1)) if words else None
  came = CAME.search(report)
  function = IN_FUNCTION.search(came.group(1)) if came else None
  return (place.group(0) if place else function.group(1) if function else "")


def key_of(violation):
  """The same for violations that show one fault."""
  if violation.key:
    return violation.key
  if not violation.is_trace:
    # A command, how it ended, and the last words.
    _, how, *words = violation.text.split("\n")
    return "\n".join([violation.rule, how, *(
        NUMBER.sub("", line) for line in words)])
  return "\n".join([violation.rule, place_of(violation.text) or
                    shape(violation.text)])


def claim_of(report, rule):
  found = re.search(r"^# violation +%s: (.*)$" % re.escape(rule), report,
                    re.MULTILINE)
  return found.group(1) if found else ""


def group(jobs):
  """The findings of all jobs, in the order in which they were found."""
  found = {}
  for job in jobs:
    for violation in job.outcome.violations:
      key = key_of(violation)
      if key not in found:
        found[key] = Finding(violation.rule,
                             claim_of(violation.text, violation.rule), [])
      found[key].entries.append((job, violation))
  return list(found.values())
