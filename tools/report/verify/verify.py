"""tools/verify: every source of scripts over every system, side by side."""

import asyncio
import os
import re
import secrets

from lib import bazel, frame, outcome, processes, sources, standard_output
from lib.arguments import add_jobs, choose, parser_of, positive, seed
from lib.frame import ROOT, Failed
from verify import folder, fuzz_target, fuzzing
from verify.campaign import Campaign, run

FUZZERS = os.path.join(ROOT, ".cache/fuzzers")
# Two minutes on two cores, shared out over what takes as long as it is told.
CORE_SECONDS = 240


class Source:
  """Whose processes say what they are doing on stderr, and on stdout what
  outcome.read understands. One of another kind has its own of these functions.
  """

  def __init__(self, name, summary, commands, is_timed=True):
    self.name = name
    self.summary = summary
    self.is_timed = is_timed  # Takes as long as it is told to.
    self._commands = commands

  def systems(self, setting):
    """Those that it has scripts for."""
    return setting.systems

  def processes(self, system, setting):
    return [processes.Process(c.argv, c.seconds)
            for c in self._commands(system, setting)]

  def judge(self, process):
    return outcome.judge(process)

  def words(self, its_processes):
    """What else there is to say, for people, in a few words."""
    return ""

  def describe(self, its_processes):
    """What else there is to say, for verify.json."""
    return {}


class Sanitized(Source):
  """Of systems only if their command line was built with sanitizers."""

  def systems(self, setting):
    return setting.systems if setting.sanitized else []


SOURCES = [
    Source("recordings", "traces of the original crates", sources.recordings,
           is_timed=False),
    Source("random", "scripts made up from a seed, whole and in swarms",
           sources.random),
    Sanitized("sanitized", "random scripts with AddressSanitizer and UBSan",
              sources.sanitized),
    Source("props", "properties and laws, on scripts that RapidCheck shrinks",
           sources.props),
    Source("explore", "every op in every state of a small system",
           sources.explore, is_timed=False),
    fuzzing.Fuzz(),
]


def parse():
  parser = parser_of("verify", "verify", words="\n".join(
      "  %-12s%s" % (s.name, s.summary) for s in SOURCES))
  add = parser.add_argument
  add("--source", action="append", metavar="NAME", help="only this source; "
      "may be repeated")
  add("--system", action="append", metavar="NAME", help="only this system; "
      "may be repeated")
  add("--seconds", type=positive, metavar="N", help="for each source and "
      "system (default: two minutes on two cores, shared out over all)")
  add("--seed", type=seed, metavar="S", help="0 to 2^32 - 1; the same seed "
      "gives the same scripts (default: another each time)")
  add_jobs(parser)
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/verify"),
      help="for the report, index.html and verify.json, and what violates "
      "(default: out/verify)")
  add("--corpus", metavar="FOLDER", default=os.path.join(
      ROOT, "out/verify/corpus"), help="of the fuzz targets, kept from run to "
      "run (default: out/verify/corpus)")
  add("--traces", metavar="FOLDER", default=os.path.join(ROOT, "tests/traces"),
      help="with the recordings (default: tests/traces)")
  add("--lockstep", metavar="PROGRAM", help="judge with this program, linked "
      "with other ports; nothing is installed or built")
  add("--sanitized", metavar="PROGRAM", help="with --lockstep: the same program, "
      "built with sanitizers, such as <name>_lockstep_asan")
  add("--fuzzers", metavar="FOLDER", help="fuzz with the programs "
      "NAME_fuzz_bin that are in it, and their seeds in NAME_fuzz_corpus/; "
      "nothing is built for it")
  return parser.parse_args()


class Job:
  """A source on a system."""

  def __init__(self, source, system, its_processes):
    self.source = source
    self.system = system
    self.processes = its_processes
    self.outcome = outcome.Outcome()
    self.title = "%-11s%s" % (source.name, system)

  @property
  def has_ended(self):
    return all(process.has_ended for process in self.processes)

  def add_up(self):
    for process in self.processes:
      self.outcome.add(self.source.judge(process))
    if not self.processes:
      self.outcome.problems.append("there is nothing to run")


def known_beforehand():
  """The systems that tools/verify has, which are known before anything is built:
  our own, and what is only fuzzed.
  """
  with open(os.path.join(ROOT, "fuzz", "systems.bzl"), encoding="utf-8") as file:
    return re.findall(r'^    "(\w+)"', file.read(), re.MULTILINE)


def chosen_sources(arguments):
  """Their names, after a look at all names that can be known to be wrong before
  anything is built.
  """
  names = choose(arguments.source, [s.name for s in SOURCES], "source")
  if not arguments.lockstep and not arguments.fuzzers:
    choose(arguments.system, known_beforehand(), "system")
  wants_fuzzers(arguments)
  if arguments.lockstep and not arguments.sanitized and (
      "sanitized" in (arguments.source or [])):
    raise Failed("with --lockstep nothing is built, so --sanitized must say "
                 "which program has sanitizers")
  return names


def wants_fuzzers(arguments):
  """Whether fuzz targets are to be run, given or built."""
  if arguments.fuzzers:
    if not os.path.isdir(arguments.fuzzers):
      raise Failed("%s: there is no such folder" % arguments.fuzzers)
    return True
  wanted = arguments.source or []
  if "fuzz" not in wanted and (wanted or arguments.lockstep):
    return False
  if arguments.lockstep:
    raise Failed("with --lockstep nothing is built, so --fuzzers must say "
                 "where fuzz targets are")
  return True


def given(path):
  """Where it is whatever is built meanwhile: bazel-bin points into the folder of
  the last build, and is moved by one in another mode.
  """
  found = os.path.realpath(path)
  if not os.path.exists(found):
    hint = (": bazel-bin is where the last build put its programs, so build "
            "this one again, in the mode that it is for"
            if "bazel-" in path else "")
    raise Failed("%s: there is no such program%s" % (path, hint))
  return found


def set_up(arguments):
  """The program that judges, and the names of its systems."""
  if arguments.lockstep:
    program = given(arguments.lockstep)
    return program, sources.systems_of(program)
  frame.set_up()
  return sources.built()


def set_up_sanitized(arguments, names):
  """The program with sanitizers; "" if none is wanted or given."""
  if arguments.lockstep or "sanitized" not in names:
    return given(arguments.sanitized) if arguments.sanitized else ""
  for name in ("ASAN_SYMBOLIZER_PATH", "UBSAN_SYMBOLIZER_PATH"):
    os.environ.setdefault(name, fuzz_target.SYMBOLIZER)
  [program] = [path for path in bazel.build(
      ROOT, None, ["//tools/cli:lockstep_asan"]) if path.endswith("_asan")]
  return program


def set_up_fuzzers(arguments):
  """The folder with the fuzz targets; "" if none are wanted."""
  if not wants_fuzzers(arguments) or arguments.fuzzers:
    return arguments.fuzzers or ""
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


def plan(arguments, names):
  """The jobs of these sources, and the setting that they were made for."""
  program, systems = set_up(arguments)
  if not os.path.isdir(arguments.traces):
    raise Failed("%s: there is no such folder" % arguments.traces)
  chosen_seed = arguments.seed
  if chosen_seed is None:
    chosen_seed = secrets.randbelow(1 << 32)
  sanitized = set_up_sanitized(arguments, names)
  fuzzers = set_up_fuzzers(arguments)

  def setting_of(seconds):
    return sources.Setting(program, arguments.traces, seconds, chosen_seed,
                           systems, sanitized, fuzzers, os.path.abspath(arguments.corpus))

  of_source = {s: s.systems(setting_of(0)) for s in SOURCES}
  timed = sum(len(of) for s, of in of_source.items() if s.is_timed)
  setting = setting_of(arguments.seconds or max(1, CORE_SECONDS // timed))
  known = list(dict.fromkeys(sum(of_source.values(), [])))
  chosen = choose(arguments.system, known, "system")
  jobs = [Job(s, system, s.processes(system, setting))
          for s, of in of_source.items() if s.name in names
          for system in of if system in chosen]
  if not jobs:
    raise Failed("no such source has scripts for such a system")
  return jobs, setting


def in_turns(jobs):
  """The processes, source by source; of each job's the first, then the second.
  """
  numbered = [(SOURCES.index(job.source), i, process) for job in jobs
              for i, process in enumerate(job.processes)]
  return [process for _, _, process in sorted(
      numbered, key=lambda entry: entry[:2])]


def verify(arguments):
  names = chosen_sources(arguments)
  with folder.taken(arguments.output):
    jobs, setting = plan(arguments, names)
    moved = folder.move_earlier(arguments.output)
    pool = processes.Pool(in_turns(jobs), arguments.jobs)
    campaign = Campaign(jobs, pool, setting, arguments)
    print("seed %d, %g s for each source and system, %d at a time" % (
        setting.seed, setting.seconds, arguments.jobs))
    if moved:
      print(moved)
    asyncio.run(run(jobs, pool, campaign.on_job))
    return campaign.finish()


def judged(arguments):
  """What verify() returns, unless not all of it could be printed."""
  output = standard_output.install()
  code = verify(arguments)
  if output.is_lost:
    raise Failed("standard output cannot be written; the report is in %s" %
                 arguments.output)
  return code


def main():
  return frame.run("verify", lambda: judged(parse()))
