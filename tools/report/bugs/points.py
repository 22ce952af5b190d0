"""Changes of a text: what a mutant is."""

import dataclasses
import re

RELATIVES = {
    "<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"], ">=": [">", "<="],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"],
    "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["|"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "|=": ["&="],
    "&=": ["|="], "^=": ["|="], "<<=": [">>="], ">>=": ["<<="],
}
FAMILIES = {
    "comparison": "< <= > >= == !=".split(),
    "logic": ["&&", "||"],
    "bits": "<< >> & | ^ <<= >>= &= |= ^=".split(),
    "arithmetic": "+ - * / % += -= *= /=".split(),
}
FAMILY = {o: family for family, all_ in FAMILIES.items() for o in all_}
ORDERS = {"std::memory_order_acquire", "std::memory_order_release"}
RELAXED = "std::memory_order_relaxed"
OPERATORS = [*FAMILIES, "step", "negation", "constant", "condition",
             "statement", "arguments", "order", "error"]


@dataclasses.dataclass
class Point:
  """A change of the text [begin, end) of a file."""
  operator: str  # Of OPERATORS.
  file: str
  function: str
  begin: int
  end: int
  before: str
  after: str
  text: str  # That stands there instead; of a statement: nothing.
  # What stands in no function that runs: only a program that was built with
  # the mutant shows it. "function": it may do both.
  constant: str
  condition: bool = False  # The text is made a bool of.
  declares: str = ""  # The variable that a condition declares.
  second: tuple = None  # The same: begin, end and text of another place.
  number: int = 0
  line: int = 0
  source: str = ""  # The line.
  ordinal: int = 0  # Of the same changes in the same lines of a function.
  invalid: str = ""  # Why the compiler does not take it.

  def key(self):
    """Survives changes elsewhere in the file."""
    return (self.file, self.function, self.source, self.change())

  def title(self):
    return "%s:%d  %s" % (self.file, self.line, self.change())

  def change(self):
    words = "%s -> %s" % (self.before, self.after or "(deleted)")
    return words + (" #%d" % (self.ordinal + 1) if self.ordinal else "")


def without_comments(text):
  return re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)


def flat(text):
  """In one line, so that no line of a file changes its number."""
  return re.sub(r"\s+", " ", without_comments(text)).strip()


def alike(one, other):
  """Whether either may well stand for the other: the compiler decides."""
  types = [re.sub(r"\bconst\b|&", "", n.type()).strip() for n in (one, other)]
  if {"PackExpansionExpr", "DesignatedInitExpr"} & {one.kind, other.kind}:
    return False
  if any("dependent" in t for t in types) or types[0] == types[1]:
    return True
  return all(t.endswith("*") for t in types) or all(
      re.fullmatch(r"(unsigned |long |int|char|bool|short|std::size_t)+", t)
      for t in types)


def number(points):
  """In the order of the text; those that look alike are told apart."""
  points = sorted(points,
                  key=lambda p: (p.file, p.begin, -p.end, p.operator, p.after))
  seen = {}
  for i, point in enumerate(points, 1):
    point.number = i
    seen[point.key()] = point.ordinal = seen.get(point.key(), -1) + 1
  return points
