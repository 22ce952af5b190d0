"""Which lines and branches were reached, as llvm-cov exports it.

A template is one text, however many instances it has: a line or branch of it is
reached when it is in any of them.
"""

import collections
import json

Count = collections.namedtuple("Count", "reached of")
# Something that was not reached: a line, or one way that a branch may go.
Gap = collections.namedtuple("Gap", "file line kind text")
# From here to the next one, code that ran so many times.
Segment = collections.namedtuple(
    "Segment", "line column count has_count is_entry is_gap")
LINE, TRUE, FALSE = "line", "true", "false"


class FileReach:

  def __init__(self):
    self.lines = {}  # Number: whether it was reached.
    self.skipped = set()  # Numbers of lines that are comments, or left out.
    self.branches = {}  # Where its condition stands: [true, false].

  def add(self, other):
    for number, is_reached in other.lines.items():
      self.lines[number] = is_reached or self.lines.get(number, False)
    self.skipped |= other.skipped
    for place, ways in other.branches.items():
      mine = self.branches.setdefault(place, [False, False])
      for way, is_reached in enumerate(ways):
        mine[way] |= is_reached

  def leave_out_comments(self):
    self.lines = {number: is_reached
                  for number, is_reached in self.lines.items()
                  if is_reached or number not in self.skipped}

  def line_count(self):
    return Count(sum(self.lines.values()), len(self.lines))

  def branch_count(self):
    return Count(sum(map(sum, self.branches.values())), 2 * len(self.branches))

  def gaps(self, name, text):
    """`text` has the file's lines."""
    for number, is_reached in sorted(self.lines.items()):
      if not is_reached:
        yield Gap(name, number, LINE, text[number - 1].strip())
    for place, ways in sorted(self.branches.items()):
      for kind, is_reached in zip((TRUE, FALSE), ways):
        if not is_reached:
          yield Gap(name, place[0], kind, cut(text, place))


class Reach:
  """Of files, by their names from the top of the checkout."""

  def __init__(self):
    self.files = {}

  def add(self, other):
    for name, file in other.files.items():
      self.files.setdefault(name, FileReach()).add(file)

  def within(self, folder):
    return {name: file for name, file in sorted(self.files.items())
            if name.startswith(folder)}

  def counts(self, folder):
    files = self.within(folder).values()
    return {"lines": total(f.line_count() for f in files),
            "branches": total(f.branch_count() for f in files)}

  def leave_out_comments(self):
    """In a program that does not use a function, its comments pass for code. So
    this is for all programs of a build, not for each.
    """
    for file in self.files.values():
      file.leave_out_comments()


def total(counts):
  return Count(*map(sum, zip((0, 0), *counts)))


def cut(text, place):
  first, first_column, last, last_column = place
  if first == last:
    return text[first - 1][first_column - 1:last_column - 1]
  lines = [text[first - 1][first_column - 1:], *text[first:last - 1],
           text[last - 1][:last_column - 1]]
  return " ".join(line.strip() for line in lines)


def read(exported):
  """Of the JSON text that llvm-cov export prints."""
  result = Reach()
  for data in json.loads(exported)["data"]:
    for fields in data["files"]:
      file = FileReach()
      file.lines, file.skipped = lines_of(fields["segments"])
      for branch in fields["branches"]:
        ways = file.branches.setdefault(tuple(branch[:4]), [False, False])
        ways[0] |= branch[4] > 0
        ways[1] |= branch[5] > 0
      result.files.setdefault(fields["filename"], FileReach()).add(file)
  return result


def starts_skipped(segment):
  return segment.is_entry and not segment.has_count


def lines_of(segments):
  """Which lines were reached, and which are skipped.

  As llvm-cov counts a line: as often as what it begins in, or the most of what
  begins in it. But where it begins in a gap, such as lies behind a block that
  may return, the first code in it counts, and not the gap.
  """
  by_line = collections.defaultdict(list)
  for fields in segments:
    by_line[fields[0]].append(Segment(*fields))
  lines, skipped, wrapped = {}, set(), None
  for number in range(min(by_line, default=0), max(by_line, default=-1) + 1):
    here = by_line.get(number, [])
    starts = [s for s in here if s.has_count and s.is_entry and not s.is_gap]
    is_wrapped = wrapped is not None and wrapped.has_count
    is_skipped = bool(here) and starts_skipped(here[0])
    if starts or (is_wrapped and not is_skipped):
      counts = [s.count for s in starts]
      if is_wrapped and not wrapped.is_gap:
        counts.append(wrapped.count)
      elif is_wrapped:
        counts += [s.count for s in here if s.has_count and not s.is_gap][:1]
      if counts:
        lines[number] = max(counts) > 0
    elif is_skipped or (wrapped is not None and starts_skipped(wrapped)):
      skipped.add(number)
    if here:
      wrapped = here[-1]
  return lines, skipped
