"""C++ as clang parses it: nodes that know their file and where in it they are.

Templates are there as they were written, and not as they are instantiated: that
is what a person changes.
"""

import json
import os
import subprocess

# What is derived from what stands elsewhere in the text.
DERIVED = {"ClassTemplateSpecializationDecl", "VarTemplateSpecializationDecl",
           "CXXDefaultArgExpr", "CXXDefaultInitExpr"}
FUNCTIONS = {"FunctionDecl", "CXXMethodDecl", "CXXConstructorDecl",
             "CXXDestructorDecl", "CXXConversionDecl"}


class Failed(Exception):
  """clang did not parse it; it has said why."""


class Node:
  """One of clang's. Its extent is None where no text of its own stands."""

  def __init__(self, raw, extent, children):
    self.kind = raw.get("kind", "")
    self.raw = raw
    self.extent = extent  # (file, begin, end), the end one past.
    self.children = children

  @property
  def name(self):
    return self.raw.get("name", "")

  def type(self):
    written = self.raw.get("type", {})
    return written.get("desugaredQualType", written.get("qualType", ""))

  def walk(self):
    yield self
    for child in self.children:
      yield from child.walk()


class Reader:
  """From JSON, in which a file is named only where it differs from the last."""

  def __init__(self):
    self._file = ""

  def node(self, raw):
    extent, children = None, []
    for key, value in raw.items():
      if key == "range":
        begin, end = self._place(value["begin"]), self._place(value["end"])
        if begin and end and begin[0] == end[0]:
          extent = (begin[0], begin[1], end[1] + end[2])
      elif key == "inner":
        children = [self.node(child) for child in value]
      else:
        self._follow(value)
    node = Node(raw, extent, children)
    node.children = list(_as_written(node))
    return node

  def _place(self, raw):
    """Of what a macro stands for: nowhere."""
    self._follow(raw)
    if "offset" not in raw:
      return None
    return self._file, raw["offset"], raw["tokLen"]

  def _follow(self, value):
    if isinstance(value, dict):
      for key, inner in value.items():
        if key == "file":
          self._file = os.path.normpath(inner)
        elif key != "includedFrom":
          self._follow(inner)
    elif isinstance(value, list):
      for inner in value:
        self._follow(inner)


def _as_written(node):
  has_function = False
  for child in node.children:
    is_derived = child.kind in DERIVED or child.raw.get("isImplicit")
    if is_derived and not child.name.startswith("__range"):
      continue
    if node.kind == "FunctionTemplateDecl" and child.kind in FUNCTIONS:
      if has_function:
        continue
      has_function = True
    yield child


def parse(compiler, source, flags, only):
  """The declarations whose qualified names contain `only`."""
  done = subprocess.run(
      [compiler, *flags, "-w", "-fsyntax-only", "-Xclang", "-ast-dump=json",
       "-Xclang", "-ast-dump-filter=" + only, source],
      capture_output=True, text=True, check=False)
  if done.returncode:
    raise Failed("%s cannot be parsed:\n%s" % (source, done.stderr))
  decoder, text, at = json.JSONDecoder(), done.stdout, 0
  reader, nodes = Reader(), []
  while at < len(text):
    raw, at = decoder.raw_decode(text, at)
    nodes.append(reader.node(raw))
    while at < len(text) and text[at].isspace():
      at += 1
  return nodes

