"""The page of tools/verify: what verify.json says, and what was violated."""

import os

import plots
import templates

NAME = "index.html"
VERDICTS = {0: "held", 1: "violated", 2: "failed", 130: "interrupted"}
# Of a kind of violation, so many are shown.
SHOWN = 5


def write(folder, fields):
  """Its path. What violates has been saved in the folder before."""
  import markupsafe  # Comes with jinja2.
  path = os.path.join(folder, NAME)
  templates.write(path, templates.render(
      "verify.html", {"grouped": grouped, "share": share},
      fields=fields, verdict=VERDICTS[fields["exit_code"]],
      kinds=kinds_of_violations(folder, fields["results"]),
      fuzzed=[(result, markupsafe.Markup(plots.growth(
          result["fuzz"]["points"])))
              for result in fields["results"] if "fuzz" in result],
      shown=SHOWN))
  return path


def kinds_of_violations(folder, results):
  """(result, rule, [(violation, text)]), of each result and rule."""
  kinds = []
  for result in results:
    by_rule = {}
    for violation in result["violations"]:
      with open(os.path.join(folder, violation["file"]),
                encoding="utf-8") as file:
        by_rule.setdefault(violation["rule"], []).append(
            (violation, file.read()))
    kinds += [(result, rule, found) for rule, found in by_rule.items()]
  return kinds


def grouped(number):
  return "{:,.0f}".format(number)


def share(part, whole):
  return "%.0f %%" % (100 * part / whole) if part and whole else ""
