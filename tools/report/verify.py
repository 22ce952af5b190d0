"""tools/verify: every source of scripts over every system, side by side."""

import asyncio
import datetime
import os
import secrets
import shlex
import subprocess
import sys
import time

import command_line
import machine
import outcome
import processes
import record
import sources

from command_line import CORE_SECONDS, ROOT

WRAPPER = os.path.join(ROOT, "tools/lockstep")
BINARY = os.path.join(ROOT, ".cache/lockstep")
EXIT_HELD, EXIT_VIOLATED, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 2, 130


class Failed(Exception):
  """It cannot go on, for the reason said."""


class Job:
  """A source on a system."""

  def __init__(self, source, system, commands):
    self.source = source
    self.system = system
    self.processes = [processes.Process(c.argv, c.seconds) for c in commands]
    self.outcome = outcome.Outcome()
    self.title = "%-11s%s" % (source.name, system)

  @property
  def has_ended(self):
    return all(process.has_ended for process in self.processes)

  def add_up(self):
    self.outcome = outcome.Outcome()
    for process in self.processes:
      self.outcome.add(outcome.judge(process, self.source.read))
    if not self.processes:
      self.outcome.problems.append("there is nothing to run")


def set_up(arguments):
  """The program that judges, and the names of its systems."""
  if arguments.lockstep:
    program = listing = os.path.abspath(arguments.lockstep)
  else:
    program, listing = BINARY, WRAPPER
    if subprocess.run([os.path.join(ROOT, "tools/setup")]).returncode:
      raise Failed("the set-up failed, as said above")
  try:
    listed = subprocess.run([listing, "list", "systems"],
                            stdout=subprocess.PIPE, text=True)
  except OSError as error:
    raise Failed("%s: %s" % (listing, error.strerror)) from error
  systems = [line.split()[0] for line in listed.stdout.splitlines()
             if line.startswith("  ")]
  if listed.returncode or not systems:
    raise Failed("%s does not list its systems" % listing)
  return program, systems


def choose(wanted, known, what):
  for name in wanted or []:
    if name not in known:
      raise Failed("there is no %s '%s'; there are: %s" % (
          what, name, " ".join(known)))
  return [name for name in known if not wanted or name in wanted]


def plan(arguments, program, systems):
  """The jobs, and the setting that they were made for."""
  names = choose(arguments.source, [s.name for s in sources.SOURCES], "source")
  chosen = choose(arguments.system, systems, "system")
  if not os.path.isdir(arguments.traces):
    raise Failed("%s: there is no such folder" % arguments.traces)
  timed = sum(len(s.systems(systems)) for s in sources.SOURCES if s.is_timed)
  seed = arguments.seed
  setting = sources.Setting(
      lockstep=program,
      traces=arguments.traces,
      seconds=arguments.seconds or max(1, CORE_SECONDS // timed),
      seed=secrets.randbelow(1 << 32) if seed is None else seed)
  jobs = [Job(source, system, source.commands(system, setting))
          for source in sources.SOURCES if source.name in names
          for system in source.systems(systems) if system in chosen]
  if not jobs:
    raise Failed("no such source has scripts for such a system")
  width = max(len(job.title) for job in jobs)
  for job in jobs:
    job.title = job.title.ljust(width)
  return jobs, setting


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
    return EXIT_INTERRUPTED
  if total.problems:
    return EXIT_FAILED
  return EXIT_VIOLATED if total.violations else EXIT_HELD


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
  replay = "%s replay" % shlex.quote(arguments.lockstep or "tools/lockstep")
  display.show_table(jobs, total, fields["duration_seconds"], arguments.jobs)
  display.show_violations(jobs, replay)
  display.show_problems(jobs)
  path = record.save_json(arguments.output, fields)
  print("seed %d, %.0f s, details in %s" % (
      fields["seed"], fields["duration_seconds"], display.shown(path)))
  if fields["exit_code"] == EXIT_INTERRUPTED:
    print("interrupted; ", end="")
  print("{:,} operations checked, {} violations{}".format(
      total.operations, len(total.violations),
      ", %d problems" % len(total.problems) if total.problems else ""))


def verify(arguments):
  program, systems = set_up(arguments)
  jobs, setting = plan(arguments, program, systems)
  record.clear(arguments.output)
  started = datetime.datetime.now().astimezone()
  clock = time.monotonic()
  pool = processes.Pool([p for job in jobs for p in job.processes],
                        arguments.jobs)
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


def main():
  try:
    return verify(command_line.parse())
  except (Failed, OSError) as error:
    print("tools/verify: %s" % error, file=sys.stderr)
  except ImportError as error:
    print("tools/verify: %s; run tools/setup" % error, file=sys.stderr)
  except KeyboardInterrupt:
    print("tools/verify: interrupted", file=sys.stderr)
    return EXIT_INTERRUPTED
  return EXIT_FAILED


if __name__ == "__main__":
  sys.exit(main())
