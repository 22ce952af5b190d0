"""One copy of the sources in which every bug sleeps: mutants and animals.

Where the sources can be changed, the copy asks IsAwake(number) whether they are
to be so in this run: see tests/bugs/awake.h. So all bugs are built at once. A
mutant that the compiler does not take is left out, and the table says so; an
animal that does not fit is an error.
"""

import argparse
import dataclasses
import json
import os
import re
import subprocess
import sys

from bugs import animals, finder, syntax

HEADER = '#include "tests/bugs/awake.h"\n'
ERROR = re.compile(r"^(.+?):(\d+):\d+: (?:fatal )?error: (.*)$", re.MULTILINE)
# For awake.cc: of each bug, the bodies that it is in.
BODIES = "bodies.inc"
# What the text of a bug claims to stand in: that is what the compiler blames.
MUTANT, ANIMAL = "mutant", "animal "
# The first are what platform.h distinguishes.
MODES = [[], ["-fsanitize=address"]]


def asks(number):
  return "::lockstep::IsAwake(%d)" % number


@dataclasses.dataclass
class Place:
  """All that may stand in one place instead of what stands there."""
  begin: int
  end: int
  points: list  # With the text of each.
  inner: list = dataclasses.field(default_factory=list)
  zoo: list = None  # Of a function's body: the animals in it, with its texts,
  number: int = 0  # and which of all bodies it is.

  def numbers(self):
    """Of all mutants in it."""
    return [p.number for p, _ in self.points] + [
        number for place in self.inner for number in place.numbers()]


def places(points, bodies):
  """Those of a file, nested as their texts are; `bodies` are those of functions.
  """
  found = {(b.begin, b.end): b for b in bodies}
  for point in points:
    for begin, end, text in [(point.begin, point.end, point.text)] + (
        [point.second] if point.second else []):
      place = found.setdefault((begin, end), Place(begin, end, []))
      place.points.append((point, text))
  outermost = Place(0, sys.maxsize, [])
  open_ = [outermost]
  for begin, end in sorted(found, key=lambda e: (e[0], -e[1])):
    while open_[-1].end <= begin:
      open_.pop()
    if end > open_[-1].end:
      raise ValueError("places cross: %s" % found[begin, end])
    open_[-1].inner.append(found[begin, end])
    open_.append(found[begin, end])
  return outermost.inner


class File:
  """A source, and what is written in its place."""

  def __init__(self, name, text):
    self._name = name
    self._text = text

  def written(self, inner, begin=0, end=None):
    """The text from begin to end, with the places that are in it."""
    parts = []
    for place in inner:
      parts += [self._text[begin:place.begin], self._place(place)]
      begin = place.end
    return "".join(parts) + self._text[begin:end]

  def _place(self, place):
    now = self.written(place.inner, place.begin, place.end)
    if place.zoo is not None:
      return self._body(now, place)
    point = place.points[0][0]
    if point.operator == "statement":
      return "{ if (!%s) { %s } }" % (asks(point.number), now)
    if point.declares:
      return "%s; %s ? !%s : !!%s" % (
          now, asks(point.number), point.declares, point.declares)
    sign = "!!" if any(p.condition for p, _ in place.points) else ""
    return "(%s%s(%s))" % ("".join("%s ? %s : " % (
        asks(p.number), self._blamed(
            MUTANT, p.number, "%s(%s)" % (sign, text), place.begin))
        for p, text in place.points), sign, now)

  def _body(self, now, place):
    """That of each animal or with the mutants; or as it was, so that what is
    asleep costs little.
    """
    numbers = place.numbers()
    clean = self._text[place.begin:place.end]
    if not (numbers or place.zoo):
      return clean
    parts = ["if (%s) %s" % (asks(a.number), self._blamed(
        ANIMAL + a.name, 1, text, place.begin)) for a, text in place.zoo]
    return "{ if (::lockstep::HasBugAwake(%d, %d, %d)) { %s } else %s%s }" % (
        place.number, min(numbers, default=0), max(numbers, default=-1),
        " else ".join(parts + [now]), self._line(place.begin), clean)

  def _blamed(self, name, line, text, at):
    return '\n#line %d "%s"\n%s%s' % (line, name, text, self._line(at))

  def _line(self, at):
    """What follows stands in the source, at that place."""
    return '\n#line %d "%s"\n' % (
        self._text.count("\n", 0, at) + 1, self._name)


class Copy:
  """The sources, with the animals, and the mutants that are still believed in.
  """

  def __init__(self, texts, points, zoo, bodies):
    self.texts = texts
    self.points = points
    self._bodies = sorted(outermost(bodies))
    self._changed = [(a, animals.bodies_of(a, texts, bodies)) for a in zoo]

  def write(self, folder):
    pairs = []
    for file, text in self.texts.items():
      valid = [p for p in self.points if p.file == file and not p.invalid]
      bodies = [Place(begin, end, [], zoo=[
          (a, changed[of, begin, end]) for a, changed in self._changed
          if (of, begin, end) in changed], number=number)
                for number, (of, begin, end) in enumerate(self._bodies)
                if of == file]
      path = os.path.join(folder, file)
      os.makedirs(os.path.dirname(path), exist_ok=True)
      with open(path, "w", encoding="utf-8") as out:
        out.write(HEADER + '#line 1 "%s"\n' % file +
                  File(file, text).written(places(valid, bodies)))
      pairs += ["{%d, %d},\n" % (body.number, bug) for body in bodies
                for bug in [a.number for a, _ in body.zoo] + body.numbers()]
    with open(os.path.join(folder, BODIES), "w", encoding="utf-8") as out:
      out.writelines(pairs)

  def blame(self, errors):
    """Marks the mutants that the errors stand in; whether there was one."""
    valid = [p for p in self.points if not p.invalid]
    for file, line, message in sorted(set(errors)):
      if file.startswith(ANIMAL):
        raise animals.Misplaced("%s: the compiler says: %s" % (
            file.removeprefix(ANIMAL), message))
      file, line = os.path.normpath(file), int(line)
      for point in valid:
        # Of a list, the error stands where it is used.
        if (file == MUTANT and point.number == line or
            point.second and (file, line) == (point.file, point.line)):
          point.invalid = message
    return any(p.invalid for p in valid)


def outermost(bodies):
  return [b for b in bodies if not any(
      o != b and o[0] == b[0] and o[1] <= b[1] and b[2] <= o[2]
      for o in bodies)]


def check(arguments, copy):
  """Until the compiler takes the copy."""
  for unit in arguments.unit:
    for mode in MODES:
      # A source of which there is a copy is itself what is to be checked.
      copied = os.path.join(arguments.output, unit)
      words = [arguments.compiler, "-I" + arguments.output, *arguments.flag,
               *mode, "-w", "-fsyntax-only", "-ferror-limit=0",
               "-fno-caret-diagnostics", copied if unit in copy.texts else unit]
      while True:
        done = subprocess.run(words, capture_output=True, text=True,
                              check=False)
        if done.returncode == 0:
          break
        if not copy.blame(ERROR.findall(done.stderr)):
          raise syntax.Failed("%s: no mutant explains this:\n%s" % (
              unit, done.stderr))
        copy.write(arguments.output)


def generate(arguments):
  sys.setrecursionlimit(10000)
  texts = {}
  for file in arguments.source:
    with open(file, encoding="utf-8") as source:
      texts[os.path.normpath(file)] = source.read()
  # The units would do, but what they instantiate is most of what clang writes.
  nodes = [node for mode in MODES for node in syntax.parse(
      arguments.compiler, texts, arguments.flag + mode, "lockstep")]
  points, bodies = finder.find(nodes, texts)
  zoo = animals.load(arguments.animal)
  for number, animal in enumerate(zoo, len(points) + 1):
    animal.number = number
  copy = Copy(texts, points, zoo, bodies)
  copy.write(arguments.output)
  check(arguments, copy)
  with open(arguments.table, "w", encoding="utf-8") as table:
    json.dump({"mutants": [dataclasses.asdict(p) for p in copy.points],
               "animals": {a.name: a.number for a in zoo}}, table, indent=1)


def main():
  parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
  add = parser.add_argument
  add("--compiler", required=True, metavar="CLANG")
  add("--flag", action="append", default=[], help="for the compiler")
  add("--unit", action="append", required=True, metavar="FILE",
      help="what is compiled: it includes and instantiates the sources")
  add("--animal", action="append", default=[], metavar="FILE",
      help="the patch of an animal; may be repeated")
  add("--output", required=True, metavar="FOLDER", help="for the copy")
  add("--table", required=True, metavar="FILE", help="for the bugs, as JSON")
  add("source", nargs="+", help="what is changed")
  try:
    generate(parser.parse_args())
  except (animals.Misplaced, syntax.Failed, OSError) as error:
    print("weave: %s" % error, file=sys.stderr)
    return 1
  return 0
