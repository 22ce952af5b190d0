"""tools/zoo: which bugs the suite catches, with what, and how fast."""

import glob
import itertools
import os

from bugs import animals, components, machine, matrix
from bugs.kept import Kept
from bugs.trial import Trial
from lib import bazel, frame, host, screen, sources
from lib.arguments import add_jobs, choose, parser_of, positive, seed
from lib.frame import HELD, INTERRUPTED, ROOT, VIOLATED, Failed


def parse():
  parser = parser_of("bugs", "zoo", words=" ".join(components.SOURCES))
  add_jobs(parser)
  add = parser.add_argument
  add("--animal", action="append", metavar="NAME", help="only this animal, or "
      "those of this component; may be repeated")
  add("--source", action="append", metavar="NAME", help="only this source; may "
      "be repeated")
  add("--seconds", type=positive, metavar="N", default=2.0, help="the budget "
      "of each source for each animal (default: %(default)g)")
  add("--seed", type=seed, metavar="S", default=1, help="of what is random "
      "(default: %(default)s)")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/zoo"),
      help="for the matrix, as zoo-matrix.md and zoo.json, and what is kept "
      "(default: out/zoo)")
  add("--programs", metavar="FOLDER", help="with the programs that were built; "
      "nothing is built")
  return parser.parse_args()


def animals_of(arguments):
  all_ = animals.load(glob.glob(os.path.join(ROOT, "tests/bugs/animals/*")))
  names = [*components.COMPONENTS, *(a.name for a in all_)]
  picked = set(choose(arguments.animal, names, "animal"))
  return [a for a in all_
          if a.name in picked or a.fields["component"] in picked]


def programs_of(picked, wanted, setting, find):
  """{(component, source): Programs}"""
  names = dict.fromkeys(a.fields["component"] for a in picked)
  return {(name, source): components.programs_of(
      source, components.COMPONENTS[name], find, setting)
          for name in names for source in components.SOURCES
          if source in wanted}


def build(picked, wanted, setting):
  """Where what is needed was built: by its configuration and name."""
  needed = {"opt": ["copy"]}

  def need(config, name):
    needed.setdefault(config, []).append("copy_" + name)
    return name

  programs_of(picked, wanted, setting, need)
  frame.set_up()
  return {(config, os.path.basename(path)): path
          for config, names in needed.items()
          for path in bazel.build(ROOT, config, [
              "//tests/bugs:" + name for name in dict.fromkeys(names)])}


def files_in(folder):
  """The same, of a folder with what was built."""
  paths = [os.path.join(folder, name) for name in os.listdir(folder)]
  paths.append(os.path.join(folder, "copy", machine.TABLE))
  return {(config, os.path.basename(path)): path
          for path in paths for config in ("opt", "asan", "tsan")}


def trials_of(picked, wanted, arguments):
  setting = sources.Setting("", os.path.join(ROOT, "tests/traces"),
                            arguments.seconds, arguments.seed)
  files = (files_in(arguments.programs) if arguments.programs else
           build(picked, wanted, setting))

  def find(config, name):
    if (config, "copy_" + name) not in files:
      raise Failed("copy_%s was not built" % name)
    return files[config, "copy_" + name]

  numbers = machine.table_in(os.path.dirname(
      files["opt", machine.TABLE]))["animals"]
  programs = programs_of(picked, wanted, setting, find)
  for program in sum(programs.values(), []):
    program.seal(arguments.seconds, arguments.seed, arguments.jobs,
                 host.processor())
  kept = Kept(arguments.output)
  for animal in picked:
    animal.number = numbers[animal.name]
    for source in components.SOURCES:
      its = programs.get((animal.fields["component"], source))
      if its:
        yield source, Trial(animal, its, kept)


def run(cells, jobs):
  """Whether it was interrupted."""
  names = {trial: source for source, trial in cells}
  known = sum(trial.is_known for trial in names)
  if known:
    print("%d of %d trials are kept from before" % (known, len(names)),
          flush=True)
  ended = itertools.count(1)

  def on_end(trial):
    number = next(ended)
    if trial.has_ended:
      print("%d of %d  %s, %s: %s" % (
          number, len(names), trial.bug.name, names[trial],
          matrix.cell_text(trial.result())), flush=True)

  return machine.run(list(names), jobs, on_end)


def zoo(arguments):
  wanted = choose(arguments.source, components.SOURCES, "source")
  cells = list(trials_of(animals_of(arguments), wanted, arguments))
  if not cells:
    raise Failed("nothing is there to try: such a source is none for such an "
                 "animal")
  is_interrupted = run(cells, arguments.jobs)
  return report(matrix.Matrix(cells), arguments, is_interrupted)


def report(table, arguments, is_interrupted):
  matrix.show(table)
  print("\n".join(table.summary()))
  for name, fault in table.faults().items():
    print("%s: %s (%s)" % (name, fault, table.by_name[name].fields["what"]))
  if is_interrupted:
    print("interrupted, so no page is written; the same command goes on from "
          "here")
    return INTERRUPTED
  setting = "seed %d, %g s for each source and animal, %d at a time" % (
      arguments.seed, arguments.seconds, arguments.jobs)
  chosen_only = ["only " + ", ".join(names) for names in (
      arguments.animal, arguments.source) if names]
  matrix.save(table, arguments.output, "; ".join(
      ["%s, on %s" % (setting.capitalize(), host.processor())] + chosen_only))
  print("%s, written to %s" % (setting, screen.shown(arguments.output)))
  return VIOLATED if table.faults() else HELD


def main():
  return frame.run("zoo", lambda: zoo(parse()))
