"""The output folder: verify.json, and a file for each violation."""

import json
import os

import templates
import verify_page

NAME = "verify.json"


def clear(folder):
  """Removes what an earlier run left, and nothing else."""
  os.makedirs(folder, exist_ok=True)
  path = os.path.join(folder, NAME)
  try:
    with open(path, encoding="utf-8") as file:
      old = json.load(file)
    names = [v["file"] for r in old["results"] for v in r["violations"]]
  except (OSError, ValueError, KeyError, TypeError):
    return
  for name in names + [NAME, verify_page.NAME]:
    try:
      os.remove(os.path.join(folder, os.path.basename(name)))
    except OSError:
      pass


def save_violations(folder, job):
  """As SOURCE-SYSTEM.trace or .stderr; from the second on, with a number."""
  for number, violation in enumerate(job.outcome.violations, 1):
    name = "%s-%s%s.%s" % (
        job.source.name, job.system, "-%d" % number if number > 1 else "",
        "trace" if violation.is_trace else "stderr")
    violation.path = os.path.join(folder, name)
    with open(violation.path, "w", encoding="utf-8") as file:
      file.write(violation.text)


def describe_job(job):
  came = job.outcome
  return {
      "source": job.source.name,
      "system": job.system,
      "verdict": came.verdict,
      "operations": came.operations,
      "seconds": round(came.seconds, 3),
      "operations_per_second": round(came.rate),
      "violations": [
          {"rule": v.rule, "file": os.path.basename(v.path), **(
              {"artifact": v.artifact, "is_new": v.is_new} if v.artifact
              else {})}
          for v in came.violations
      ],
      "problems": came.problems,
      **job.source.describe(job.processes),
  }


def save_json(folder, fields):
  templates.write(os.path.join(folder, NAME),
                  json.dumps(fields, indent=2) + "\n")
