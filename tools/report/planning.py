"""What tools/verify is to run: programs, jobs, and their setting."""

import os
import secrets

import bazel
import frame
import fuzz_target
import outcome
import source
import sources

from command_line import CORE_SECONDS
from frame import ROOT, Failed

WRAPPER = os.path.join(ROOT, "tools/lockstep")
BINARY = os.path.join(ROOT, ".cache/lockstep")
FUZZERS = os.path.join(ROOT, ".cache/fuzzers")
SOURCE_NAMES = [s.name for s in sources.SOURCES]


class Job:
  """A source on a system."""

  def __init__(self, source, system, processes):
    self.source = source
    self.system = system
    self.processes = processes
    self.outcome = outcome.Outcome()
    self.title = "%-11s%s" % (source.name, system)

  @property
  def has_ended(self):
    return all(process.has_ended for process in self.processes)

  def add_up(self):
    self.outcome = outcome.Outcome()
    for process in self.processes:
      self.outcome.add(self.source.judge(process))
    if not self.processes:
      self.outcome.problems.append("there is nothing to run")


def set_up(arguments):
  """The program that judges, and the names of its systems."""
  choose(arguments.source, SOURCE_NAMES, "source")
  if arguments.lockstep:
    program = os.path.abspath(arguments.lockstep)
    return program, source.systems_of(program)
  frame.set_up()
  return BINARY, source.systems_of(WRAPPER)


def set_up_fuzzers(arguments):
  """The folder with the fuzz targets; "" if none are wanted."""
  if arguments.fuzzers:
    if not os.path.isdir(arguments.fuzzers):
      raise Failed("%s: there is no such folder" % arguments.fuzzers)
    return arguments.fuzzers
  wanted = arguments.source or []
  if "fuzz" not in wanted and (wanted or arguments.lockstep):
    return ""
  if arguments.lockstep:
    raise Failed("with --lockstep nothing is built, so --fuzzers must say "
                 "where fuzz targets are")
  files = bazel.build(ROOT, None, ["//tests:fuzzers"])
  os.makedirs(FUZZERS, exist_ok=True)
  for name in os.listdir(FUZZERS):
    os.remove(os.path.join(FUZZERS, name))
  for path in files:
    # Of a folder, Bazel names the files.
    at = path if path.endswith(fuzz_target.BINARY) else os.path.dirname(path)
    link = os.path.join(FUZZERS, os.path.basename(at))
    if not os.path.islink(link):
      os.symlink(at, link)
  return FUZZERS


def choose(wanted, known, what):
  for name in wanted or []:
    if name not in known:
      raise Failed("there is no %s '%s'; there are: %s" % (
          what, name, " ".join(known)))
  return [name for name in known if not wanted or name in wanted]


def plan(arguments, program, systems, fuzzers):
  """The jobs, and the setting that they were made for."""
  names = choose(arguments.source, SOURCE_NAMES, "source")
  if not os.path.isdir(arguments.traces):
    raise Failed("%s: there is no such folder" % arguments.traces)
  seed = arguments.seed
  seed = secrets.randbelow(1 << 32) if seed is None else seed
  def setting_of(seconds):
    return source.Setting(
        lockstep=program, systems=systems, fuzzers=fuzzers,
        corpora=os.path.abspath(arguments.corpus), traces=arguments.traces,
        seconds=seconds, seed=seed)
  of_source = {s: s.systems(setting_of(0)) for s in sources.SOURCES}
  timed = sum(len(of) for s, of in of_source.items() if s.is_timed)
  setting = setting_of(arguments.seconds or max(1, CORE_SECONDS // timed))
  known = list(dict.fromkeys(sum(of_source.values(), [])))
  chosen = choose(arguments.system, known, "system")
  jobs = [Job(s, system, s.processes(system, setting))
          for s, of in of_source.items() if s.name in names
          for system in of if system in chosen]
  if not jobs:
    raise Failed("no such source has scripts for such a system")
  width = max(len(job.title) for job in jobs)
  for job in jobs:
    job.title = job.title.ljust(width)
  return jobs, setting


def in_turns(jobs):
  """The processes, source by source; of each job's the first, then the second.
  """
  places = {s: i for i, s in enumerate(sources.SOURCES)}
  numbered = [(places[job.source], i, process) for job in jobs
              for i, process in enumerate(job.processes)]
  return [process for _, _, process in sorted(
      numbered, key=lambda entry: entry[:2])]
