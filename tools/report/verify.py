"""tools/verify: every source of scripts over every system, side by side."""

import asyncio
import datetime
import shlex
import sys
import time

import command_line
import frame
import machine
import outcome
import planning
import processes
import record
import verify_page

from frame import FAILED, HELD, INTERRUPTED, ROOT, VIOLATED



async def run(jobs, pool, width, folder):
  import display
  progress = display.progress(jobs, width)
  showing = asyncio.create_task(progress.show())
  owners = {p: job for job in jobs for p in job.processes}

  def add_up(job):
    job.add_up()
    record.save_violations(folder, job)
    progress.end_job(job)

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


def describe(jobs, setting, total, arguments, started, elapsed, code):
  return {
      "version": 1,
      "exit_code": code,
      "seed": setting.seed,
      "seconds_per_source_and_system": setting.seconds,
      "started": started.isoformat(timespec="seconds"),
      "duration_seconds": round(elapsed, 3),
      "jobs": arguments.jobs,
      "build": {
          **machine.commit(ROOT),
          "compiler": machine.compiler(setting.lockstep),
          "sanitizers": machine.sanitizers(setting.lockstep),
      },
      "machine": machine.facts(),
      "operations": total.operations,
      "violations": len(total.violations),
      "results": [record.describe_job(job) for job in jobs],
  }


def report(jobs, total, fields, arguments):
  import display
  program = shlex.quote(arguments.lockstep or "tools/lockstep")
  display.show_table(jobs, total, fields["duration_seconds"], arguments.jobs)
  display.show_violations(jobs, program)
  display.show_problems(jobs)
  record.save_json(arguments.output, fields)
  path = verify_page.write(arguments.output, fields)
  print("seed %d, %.0f s, report in %s" % (
      fields["seed"], fields["duration_seconds"], display.shown(path)))
  if fields["exit_code"] == INTERRUPTED:
    print("interrupted; ", end="")
  print("{:,} operations checked, {} violations{}".format(
      total.operations, len(total.violations),
      ", %d problems" % len(total.problems) if total.problems else ""))


def verify(arguments):
  program, systems = planning.set_up(arguments)
  jobs, setting = planning.plan(arguments, program, systems,
                                planning.set_up_fuzzers(arguments))
  record.clear(arguments.output)
  started = datetime.datetime.now().astimezone()
  clock = time.monotonic()
  pool = processes.Pool(planning.in_turns(jobs), arguments.jobs)
  print("seed %d, %g s for each source and system, %d at a time" % (
      setting.seed, setting.seconds, arguments.jobs), flush=True)
  asyncio.run(run(jobs, pool, arguments.jobs, arguments.output))
  elapsed = time.monotonic() - clock
  total = outcome.Outcome()
  for job in jobs:
    total.add(job.outcome)
  code = exit_code_of(total, pool.is_interrupted)
  report(jobs, total, describe(
      jobs, setting, total, arguments, started, elapsed, code), arguments)
  return code


if __name__ == "__main__":
  sys.exit(frame.run("verify", lambda: verify(command_line.parse())))
