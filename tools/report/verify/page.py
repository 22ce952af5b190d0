"""The page of tools/verify: findings as drawings, and a matrix of what ran."""

import os
import subprocess

from lib import pages
from lib.screen import shown
from verify import report
from verify.folder import PAGE

VERDICTS = {0: "held", 1: "violated", 2: "failed", 130: "interrupted"}
FINDINGS = 40  # With their reports; the others are in verify.json.
FIGURES = 20
FIGURE_SECONDS = 60
# It is about this rule; of a law, show may find another rule to be broken.
FIGURE_BEGINS = '<div class="ls" data-rule="%s">'


def figure_of(violation, lockstep):
  """The drawing of its last steps; "" if there is none, as of a law, for which
  no rule is broken.
  """
  if not violation.is_trace or not violation.path:
    return ""
  try:
    done = subprocess.run(
        [lockstep, "show", "--figure", violation.path],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, timeout=FIGURE_SECONDS, check=False)
  except (OSError, subprocess.TimeoutExpired):
    return ""
  text = done.stdout.decode(errors="replace")
  return text if done.returncode == 1 and text.startswith(
      FIGURE_BEGINS % violation.rule) else ""


def breakable(name):
  """Where a long name may go on in the next line."""
  import markupsafe  # Not before it is installed.
  return markupsafe.Markup(str(markupsafe.escape(name)).replace("_", "_<wbr>"))


def cells_of(jobs):
  """Of each system, by source: the job, or None."""
  table = {}
  for job in jobs:
    table.setdefault(job.system, {})[job.source.name] = job
  return table


def counts_of(job):
  return ["%s %s" % (report.grouped(count), word)
          for word, count in job.outcome.counts.items() if count]


def write(folder, jobs, findings, fields, program, lockstep):
  """Its path."""
  path = os.path.join(folder, PAGE)
  shown_findings = [{
      "rule": f.rule, "claim": f.claim, "sources": f.sources,
      "systems": f.systems, "entries": f.entries, "first": f.first,
      "command": report.command_of(f.first, program),
      "figure": figure_of(f.first, lockstep) if i < FIGURES else "",
  } for i, f in enumerate(findings[:FINDINGS])]
  pages.write(path, pages.render(
      "verify/verify.html", {
          "grouped": report.grouped, "name": os.path.basename, "shown": shown,
          "breakable": breakable, "counts": counts_of, "counted": report.counted,
          "share": lambda part, whole: (
              "%.0f %%" % (100 * part / whole) if part and whole else "")},
      fields=fields, verdict=VERDICTS[fields["exit_code"]],
      findings=shown_findings, more=len(findings) - len(shown_findings),
      sources=list(dict.fromkeys(job.source.name for job in jobs)),
      cells=cells_of(jobs),
      fuzzed=[r["fuzz"] for r in fields["results"] if "fuzz" in r]))
  return path
