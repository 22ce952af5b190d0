"""tools/zoo: which bugs the suite catches, with what, and how fast."""

import argparse
import asyncio
import os
import sys

import bazel
import frame
import machine
import processes
import zoo_animals
import zoo_matrix
import zoo_sources
import zoo_trial

from command_line import count, positive, seed
from frame import HELD, INTERRUPTED, ROOT, VIOLATED, Failed


DESCRIPTION = """\
Builds the suite against copies of allocator/ with one bug each (the animals of
tests/zoo), and lets every source of scripts loose on each. Two baselines stand
beside it: AddressSanitizer with random calls and no oracle (asan), and the
allocator's own audit (audit). What was measured is kept, so that a run that was
interrupted goes on where it was.
"""
EPILOG = """\
sources:
  %s

exit codes:
  0 every bug was killed and every control lives, 1 not so, or a source did not
  run, 2 bad usage, or something did not build, 130 interrupted
""" % " ".join(zoo_sources.ALL)


def parse():
  parser = argparse.ArgumentParser(
      prog="tools/zoo", description=DESCRIPTION, epilog=EPILOG,
      formatter_class=argparse.RawDescriptionHelpFormatter)
  add = parser.add_argument
  add("--animal", action="append", metavar="NAME", help="only this animal, or "
      "those of this component; may be repeated")
  add("--source", action="append", metavar="NAME", help="only this source; may "
      "be repeated")
  add("--seconds", type=positive, metavar="N", default=2.0, help="the budget "
      "of each source for each animal (default: %(default)g)")
  add("--seed", type=seed, metavar="S", default=1, help="of what is random "
      "(default: %(default)s)")
  add("--jobs", type=count, metavar="N", default=len(os.sched_getaffinity(0)),
      help="so many processes at a time (default: %(default)s, the cores)")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/zoo"),
      help="for the matrix, as zoo-matrix.md, zoo-matrix.svg and zoo.json, and "
      "what is kept (default: out/zoo)")
  add("--programs", metavar="FOLDER", help="with the animals as they were "
      "built; nothing is built")
  return parser.parse_args()


def chosen(names, known, what):
  unknown = [n for n in names or [] if n not in known]
  if unknown:
    raise Failed("there is no %s called %s; see --help" % (what, unknown[0]))
  return names or list(known)


def animals_of(arguments):
  animals = zoo_animals.load(os.path.join(ROOT, "tests/zoo/animals"))
  names = {a.name for a in animals} | {a.fields["component"] for a in animals}
  picked = set(chosen(arguments.animal, sorted(names), "animal"))
  return [a for a in animals
          if a.name in picked or a.fields["component"] in picked]


def build(animals, arguments):
  """Each animal is told of its programs."""
  if arguments.programs:
    files = [os.path.join(arguments.programs, f)
             for f in sorted(os.listdir(arguments.programs))]
  else:
    frame.set_up()
    files = bazel.build(ROOT, "opt", [
        "//tests/zoo:%s_all" % animal.name for animal in animals])
  zoo_animals.house(animals, files)
  empty = [a.name for a in animals if "lockstep" not in a.programs]
  if empty:
    raise Failed("%s was not built" % empty[0])


async def run(trials, jobs):
  left = [t for t in trials if not t.recall()]
  if len(left) < len(trials):
    print("%d of %d trials are kept from before" % (
        len(trials) - len(left), len(trials)), flush=True)
  ended = 0

  def on_end(trial):
    nonlocal ended
    ended += 1
    if trial.result is not None:
      print("%d of %d  %s, %s: %s" % (
          ended, len(left), trial.animal.name, trial.source,
          zoo_matrix.cell_text(trial.result)), flush=True)

  pool = processes.Pool(left, jobs)
  try:
    await pool.run(on_end)
  finally:
    pool.kill()
  return pool.is_interrupted


def zoo(arguments):
  wanted = chosen(arguments.source, list(zoo_sources.ALL), "source")
  animals = animals_of(arguments)
  build(animals, arguments)
  kept = os.path.join(arguments.output, "results")
  os.makedirs(kept, exist_ok=True)
  setting = zoo_sources.setting_for(
      ROOT, arguments.seconds, arguments.seed)
  circumstances = (arguments.seconds, arguments.seed, arguments.jobs,
                   machine.processor())
  trials = [zoo_trial.Trial(animal, source, setting, circumstances, kept)
            for animal in animals for source in zoo_sources.ALL
            if source in wanted]
  trials = [trial for trial in trials if trial.applies]
  if not trials:
    raise Failed("nothing is there to try: such a source is none for such an "
                 "animal")
  is_interrupted = asyncio.run(run(trials, arguments.jobs))
  return report(zoo_matrix.Matrix(trials), arguments, is_interrupted)


def report(matrix, arguments, is_interrupted):
  import display
  zoo_matrix.show(matrix, display.console)
  print("\n".join(matrix.summary()))
  for name, fault in matrix.faults().items():
    print("%s: %s (%s)" % (name, fault, matrix.by_name[name].fields["what"]))
  if is_interrupted:
    print("interrupted, so no page is written; the same command goes on from "
          "here")
    return INTERRUPTED
  setting = "seed %d, %g s for each source and animal, %d at a time" % (
      arguments.seed, arguments.seconds, arguments.jobs)
  chosen_only = ["only " + ", ".join(names) for names in (
      arguments.animal, arguments.source) if names]
  zoo_matrix.save(matrix, arguments.output, "; ".join(
      ["%s, on %s" % (setting.capitalize(), machine.processor())] +
      chosen_only))
  print("%s, written to %s" % (setting, display.shown(arguments.output)))
  return VIOLATED if matrix.faults() else HELD


if __name__ == "__main__":
  sys.exit(frame.run("zoo", lambda: zoo(parse())))
