"""What tools/verify shows and leaves: lines and a table, verify.json and a page,
and a file for each violation.
"""

import asyncio
import json
import os
import pathlib
import re
import shlex

from lib import pages
from lib.frame import INTERRUPTED
from lib.screen import console, shown, table_of

JSON, PAGE = "verify.json", "index.html"
VERDICTS = {0: "held", 1: "violated", 2: "failed", 130: "interrupted"}
# So much of what was violated is shown; all of it is saved.
REPORTS = 20
REPORT_LINES = 40
SHOWN_ON_PAGE = 5  # Of a kind of violation.
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


def by_rule(violations):
  return {rule: [v for v in violations if v.rule == rule]
          for rule in dict.fromkeys(v.rule for v in violations)}


def violations_cell(came):
  text = str(len(came.violations))
  if came.violations:
    text += " (%s)" % ", ".join(sorted(by_rule(came.violations)))
  if came.problems:
    text += " FAILED" if came.operations else " NOTHING RAN"
  return text + (" interrupted" if came.is_interrupted else "")


def show_table(jobs, total, seconds, width):
  def row(source, system, came, rate):
    return source, system, grouped(came.operations), rate, violations_cell(came)

  cores = min(width, len(os.sched_getaffinity(0)))
  rows = [row(j.source.name, j.system, j.outcome, grouped(j.outcome.rate))
          for j in jobs] + [row("all", "", total, "%s\non %d core%s" % (
              grouped(total.operations / max(seconds, 1e-9)), cores,
              "" if cores == 1 else "s"))]
  styles = ["bold red" if came.verdict in ("violated", "failed") else ""
            for came in [j.outcome for j in jobs] + [total]]
  console().print(table_of(
      ["source", "system"], ["operations\nchecked", "a second\non a core"],
      ["violations"], rows=rows, styles=styles, has_total=True))


def show_violations(jobs, program):
  """Of each job and rule the first; of the others, where they are."""
  left = REPORTS
  for job in jobs:
    for rule, (first, *others) in by_rule(job.outcome.violations).items():
      console().print("\n[bold red]==== %s: %s" % (job.title, rule))
      if left:
        show_text(first)
        left -= 1
      path = shlex.quote(shown(first.path))
      print("saved as %s" % path)
      if first.is_trace:
        # lockstep replay FILE, for most.
        again = AGAIN.search(first.text)
        print("to see it again: %s %s %s" % (
            program, again.group(1) if again else "replay", path))
      if others:
        print("and %d more, up to %s" % (len(others), shown(others[-1].path)))


def show_text(violation):
  lines = violation.text.rstrip("\n").split("\n")
  print("\n".join(lines[:REPORT_LINES]))
  if len(lines) > REPORT_LINES:
    print("... and %d more lines" % (len(lines) - REPORT_LINES))


def clear(folder):
  """Removes what an earlier run left, and nothing else."""
  os.makedirs(folder, exist_ok=True)
  try:
    with open(os.path.join(folder, JSON), encoding="utf-8") as file:
      old = json.load(file)
    names = [v["file"] for r in old["results"] for v in r["violations"]]
  except (OSError, ValueError, KeyError, TypeError):
    return
  for name in names + [JSON, PAGE]:
    pathlib.Path(folder, os.path.basename(name)).unlink(missing_ok=True)


def save_violations(folder, job):
  """As SOURCE-SYSTEM.trace or .stderr; from the second on, with a number."""
  for number, violation in enumerate(job.outcome.violations, 1):
    violation.path = os.path.join(folder, "%s-%s%s.%s" % (
        job.source.name, job.system, "-%d" % number if number > 1 else "",
        "trace" if violation.is_trace else "stderr"))
    with open(violation.path, "w", encoding="utf-8") as file:
      file.write(violation.text)


def describe_job(job):
  came = job.outcome
  return {
      "source": job.source.name,
      "system": job.system,
      "verdict": came.verdict,
      "operations": came.operations,
      "seconds": round(came.seconds, 3),
      "operations_per_second": round(came.rate),
      "violations": [
          {"rule": v.rule, "file": os.path.basename(v.path), **(
              {"artifact": v.artifact, "is_new": v.is_new} if v.artifact
              else {})}
          for v in came.violations
      ],
      "problems": came.problems,
      **job.source.describe(job.processes),
  }


def write_page(folder, jobs, fields):
  """Its path."""
  path = os.path.join(folder, PAGE)
  pages.write(path, pages.render(
      "verify/verify.html", {
          "grouped": grouped, "name": os.path.basename,
          "share": lambda part, whole: (
              "%.0f %%" % (100 * part / whole) if part and whole else "")},
      fields=fields, verdict=VERDICTS[fields["exit_code"]],
      kinds=[(job, rule, found) for job in jobs
             for rule, found in by_rule(job.outcome.violations).items()],
      fuzzed=[r["fuzz"] for r in fields["results"] if "fuzz" in r],
      shown=SHOWN_ON_PAGE))
  return path


def report(jobs, total, fields, arguments):
  show_table(jobs, total, fields["duration_seconds"], arguments.jobs)
  show_violations(jobs, shlex.quote(arguments.lockstep or "tools/lockstep"))
  for job in jobs:
    for problem in job.outcome.problems:
      print("problem: %s: %s" % (job.title, problem))
  pages.write(os.path.join(arguments.output, JSON),
              json.dumps(fields, indent=2) + "\n")
  path = write_page(arguments.output, jobs, fields)
  print("seed %d, %.0f s, report in %s" % (
      fields["seed"], fields["duration_seconds"], shown(path)))
  if fields["exit_code"] == INTERRUPTED:
    print("interrupted; ", end="")
  print("{:,} operations checked, {} violations{}".format(
      total.operations, len(total.violations),
      ", %d problems" % len(total.problems) if total.problems else ""))
