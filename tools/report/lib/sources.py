"""The commands that run scripts on a system, as in tools/cli/verify/sources.cc."""

import collections
import os
import subprocess

from lib.frame import Failed

# The command line, as a program; a folder; for each source and system; a number.
Setting = collections.namedtuple("Setting", "lockstep traces seconds seed")
# A process of a source, and how long it means to take; 0: no long time.
Command = collections.namedtuple("Command", "argv seconds", defaults=(0,))
# Who counts what is found does not read the traces.
BRIEFLY = ["--minimise-seconds", "0.01"]


def systems_of(lockstep):
  """As it lists them: a heading, then a line for each."""
  done = subprocess.run([lockstep, "list", "systems"], stdout=subprocess.PIPE,
                        text=True, check=False)
  systems = [line.split()[0] for line in done.stdout.splitlines()
             if line.startswith("  ")]
  if done.returncode or not systems:
    raise Failed("%s does not list its systems" % lockstep)
  return systems


def recordings(system, setting):
  """Under all models on the system that each names; on the others that get their
  memory in the same way, as scripts.
  """
  paths = sorted(os.path.join(parent, name)
                 for parent, _, names in os.walk(setting.traces)
                 for name in names if name.endswith(".trace"))
  heads = {path: head_of(path) for path in paths}
  named = [p for p, (component, _) in heads.items() if component == system]
  openings = {heads[p][1] for p in named} or {"init", "attach"}
  others = [p for p, (component, opening) in heads.items()
            if component != system and opening in openings]
  replay = [setting.lockstep, "replay", "--json", *BRIEFLY]
  elsewhere = ["--system", system, "--models", "shadow,placement", "--"]
  return ([Command(replay + named)] if named else []) + (
      [Command(replay + elsewhere + others)] if others else [])


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


def timed(name, system, setting, seconds, *extra):
  # Seeds that are neighbours here have no script in common.
  return Command([setting.lockstep, name, system, "--json", "--seconds",
                  "%g" % seconds, "--seed", str(setting.seed << 32), *extra],
                 seconds)


def random(system, setting):
  """Half of the time with all verbs and sizes, half of it with swarms."""
  return [timed("random", system, setting, setting.seconds / 2, *BRIEFLY, *extra)
          for extra in ([], ["--swarm"])]


def props(system, setting):
  return [timed("props", system, setting, setting.seconds)]


def explore(system, setting):
  return [Command([setting.lockstep, "explore", system, "--json", "--concrete",
                   "--threads", "1"])]
