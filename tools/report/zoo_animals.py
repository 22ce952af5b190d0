"""The animals of tests/zoo: bugs that are planted, as their patches say."""

import dataclasses
import os
import re

# What an animal is built into, behind its name.
PROGRAM = re.compile(
    r"lockstep|baseline|baseline_asan|unit(_\w+)?|threads_\w+|fuzz_\w+")


@dataclasses.dataclass
class Animal:
  name: str
  path: str  # Of the patch.
  fields: dict  # The lines of its header.
  programs: dict = dataclasses.field(default_factory=dict)  # By kind.

  @property
  def is_control(self):
    """Nothing observable is changed: it must live."""
    return self.fields.get("control") == "yes"

  @property
  def is_placement_only(self):
    """It must be killed, but not by the shadow."""
    return self.fields.get("only") == "placement"

  def of_kind(self, kind):
    """The programs whose kind begins so, as (what follows, path)."""
    return [(known[len(kind):], path)
            for known, path in sorted(self.programs.items())
            if known.startswith(kind)]

  @property
  def systems(self):
    return [system for system, _ in self.of_kind("fuzz_")]


def load(folder):
  animals = []
  for file in sorted(os.listdir(folder)):
    name, extension = os.path.splitext(file)
    if extension == ".patch":
      path = os.path.join(folder, file)
      animals.append(Animal(name, path, header_of(path)))
  return animals


def header_of(path):
  """Up to the first empty line: field, colon, text."""
  fields = {}
  with open(path, encoding="utf-8") as lines:
    for line in lines:
      if not line.strip():
        return fields
      field, _, text = line.partition(": ")
      fields[field] = text.strip()
  return fields


def house(animals, files):
  """Gives each the programs that were built of it."""
  by_name = {os.path.basename(path): path for path in files}
  for animal in animals:
    for file, path in by_name.items():
      kind = file[len(animal.name) + 1:]
      if file.startswith(animal.name + "_") and PROGRAM.fullmatch(kind):
        animal.programs[kind] = path
