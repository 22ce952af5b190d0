"""Where scripts come from: the commands that run them on a system, as in
tools/cli/verify/sources.cc.
"""

import dataclasses
import os
import subprocess

from lib.frame import ROOT, Failed


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


def systems_of(lockstep):
  """As it lists them: a heading, then a line for each."""
  done = subprocess.run([lockstep, "list", "systems"], stdout=subprocess.PIPE,
                        text=True, check=False)
  systems = [line.split()[0] for line in done.stdout.splitlines()
             if line.startswith("  ")]
  if done.returncode or not systems:
    raise Failed("%s does not list its systems" % lockstep)
  return systems


def built():
  """Our own command line, which is built first, and its systems."""
  systems = systems_of(os.path.join(ROOT, "tools/lockstep"))
  return os.path.join(ROOT, ".cache/lockstep"), systems


def recordings(system, setting):
  """Under all models on the system that each names. On the others that get
  their memory in the same way, a recording is a script like any other: what was
  recorded does not hold for them.
  """
  heads = {path: head_of(path) for path in traces_in(setting.traces)}
  named = [p for p, (component, _) in heads.items() if component == system]
  openings = {heads[p][1] for p in named} or {"init", "attach"}
  others = [p for p, (component, opening) in heads.items()
            if component != system and opening in openings]
  replay = [setting.lockstep, "replay", "--json"]
  elsewhere = ["--system", system, "--models", "shadow,placement", "--"]
  return ([Command(replay + named)] if named else []) + (
      [Command(replay + elsewhere + others)] if others else [])


def random(system, setting):
  """Half of the time with all verbs and sizes, half of it with swarms."""
  # A script's seed follows that of the script before it. So seeds that are
  # neighbours here have no script in common.
  command = [setting.lockstep, "random", system, "--json",
             "--seconds", "%g" % (setting.seconds / 2),
             "--seed", str(setting.seed << 32)]
  return [Command(command + extra, setting.seconds / 2)
          for extra in ([], ["--swarm"])]


def explore(system, setting):
  """All states of a small system."""
  return [Command([setting.lockstep, "explore", system, "--json", "--concrete",
                   "--threads", "1"])]


def props(system, setting):
  """The models and the laws, in turns."""
  return [Command([setting.lockstep, "props", system, "--json",
                   "--seconds", "%g" % setting.seconds,
                   "--seed", str(setting.seed << 32)], setting.seconds)]


def traces_in(folder):
  paths = (os.path.join(parent, name) for parent, _, names in os.walk(folder)
           for name in names if name.endswith(".trace"))
  # Who waits for a pipe might wait for ever.
  return sorted(path for path in paths if os.path.isfile(path))


def head_of(path):
  """(the system that a trace names, the verb that gives it its memory)"""
  component = ""
  with open(path, encoding="utf-8", errors="replace") as lines:
    for line in lines:
      words = line.split() + [""]
      if words[0] == "component":
        component = component or words[1]
      elif words[0] in ("init", "attach"):
        return component, words[0]
  return component, ""
