"""Where scripts come from. Another source is a class here, and its place in
SOURCES: which systems it has scripts for, and the processes that run them.
"""

import os

import fuzzing

from source import Command, Source


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
    openings = {opening_of(path) for path in named} or {"init", "attach"}
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


class Explore(Source):
  """As small a system as is of use, but all of its states."""

  name = "explore"
  summary = "every op in every state of a small system"
  is_timed = False

  def commands(self, system, setting):
    return [Command([setting.lockstep, "explore", system, "--json",
                     "--concrete", "--threads", "1"])]


class Props(Source):
  """The models and the laws, in turns."""

  name = "props"
  summary = "properties and laws, on scripts that RapidCheck shrinks"

  def commands(self, system, setting):
    return [Command([
        setting.lockstep, "props", system, "--json",
        "--seconds", "%g" % setting.seconds,
        "--seed", str(setting.seed << 32),
    ], setting.seconds)]


SOURCES = [Recordings(), Random(), Props(), Explore(), fuzzing.Fuzz()]


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
