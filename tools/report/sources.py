"""Where scripts come from. Another source is a class here, and its place in
SOURCES: which systems it has scripts for, and the processes that run them.
"""

import dataclasses
import os

import outcome


@dataclasses.dataclass(frozen=True)
class Setting:
  """What all sources are given."""
  lockstep: str  # The command line, as a program.
  traces: str  # A folder.
  seconds: float  # For each source and system.
  seed: int


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

  def systems(self, known):
    """Those of the known systems that it has scripts for."""
    return known

  def commands(self, system, setting):
    raise NotImplementedError

  def read(self, stdout):
    """The outcome.Reading of a process that exited with 0 or 1."""
    return outcome.read(stdout)


class Recordings(Source):
  """Under all models on the system that each names. On the others that get
  their memory in the same way, a recording is a script like any other: what was
  recorded does not hold for them.
  """

  name = "recordings"
  summary = "traces of the original crates"
  is_timed = False

  def commands(self, system, setting):
    named, others = [], []
    for path in traces_in(setting.traces):
      (named if component_of(path) == system else others).append(path)
    openings = {opening_of(path) for path in named} or {"init"}
    others = [path for path in others if opening_of(path) in openings]
    replay = [setting.lockstep, "replay", "--json"]
    elsewhere = ["--system", system, "--models", "shadow,placement"]
    commands = []
    if named:
      commands.append(Command(replay + named))
    if others:
      commands.append(Command(replay + elsewhere + ["--"] + others))
    return commands


class Random(Source):
  """Half of the time with all verbs and sizes, half of it with swarms."""

  name = "random"
  summary = "scripts made up from a seed, whole and in swarms"

  def commands(self, system, setting):
    # A script's seed follows that of the script before it. So seeds that are
    # neighbours here have no script in common.
    random = [
        setting.lockstep, "random", system, "--json",
        "--seconds", "%g" % (setting.seconds / 2),
        "--seed", str(setting.seed << 32),
    ]
    return [Command(random + extra, setting.seconds / 2)
            for extra in ([], ["--swarm"])]


SOURCES = [Recordings(), Random()]


def traces_in(folder):
  return sorted(
      os.path.join(parent, name)
      for parent, _, names in os.walk(folder)
      for name in names if name.endswith(".trace"))


def component_of(path):
  """The system that a trace names; "" if there is none."""
  for words in steps_of(path):
    if words[0] == "component" and len(words) > 1:
      return words[1]
  return ""


def opening_of(path):
  """The verb that gives a trace its memory: init, or attach."""
  for words in steps_of(path):
    if words[0] in ("init", "attach"):
      return words[0]
  return ""


def steps_of(path):
  with open(path, encoding="utf-8", errors="replace") as lines:
    for line in lines:
      words = line.split()
      if words:
        yield words
