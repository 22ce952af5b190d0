"""A campaign: jobs that run side by side, and a report that is never lost."""

import asyncio
import datetime
import time

from lib import host, outcome
from lib.frame import FAILED, HELD, INTERRUPTED, ROOT, VIOLATED
from verify import findings, page, report


async def run(jobs, pool, on_job):
  showing = asyncio.create_task(report.show_status(jobs))
  owners = {p: job for job in jobs for p in job.processes}

  def add_up(job):
    job.add_up()
    on_job(job)

  def on_end(process):
    if owners[process].has_ended:
      add_up(owners[process])

  try:
    await pool.run(on_end)
  finally:
    pool.kill()
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)
  for job in jobs:
    if not job.has_ended or not job.processes:
      add_up(job)


def exit_code_of(total, is_interrupted):
  if is_interrupted:
    return INTERRUPTED
  if total.problems:
    return FAILED
  return VIOLATED if total.violations else HELD


class Campaign:
  """What is known of all jobs, at any time."""

  def __init__(self, jobs, pool, setting, arguments):
    self.jobs = jobs
    self.pool = pool
    self.setting = setting
    self.arguments = arguments
    self._ended = []
    self._clock = time.monotonic()
    self._fixed = {
        "version": 1,
        "seed": setting.seed,
        "seconds_per_source_and_system": setting.seconds,
        "started": datetime.datetime.now().astimezone().isoformat(
            timespec="seconds"),
        "jobs": arguments.jobs,
        "build": {
            **host.commit(ROOT),
            "compiler": host.compiler(setting.lockstep),
            "sanitizers": host.sanitizers(setting.lockstep),
        },
        "machine": host.facts(),
    }

  def on_job(self, job):
    """Saves what it came to, so that nothing is lost if we are killed."""
    self._ended.append(job)
    report.save_violations(self.arguments.output, job)
    try:
      report.write_json(self.arguments.output, self.fields(
          findings.group(self._ended), self._ended, is_complete=False))
    except OSError:
      pass  # It is tried again at the end, and then said.
    report.show_line(job)

  def total(self):
    total = outcome.Outcome()
    for job in self.jobs:
      total.add(job.outcome)
    return total

  def fields(self, found, jobs, is_complete):
    total = self.total()
    return {
        **self._fixed,
        "is_complete": is_complete,
        "exit_code": exit_code_of(total, self.pool.is_interrupted),
        "duration_seconds": round(time.monotonic() - self._clock, 3),
        "operations": total.operations,
        "violations": len(total.violations),
        "findings": report.describe_findings(found),
        "results": [report.describe_job(job, found) for job in jobs],
    }

  def finish(self):
    """The files first: standard output may be closed, or full."""
    found = findings.group(self.jobs)
    fields = self.fields(found, self.jobs, is_complete=True)
    folder = self.arguments.output
    problems = []
    path = folder
    try:
      report.write_json(folder, fields)
      path = page.write(folder, self.jobs, found, fields,
                        report.program_of(self.arguments),
                        self.setting.lockstep)
    except OSError as error:
      problems.append("%s: %s" % (error.filename, error.strerror))
    total = self.total()
    report.show(self.jobs, total, found, fields, self.arguments)
    for problem in problems:
      print("problem: the report is not complete: " + problem)
    report.show_summary(total, found, fields, path)
    return FAILED if problems else fields["exit_code"]
