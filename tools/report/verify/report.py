"""What tools/verify shows and leaves: lines and a table, verify.json and a page,
and a file for each violation.
"""

import asyncio
import json
import os
import re
import shlex

from lib import pages
from lib.frame import INTERRUPTED
from lib.screen import console, shown, table_of
from verify.findings import group
from verify.folder import JSON

# So much of what was violated is shown; all of it is saved.
REPORTS = 20
REPORT_LINES = 40
NAMES = 6  # Of files and systems, in a line.
# What a report says of how to see it again.
AGAIN = re.compile(r"^# To see it .* run: \S+ (.*) FILE$", re.MULTILINE)


async def show_status(jobs):
  """On a terminal: how far it is, and what those that run say."""
  if not console().is_terminal:
    return
  with console().status("") as status:
    while True:
      said = [job.title + process.status.rpartition(": ")[2]
              for job in jobs for process in job.processes if process.is_running]
      status.update(("%d of %d done; " % (
          sum(job.has_ended for job in jobs), len(jobs)) + "; ".join(said))[
              :console().width - 4])
      await asyncio.sleep(0.2)


def show_line(job):
  came = job.outcome
  words = ["%s: %s operations, %s a second, %d violations" % (
      job.title, grouped(came.operations), grouped(came.rate),
      len(came.violations))]
  words += [came.verdict.upper()] if came.verdict != "held" else []
  words.append(job.source.words(job.processes))
  console().print(", ".join(filter(None, words)), markup=False)


def grouped(number):
  return "{:,.0f}".format(number)


def counted(number, word):
  return "%s %s%s" % (grouped(number), word, "" if number == 1 else "s")


def violations_cell(came, findings):
  text = ""
  if findings:
    text = "%s: %s" % (counted(len(findings), "finding"), ", ".join(sorted(
        {finding.rule for finding in findings})))
  if came.problems:
    text += " FAILED" if came.operations else " NOTHING RAN"
  return (text or "held") + (" interrupted" if came.is_interrupted else "")


def show_table(jobs, total, seconds, width):
  def row(source, system, came, rate, its_jobs):
    return (source, system, grouped(came.operations), rate,
            violations_cell(came, group(its_jobs)))

  cores = min(width, len(os.sched_getaffinity(0)))
  rows = [row(j.source.name, j.system, j.outcome, grouped(j.outcome.rate), [j])
          for j in jobs] + [row("all", "", total, "%s\non %d core%s" % (
              grouped(total.operations / max(seconds, 1e-9)), cores,
              "" if cores == 1 else "s"), jobs)]
  styles = ["bold red" if came.verdict in ("violated", "failed") else ""
            for came in [j.outcome for j in jobs] + [total]]
  console().print(table_of(
      ["source", "system"], ["operations\nchecked", "a second\non a core"],
      ["came out"], rows=rows, styles=styles, has_total=True))


def command_of(violation, program):
  """To see it again: lockstep replay FILE, for most; "" without a trace."""
  if not violation.is_trace or not violation.path:
    return ""
  again = AGAIN.search(violation.text)
  return "%s %s %s" % (program, again.group(1) if again else "replay",
                       shlex.quote(shown(violation.path)))


def show_findings(findings, program):
  """Of each the first violation; of the others, where they are."""
  for number, finding in enumerate(findings, 1):
    first = finding.first
    console().print("\n[bold red]==== finding %d of %d: %s, by %s on %s" % (
        number, len(findings), finding.rule, ", ".join(finding.sources),
        in_short(finding.systems)))
    if number <= REPORTS:
      show_text(first)
    print("saved as %s" % shlex.quote(shown(first.path)))
    command = command_of(first, program)
    if command:
      print("to see it again: " + command)
    if finding.others:
      print("the same %s: %s" % (
          counted(len(finding.others), "time") + " more",
          in_short(
              [os.path.basename(v.path) for v in finding.others])))


def in_short(names):
  return ", ".join(names[:NAMES]) + (
      " and %d more" % (len(names) - NAMES) if len(names) > NAMES else "")


def show_text(violation):
  lines = violation.text.rstrip("\n").split("\n")
  print("\n".join(lines[:REPORT_LINES]))
  if len(lines) > REPORT_LINES:
    print("... and %d more lines" % (len(lines) - REPORT_LINES))


def save_violations(folder, job):
  """As SOURCE-SYSTEM.trace or .stderr; from the second on, with a number."""
  for number, violation in enumerate(job.outcome.violations, 1):
    violation.path = os.path.join(folder, "%s-%s%s.%s" % (
        job.source.name, job.system, "-%d" % number if number > 1 else "",
        "trace" if violation.is_trace else "stderr"))
    try:
      pages.write(violation.path, violation.text)
    except OSError as error:
      job.outcome.problems.append("%s: %s" % (violation.path, error.strerror))


def describe_job(job, findings):
  came = job.outcome
  return {
      "source": job.source.name,
      "system": job.system,
      "verdict": came.verdict,
      "operations": came.operations,
      "seconds": round(came.seconds, 3),
      "operations_per_second": round(came.rate),
      "violations": [
          {"rule": v.rule, "file": os.path.basename(v.path),
           "finding": number_in(findings, v), **(
              {"artifact": v.artifact, "is_new": v.is_new} if v.artifact
              else {})}
          for v in came.violations
      ],
      "problems": came.problems,
      "counts": came.counts,
      **job.source.describe(job.processes),
  }


def number_in(findings, violation):
  """From 1."""
  return next(i for i, finding in enumerate(findings, 1)
              if any(v is violation for _, v in finding.entries))


def describe_findings(findings):
  return [{"rule": f.rule, "claim": f.claim, "violations": len(f.entries),
           "sources": f.sources, "systems": f.systems,
           "file": os.path.basename(f.first.path)} for f in findings]


def write_json(folder, fields):
  pages.write(os.path.join(folder, JSON), json.dumps(fields, indent=2) + "\n")


def show(jobs, total, findings, fields, arguments):
  """All but the last lines."""
  show_table(jobs, total, fields["duration_seconds"], arguments.jobs)
  show_findings(findings, program_of(arguments))
  for job in jobs:
    for problem in job.outcome.problems:
      print("problem: %s: %s" % (job.title, problem))


def program_of(arguments):
  return shlex.quote(arguments.lockstep or "tools/lockstep")


def show_summary(total, findings, fields, path):
  print("seed %d, %.0f s, report in %s" % (
      fields["seed"], fields["duration_seconds"], shown(path)))
  if fields["exit_code"] == INTERRUPTED:
    print("interrupted; ", end="")
  found = counted(len(total.violations), "violation")
  if findings:
    found = "%s (%s)" % (counted(len(findings), "finding"), found)
  print("{:,} operations checked, {}{}".format(
      total.operations, found,
      ", %d problems" % len(total.problems) if total.problems else ""))
