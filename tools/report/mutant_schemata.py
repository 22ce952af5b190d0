"""One copy of the sources in which every mutant sleeps.

Where the sources can be changed, the copy asks IsMutant(number) whether it is
to be so in this run: see tests/mutants/mutant.h. So all mutants are built at
once. What the compiler does not take is left out, and said in the table.
"""

import argparse
import dataclasses
import json
import os
import re
import subprocess
import sys

import mutant_ast
import mutant_finder

HEADER = '#include "tests/mutants/mutant.h"\n#line 1 "%s"\n'
ERROR = re.compile(r"^([^\s:]+):(\d+):(\d+): (?:fatal )?error: (.*)$",
                   re.MULTILINE)
# The first are what platform.h distinguishes.
MODES = [[], ["-fsanitize=address"]]


def asks(number):
  return "::lockstep::IsMutant(%d)" % number


@dataclasses.dataclass
class Place:
  """All that may stand in one place instead of what stands there."""
  begin: int
  end: int
  points: list  # With the text of each.
  inner: list


def places(points):
  """Those of a file, nested as their texts are."""
  by_extent = {}
  for point in points:
    by_extent.setdefault((point.begin, point.end), []).append(
        (point, point.text))
    if point.second:
      begin, end, text = point.second
      by_extent.setdefault((begin, end), []).append((point, text))
  outermost = Place(0, sys.maxsize, [], [])
  open_ = [outermost]
  for begin, end in sorted(by_extent, key=lambda e: (e[0], -e[1])):
    while open_[-1].end <= begin:
      open_.pop()
    if end > open_[-1].end:
      raise ValueError("places cross: %s" % by_extent[begin, end])
    place = Place(begin, end, by_extent[begin, end], [])
    open_[-1].inner.append(place)
    open_.append(place)
  return outermost.inner


def written(text, begin, end, inner):
  """The text from begin to end, with the places that are in it."""
  parts = []
  for place in inner:
    parts += [text[begin:place.begin], place_text(text, place)]
    begin = place.end
  return "".join(parts) + text[begin:end]


def place_text(text, place):
  now = written(text, place.begin, place.end, place.inner)
  point = place.points[0][0]
  if point.operator == "statement":
    return "{ if (!%s) { %s } }" % (asks(point.number), now)
  if point.declares:
    return "%s; %s ? !%s : !!%s" % (
        now, asks(point.number), point.declares, point.declares)
  is_bool = any(p.condition for p, _ in place.points)
  return "(%s%s)" % ("".join(
      alternative(p, t, is_bool) for p, t in place.points), as_bool(
          now, is_bool))


def alternative(point, text, is_bool):
  return "%s ? %s : " % (asks(point.number), as_bool(text, is_bool))


def as_bool(text, is_bool):
  return "%s(%s)" % ("!!" if is_bool else "", text)


class Copy:
  """The sources, with the mutants in them that are still believed in."""

  def __init__(self, texts, points):
    self.texts = texts
    self.points = points
    self.files = {}  # As they were written last.

  def write(self, folder):
    for file, text in self.texts.items():
      valid = [p for p in self.points if p.file == file and not p.invalid]
      body = written(text, 0, len(text), places(valid))
      self.files[file] = HEADER % file + body
      path = os.path.join(folder, file)
      os.makedirs(os.path.dirname(path), exist_ok=True)
      with open(path, "w", encoding="utf-8") as out:
        out.write(self.files[file])

  def blame(self, errors):
    """Marks the mutants that the errors stand in; whether any was."""
    blamed = False
    for file, line, column, message in set(errors):
      file = os.path.normpath(file)
      for point in self._at(file, int(line), int(column)):
        blamed = blamed or not point.invalid
        point.invalid = message
    return blamed

  def _at(self, file, line, column):
    text = self.files.get(file)
    if text is None:
      return []
    at = starts_of_lines(text)[line + HEADER.count("\n") - 1] + column - 1
    valid = [p for p in self.points if p.file == file and not p.invalid]
    hit = [p for p in valid if any(
        begin <= at < end for begin, end in self._extents(p, text))]
    # Of a list, the error stands where it is used.
    return hit or [p for p in valid if p.second and p.line == line]

  def _extents(self, point, text):
    for shown in [point.text] + ([point.second[2]] if point.second else []):
      for is_bool in (False, True):
        wanted = alternative(point, shown, is_bool)
        begin = text.find(wanted)
        if begin >= 0:
          yield begin, begin + len(wanted)


def starts_of_lines(text):
  return [0] + [m.end() for m in re.finditer("\n", text)]


def check(arguments, copy):
  """Until the compiler takes the copy."""
  includes = ["-I" + arguments.output] + arguments.flag
  for unit in arguments.unit:
    for mode in MODES:
      # A source of which there is a copy is itself what is to be checked.
      copied = os.path.join(arguments.output, unit)
      words = [arguments.compiler, *includes, *mode, "-w", "-fsyntax-only",
               "-ferror-limit=0", "-fno-caret-diagnostics",
               copied if unit in copy.texts else unit]
      while True:
        done = subprocess.run(words, capture_output=True, text=True,
                              check=False)
        if done.returncode == 0:
          break
        if not copy.blame(ERROR.findall(done.stderr)):
          raise mutant_ast.Failed("%s: no mutant explains this:\n%s" % (
              unit, done.stderr))
        copy.write(arguments.output)


def generate(arguments):
  sys.setrecursionlimit(10000)
  texts = {}
  for file in arguments.source:
    with open(file, encoding="utf-8") as source:
      texts[os.path.normpath(file)] = source.read()
  nodes = [node for unit in arguments.unit for mode in MODES
           for node in mutant_ast.parse(arguments.compiler, unit,
                                        arguments.flag + mode, "lockstep")]
  copy = Copy(texts, mutant_finder.find(nodes, texts))
  copy.write(arguments.output)
  check(arguments, copy)
  with open(arguments.table, "w", encoding="utf-8") as table:
    json.dump([dataclasses.asdict(p) for p in copy.points], table, indent=1)


def main():
  parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
  add = parser.add_argument
  add("--compiler", required=True, metavar="CLANG")
  add("--flag", action="append", default=[], help="for the compiler")
  add("--unit", action="append", required=True, metavar="FILE",
      help="what is compiled: it includes and instantiates the sources")
  add("--output", required=True, metavar="FOLDER", help="for the copy")
  add("--table", required=True, metavar="FILE", help="for the mutants, as JSON")
  add("source", nargs="+", help="what is changed")
  try:
    generate(parser.parse_args())
  except (mutant_ast.Failed, OSError) as error:
    print("mutant_schemata: %s" % error, file=sys.stderr)
    return 1
  return 0


if __name__ == "__main__":
  sys.exit(main())
