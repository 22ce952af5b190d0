"""What a source of scripts is, and what it is given."""

import dataclasses
import subprocess

import outcome
import processes

from frame import Failed


@dataclasses.dataclass(frozen=True)
class Setting:
  """What all sources are given."""
  lockstep: str  # The command line, as a program.
  systems: list  # Those that it has.
  fuzzers: str  # A folder with fuzz targets; "" if there are none.
  corpora: str  # The folder that theirs are kept in.
  traces: str  # A folder.
  seconds: float  # For each source and system.
  seed: int


def systems_of(lockstep):
  """As it lists them: a heading, then a line for each."""
  done = subprocess.run([lockstep, "list", "systems"], stdout=subprocess.PIPE,
                        text=True, check=False)
  systems = [line.split()[0] for line in done.stdout.splitlines()
             if line.startswith("  ")]
  if done.returncode or not systems:
    raise Failed("%s does not list its systems" % lockstep)
  return systems


@dataclasses.dataclass(frozen=True)
class Command:
  """A process of a source: it ends by itself, also on SIGINT."""
  argv: list
  seconds: float = 0  # How long it means to take; 0: no long time.


class Source:
  """Requires processes that say what they are doing on stderr, and on stdout
  what outcome.read understands; or a `read` of its own.
  """

  name = ""
  summary = ""
  is_timed = True  # Takes as long as it is told to.

  def systems(self, setting):
    """Those that it has scripts for."""
    return setting.systems

  def commands(self, system, setting):
    raise NotImplementedError

  def read(self, stdout):
    """The outcome.Reading of a process that exited with 0 or 1."""
    return outcome.read(stdout)

  # A source whose processes are not of this kind has its own of these.
  def processes(self, system, setting):
    return [processes.Process(c.argv, c.seconds)
            for c in self.commands(system, setting)]

  def judge(self, process):
    """The Outcome of a process that has ended, or was interrupted."""
    return outcome.judge(process, self.read)

  def words(self, its_processes):
    """What else there is to say, for people, in a few words."""
    return ""

  def describe(self, its_processes):
    """What else there is to say, for verify.json."""
    return {}
