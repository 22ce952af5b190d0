"""tools/coverage: what the tests reach of the allocators."""

import os
import sys
import tempfile

from coverage import page, profiles, reach
from lib import bazel, frame
from lib.arguments import parser_of
from lib.frame import FAILED, HELD, ROOT, VIOLATED, Failed

# What a client does to poisoned memory is seen under AddressSanitizer alone.
PLAIN, ASAN = "cov", "cov-asan"
# The tests of the allocators, and of what judges them in one process.
ALLOCATOR = ["//tests/allocator/...", "//tests/slab_cache/..."]
DEFAULT_TARGETS = {
    PLAIN: [*ALLOCATOR, "//tests/explore/...", "//tests/lying/...",
            "//tests/models/...", "//tests/props/..."],
    ASAN: ALLOCATOR,
}


def parse():
  parser = parser_of("coverage", "coverage")
  add = parser.add_argument
  add("--targets", nargs="+", metavar="TARGET", help="only the tests of these "
      "patterns (default: those of allocator/, plain and under "
      "AddressSanitizer, and those of the models, the explorer and laws)")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/coverage"),
      help="for the report (default: out/coverage)")
  return parser.parse_args()


def say(text):
  print("tools/coverage:", text, file=sys.stderr, flush=True)


class Run:
  """What was measured, step by step."""

  def __init__(self, arguments, folder):
    self.arguments = arguments
    self.folder = folder  # For profiles; it is gone afterwards.
    self.whole = reach.Reach()
    self.problems = []
    self.merged = []  # (profile, programs)

  def path(self, name):
    path = os.path.join(self.folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path

  def run_tests(self, config):
    targets = self.arguments.targets or DEFAULT_TARGETS[config]
    say("building and running %s --config=%s" % (" ".join(targets), config))
    outputs, failed = bazel.test(ROOT, config, targets, self.path("events"))
    self.problems += failed
    say("reading the profiles of %d tests" % len(outputs))
    raw = self.path(config)
    merged = profiles.merge(profiles.unpack(outputs, raw), raw + ".profdata")
    programs = profiles.programs_of(
        merged, profiles.programs_in(bazel.output_of(ROOT, config)))
    self.merged.append((merged, programs))
    came = profiles.read(merged, programs, ROOT)
    came.leave_out_comments()
    self.whole.add(came)


def coverage(arguments):
  frame.set_up()
  with tempfile.TemporaryDirectory(prefix="lockstep-coverage-") as folder:
    run = Run(arguments, folder)
    for config in (PLAIN, ASAN):
      run.run_tests(config)
    return report(run)


def report(run):
  """The exit code."""
  output = run.arguments.output
  gaps = list(page.gaps_of(run.whole, ROOT))
  os.makedirs(output, exist_ok=True)
  say("writing the sources with their counts")
  profiles.write_html(profiles.merge([m for m, _ in run.merged], run.path("all")),
                      sorted({p for _, ps in run.merged for p in ps}), output, ROOT)
  page.write(run.whole, gaps, run.problems, ROOT, output)
  for folder in page.SHOWN:
    print(page.sum_of(run.whole, folder))
  if run.arguments.targets:
    gaps = []  # Only a part was run.
  for gap in gaps:
    print(page.gap_line(gap))
  for problem in run.problems:
    print("problem: " + problem)
  print("report in", os.path.relpath(os.path.join(output, "index.html")))
  if run.problems:
    return FAILED
  return VIOLATED if gaps else HELD


def main():
  return frame.run("coverage", lambda: coverage(parse()))
