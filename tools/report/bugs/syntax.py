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
  """One of clang's."""

  def __init__(self, raw):
    self.raw = raw
    self.kind = raw.get("kind", "")
    self.name = raw.get("name", "")
    # (file, begin, end), the end one past; None where no text of its own stands.
    self.extent = None
    self.children = []

  def type(self):
    written = self.raw.get("type", {})
    return written.get("desugaredQualType", written.get("qualType", ""))


class Reader:
  """From JSON, in which a file is named only where it differs from the last."""

  def __init__(self):
    self._file = ""

  def node(self, raw):
    result = Node(raw)
    for key, value in raw.items():
      if key == "range":
        begin, end = self._place(value["begin"]), self._place(value["end"])
        if begin and end and begin[0] == end[0]:
          result.extent = (begin[0], begin[1], end[1] + end[2])
      elif key == "inner":
        # All are read, so that none names a file in vain.
        result.children = list(as_written(result.kind, [
            self.node(child) for child in value]))
      else:
        self._follow(value)
    return result

  def _place(self, raw):
    """Of what a macro stands for: nowhere."""
    self._follow(raw)
    return (self._file, raw["offset"], raw["tokLen"]) if (
        "offset" in raw) else None

  def _follow(self, value):
    for key, inner in value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ()):
      if key == "file":
        self._file = os.path.normpath(inner)
      elif key != "includedFrom":
        self._follow(inner)


def as_written(kind, children):
  has_function = False
  for child in children:
    is_derived = child.kind in DERIVED or child.raw.get("isImplicit")
    if is_derived and not child.name.startswith("__range"):
      continue
    if kind == "FunctionTemplateDecl" and child.kind in FUNCTIONS:
      if has_function:
        continue
      has_function = True
    yield child


def parse(compiler, sources, flags, only):
  """The declarations in them, and in what they include, whose qualified names
  contain `only`.
  """
  done = subprocess.run(
      [compiler, *flags, "-w", "-fsyntax-only", "-Xclang", "-ast-dump=json",
       "-Xclang", "-ast-dump-filter=" + only, "-xc++", "-"],
      input="".join('#include "%s"\n' % source for source in sources),
      capture_output=True, text=True, check=False)
  if done.returncode:
    raise Failed("%s cannot be parsed:\n%s" % (
        ", ".join(sources), done.stderr))
  decoder, text, at = json.JSONDecoder(), done.stdout.lstrip(), 0
  reader, nodes = Reader(), []
  while at < len(text):
    raw, at = decoder.raw_decode(text, at)
    nodes.append(reader.node(raw))
    while at < len(text) and text[at].isspace():
      at += 1
  return nodes
