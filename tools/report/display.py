"""What is seen while jobs run, and afterwards."""

import asyncio
import os
import re
import shlex

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

# So much of what was violated is shown; all of it is saved.
REPORTS = 20
REPORT_LINES = 40
# What a report says of how to see it again.
AGAIN = re.compile(r"^# To see it .* run: lockstep (.*) FILE$", re.MULTILINE)
console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:
  console = Console(highlight=False, soft_wrap=True, width=120)


class SecondsColumn(ProgressColumn):

  def render(self, task):
    if not task.total:
      return Text("%3.0f s" % task.completed)
    return Text("%3.0f of %.0f s" % (min(task.completed, task.total),
                                     task.total))


class Bars:
  """On a terminal: a bar for every process that runs, and one for all."""

  def __init__(self, jobs, width):
    self._jobs = jobs
    self._width = width
    self._bars = {}
    self._progress = Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=10),
        SecondsColumn(), TextColumn("[dim]{task.fields[status]}"),
        console=console, auto_refresh=False, transient=True)
    self._all = self._progress.add_task("all", status="")

  async def show(self):
    with self._progress:
      while True:
        self._update()
        self._progress.refresh()
        await asyncio.sleep(0.1)

  def end_job(self, job):
    pass

  @staticmethod
  def _status_of(process):
    # Ctrl-C is echoed behind it, and must not begin another line.
    return process.status.rpartition(": ")[2][:console.width - 52]

  def _update(self):
    processes = [(j, p) for j in self._jobs for p in j.processes]
    for job, process in processes:
      if process.is_running and process not in self._bars:
        self._bars[process] = self._progress.add_task(
            job.title, total=process.seconds or None, status="")
      elif process.has_ended and process in self._bars:
        self._progress.remove_task(self._bars.pop(process))
    for process, bar in self._bars.items():
      self._progress.update(bar, completed=process.elapsed_seconds(),
                            status=self._status_of(process))
    ended = sum(job.has_ended for job in self._jobs)
    total = sum(p.seconds for _, p in processes) / self._width
    done = sum(p.seconds if p.has_ended else
               min(p.seconds, p.elapsed_seconds()) for _, p in processes)
    self._progress.update(
        self._all, total=total, completed=done / self._width,
        status="%d of %d done" % (ended, len(self._jobs)))


class Lines:
  """Elsewhere: a line for each job that has ended."""

  async def show(self):
    await asyncio.Event().wait()

  def end_job(self, job):
    words = [in_words(job.outcome), job.source.words(job.processes)]
    print("%s: %s" % (job.title, ", ".join(filter(None, words))), flush=True)


def progress(jobs, width):
  return Bars(jobs, width) if console.is_terminal else Lines()


def in_words(came):
  words = "{:,} operations, {:,.0f} a second, {} violations".format(
      came.operations, came.rate, len(came.violations))
  notes = [came.verdict.upper()] if came.verdict != "held" else []
  return ", ".join([words] + notes)


STYLES = {"violated": "bold red", "failed": "bold red",
          "interrupted": "yellow", "held": ""}


def violations_cell(came):
  text = str(len(came.violations))
  if came.violations:
    text += " (%s)" % ", ".join(sorted({v.rule for v in came.violations}))
  if came.problems:
    text += " FAILED" if came.operations else " NOTHING RAN"
  if came.is_interrupted:
    text += " interrupted"
  return Text(text, STYLES[came.verdict])


def show_table(jobs, total, elapsed_seconds, width):
  table = Table(show_footer=True, title_justify="left")
  table.add_column("source", "all", no_wrap=True)
  table.add_column("system", overflow="fold")
  table.add_column("operations\nchecked", "{:,}".format(total.operations),
                   justify="right", no_wrap=True)
  table.add_column(
      "a second\non a core",
      "{:,.0f}\non {}".format(
          total.operations / max(elapsed_seconds, 1e-9), cores(width)),
      justify="right", no_wrap=True)
  table.add_column("violations", violations_cell(total), min_width=12)
  for job in jobs:
    came = job.outcome
    table.add_row(job.source.name, job.system, "{:,}".format(came.operations),
                  "{:,.0f}".format(came.rate), violations_cell(came))
  console.print(table)


def cores(width):
  count = min(width, len(os.sched_getaffinity(0)))
  return "1 core" if count == 1 else "%d cores" % count


def show_violations(jobs, program):
  """Of each job and rule the first; of the others, where they are."""
  left = REPORTS
  for job in jobs:
    by_rule = {}
    for violation in job.outcome.violations:
      by_rule.setdefault(violation.rule, []).append(violation)
    for rule, violations in by_rule.items():
      console.print("\n[bold red]==== %s: %s" % (job.title.strip(), rule))
      if left:
        show_text(violations[0])
        left -= 1
      show_place(violations, program)


def show_place(violations, program):
  first, *others = violations
  path = shlex.quote(shown(first.path))
  print("saved as %s" % path)
  if first.is_trace:
    print("to see it again: %s %s %s" % (program, again(first.text), path))
  if others:
    print("and %d more, up to %s" % (len(others), shown(others[-1].path)))


def again(text):
  """The command that a report names: lockstep replay FILE, for most."""
  named = AGAIN.search(text)
  return named.group(1) if named else "replay"


def show_text(violation):
  lines = violation.text.rstrip("\n").split("\n")
  for line in lines[:REPORT_LINES]:
    print(line)
  if len(lines) > REPORT_LINES:
    print("... and %d more lines" % (len(lines) - REPORT_LINES))


def show_problems(jobs):
  for job in jobs:
    for problem in job.outcome.problems:
      console.print("[bold red]problem[/]: ", end="")
      print("%s: %s" % (job.title.strip(), problem))


def shown(path):
  """As short as it can be written from here."""
  relative = os.path.relpath(path)
  return path if relative.startswith("..") else relative
