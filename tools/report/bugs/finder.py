"""Where a text can be changed, and into what: first-order mutants."""

import re

from bugs.points import FAMILIES, FAMILY, ORDERS, RELATIVES, RELAXED, Point
from bugs.points import alike, flat, number, without_comments
from bugs.syntax import FUNCTIONS

STATEMENTS = {"CallExpr", "CXXMemberCallExpr", "CXXOperatorCallExpr",
              "BinaryOperator", "CompoundAssignOperator", "UnaryOperator",
              "CXXNewExpr", "CXXDeleteExpr", "ExprWithCleanups",
              "CXXThrowExpr", "BreakStmt", "ContinueStmt", "ReturnStmt"}
# The first child of a call is what is called. A list is a part of a
# declaration, or of another expression.
CALLS = {"CallExpr": 1, "CXXMemberCallExpr": 1, "CXXTemporaryObjectExpr": 0,
         "CXXUnresolvedConstructExpr": 0}
LISTS = {"CXXConstructExpr", "InitListExpr", "ParenListExpr"}
# The compiler's own checks: as assertions, they are said twice on purpose.
CHECKS = {"StaticAssertDecl", "ConceptDecl", "RequiresExpr",
          "ConceptSpecializationExpr", "UnaryExprOrTypeTraitExpr"}
CONSTANTS = {"ConstantExpr", "EnumConstantDecl", "TemplateArgument",
             "NonTypeTemplateParmDecl", "AlignedAttr"}


class Finder:
  """Walks the nodes of one translation unit."""

  def __init__(self, texts):
    self.texts = texts  # By file.
    self.points = {}
    self.bodies = set()  # Of functions: their places, with the braces.
    self._enumerators = {}  # By enumeration.
    self._function = ""
    self._constant = ""

  def visit(self, node):
    if node.kind in CHECKS or self._is_assertion(node):
      return
    before = self._function, self._constant
    self._enter(node)
    if node.extent is None or node.extent[0] in self.texts:
      self._look(node)
    for child in self._of_interest(node):
      decided = node.raw.get("isConstexpr") and child is node.children[0]
      within, self._constant = self._constant, (
          "always" if decided else self._constant)
      self.visit(child)
      self._constant = within
    self._function, self._constant = before

  def _enter(self, node):
    if node.kind == "EnumDecl":
      self._enumerators[node.name] = [
          c.name for c in node.children if c.kind == "EnumConstantDecl"]
    if node.kind in FUNCTIONS:
      self.bodies |= {c.extent for c in node.children
                      if c.kind == "CompoundStmt" and c.extent}
    if node.kind in FUNCTIONS and node.name:
      self._function = node.name if node.name != "operator()" else (
          self._function)
      if node.raw.get("constexpr"):
        self._constant = self._constant or "function"
    if node.kind in CONSTANTS or (
        node.kind == "VarDecl" and node.raw.get("constexpr")):
      self._constant = "always"

  def _is_assertion(self, node):
    if node.kind == "ExprWithCleanups" and len(node.children) == 1:
      node = node.children[0]
    if node.kind != "CallExpr" or not node.children:
      return False
    return self.text(node.children[0]) == "Assert"

  def _of_interest(self, node):
    if node.kind.endswith("TemplateDecl") or node.kind in FUNCTIONS:
      # Not what they require.
      return [c for c in node.children
              if not c.kind.endswith(("Expr", "Operator"))]
    if node.kind != "CXXForRangeStmt":
      return node.children
    # The comparison and the step of its iterators are not written.
    return [c for c in node.children if c.kind == "DeclStmt"
            ] + node.children[-1:]

  def text(self, node):
    if node.extent is None or node.extent[0] not in self.texts:
      return ""
    return self.texts[node.extent[0]][node.extent[1]:node.extent[2]]

  def _look(self, node):
    kind = node.kind
    if kind in ("BinaryOperator", "CompoundAssignOperator"):
      self._operator(node, node.children)
    elif kind == "CXXOperatorCallExpr" and len(node.children) == 3:
      self._operator(node, node.children[1:])
    elif kind == "UnaryOperator":
      self._unary(node)
    elif kind == "DeclRefExpr":
      self._name(node)
    elif kind == "IntegerLiteral":
      self._literal(node)
    elif kind == "CXXBoolLiteralExpr":
      after = "false" if self.text(node) == "true" else "true"
      self._add("constant", node, self.text(node), after, after)
    elif kind in ("IfStmt", "WhileStmt", "ForStmt", "DoStmt",
                  "ConditionalOperator"):
      self._condition(node)
    if kind in CALLS or kind in LISTS:
      self._arguments(node)
    self._bodies(node)

  def _operator(self, node, sides):
    if len(sides) != 2 or not all(side.extent for side in sides) or (
        node.extent is None):
      return
    file, end, begin = node.extent[0], sides[0].extent[2], sides[1].extent[1]
    between = without_comments(self.texts[file][end:begin]).strip()
    left, right = map(self.text, sides)
    for after in RELATIVES.get(between, []):
      self._add(FAMILY[between], node, between, after, "%s %s %s" % (
          left, after, right))
    if between in FAMILIES["logic"]:
      for side in (left, right):  # Without the other.
        self._add("logic", node, between, side, side, True)

  def _unary(self, node):
    text, inner = self.text(node), self.text(node.children[0])
    sign = node.raw["opcode"]
    if sign in ("++", "--"):
      after = "--" if sign == "++" else "++"
      self._add("step", node, sign, after,
                inner + after if node.raw.get("isPostfix") else after + inner)
    elif sign in ("!", "~", "-") and text:
      self._add("negation", node, sign, "", inner, sign == "!")

  def _name(self, node):
    text = self.text(node)
    enumeration, _, name = text.rpartition("::")
    if text in ORDERS:
      self._add("order", node, text, RELAXED, RELAXED)
    elif enumeration.endswith("Error"):
      names = self._enumerators.get(enumeration, [])
      if name in names:
        after = "%s::%s" % (
            enumeration, names[(names.index(name) + 1) % len(names)])
        self._add("error", node, text, after, after)

  def _literal(self, node):
    text = self.text(node)
    for after in ("%s + 1" % text, "%s - 1" % text):
      self._add("constant", node, text, after, after)

  def _condition(self, node):
    if node.kind == "ForStmt":
      declaration, condition = node.children[1], node.children[2]
    elif node.kind == "DoStmt":
      declaration, condition = None, node.children[1]
    else:
      first = (1 if node.raw.get("hasInit") else 0)
      has_variable = node.raw.get("hasVar")
      declaration = node.children[first] if has_variable else None
      condition = node.children[first + bool(has_variable)]
    if condition.extent is None:
      return
    before = self._constant
    if node.raw.get("isConstexpr"):
      self._constant = "always"
    if declaration is not None and declaration.children:
      name = declaration.children[0].name
      self._add("condition", declaration, name, "!" + name, "!" + name, True,
                name)
    elif not self._is_equality(condition):  # Whose relative is its negation.
      text = self.text(condition)
      negated = "!" + (text if re.fullmatch(r"[\w.]+", text) else
                       "(%s)" % text)
      self._add("condition", condition, text, negated, "!(%s)" % text, True)
    self._constant = before

  def _is_equality(self, node):
    while node.kind in ("ExprWithCleanups", "ImplicitCastExpr"):
      node = node.children[0]
    return node.raw.get("opcode") in ("==", "!=", "!")

  def _arguments(self, node):
    arguments = node.children[CALLS.get(node.kind, 0):]
    for one, other in zip(arguments, arguments[1:]):
      texts = self.text(one), self.text(other)
      if not (all(texts) and texts[0] != texts[1] and alike(one, other)) or (
          one.extent[2] > other.extent[1]):
        continue
      before, after = ", ".join(texts), ", ".join(texts[::-1])
      if node.kind in CALLS:
        whole, start = self.text(node), node.extent[1]
        self._add("arguments", node, before, after, whole[:one.extent[1] - start]
                  + texts[1] + whole[one.extent[2] - start:
                                     other.extent[1] - start]
                  + texts[0] + whole[other.extent[2] - start:])
      else:
        self._add("arguments", one, before, after, texts[1],
                  second=(*other.extent[1:], texts[0]))

  def _bodies(self, node):
    """Statements stand in compounds, or alone behind a condition."""
    if node.kind in ("CompoundStmt", "CaseStmt", "DefaultStmt"):
      bodies = node.children
    elif node.kind in ("IfStmt", "WhileStmt", "ForStmt", "CXXForRangeStmt"):
      skipped = {"IfStmt": 1 + bool(node.raw.get("hasVar")) + bool(
          node.raw.get("hasInit")), "WhileStmt": 1, "ForStmt": 4}
      bodies = node.children[skipped.get(node.kind, len(node.children) - 1):]
    else:
      return
    for body in bodies:
      if body.kind not in STATEMENTS or self._is_assertion(body) or (
          body.extent is None) or (
              body.kind == "ReturnStmt" and body.children):
        continue
      text = self.texts[body.extent[0]]
      end = text.index(";", body.extent[2] - 1) + 1
      if text[body.extent[2]:end].strip() in (";", ""):
        whole = text[body.extent[1]:end]
        self._place("statement", body.extent[0], body.extent[1], end,
                    whole, "", "")

  def _add(self, operator, node, before, after, text, condition=False,
           declares="", second=None):
    if node.extent is not None and node.extent[0] in self.texts:
      self._place(operator, *node.extent, before, after, text, condition,
                  declares, second)

  def _place(self, operator, file, begin, end, before, after, text,
             condition=False, declares="", second=None):
    before, after = flat(before), flat(after)
    where = (file, begin, end, operator, before, after)
    if where in self.points:
      return
    whole = self.texts[file]
    line = whole.count("\n", 0, begin) + 1
    self.points[where] = Point(
        operator, file, self._function, begin, end, before, after, flat(text),
        self._constant, condition, declares,
        second and (*second[:2], flat(second[2])), line=line,
        source=whole.split("\n")[line - 1].strip())


def find(nodes, texts):
  """All points of the texts, by file, that the nodes are of, numbered; and the
  places of the functions' bodies.
  """
  finder = Finder(texts)
  for node in nodes:
    finder.visit(node)
  return number(finder.points.values()), finder.bodies
