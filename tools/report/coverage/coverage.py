"""tools/coverage: what the tests, and fuzz corpora, reach of the allocators."""

import os
import subprocess
import sys
import tempfile

from coverage import page as coverage_page
from coverage import profiles, reach
from lib import bazel, frame
from lib.arguments import parser_of
from lib.frame import FAILED, HELD, ROOT, VIOLATED, Failed


# What a client does to poisoned memory is seen under AddressSanitizer alone.
PLAIN, ASAN = "cov", "cov-asan"
# All but what takes long with programs that have no counters.
DEFAULT_TARGETS = {
    PLAIN: ["//...", "-//fuzz:canary_test", "-//fuzz:clusterfuzzlite_test",
            "-//tests/cli:coverage_test", "-//tests/cli:fuzz_test"],
    ASAN: ["//tests/allocator/...", "//tests/slab_cache/..."],
}


def parse():
  parser = parser_of("coverage", "coverage")
  add = parser.add_argument
  add("--targets", nargs="+", metavar="TARGET", help="only the tests of these "
      "patterns (default: all; again, under AddressSanitizer, those of "
      "allocator/)")
  add("--corpora", metavar="FOLDER", help="replay, in addition, each "
      "FOLDER/NAME with //fuzz:NAME, and say what it reaches by itself")
  add("--output", metavar="FOLDER", default=os.path.join(ROOT, "out/coverage"),
      help="for the report (default: out/coverage)")
  arguments = parser.parse_args()
  if arguments.corpora and not os.path.isdir(arguments.corpora):
    parser.error("%s: there is no such folder" % arguments.corpora)
  return arguments


def say(text):
  print("tools/coverage: " + text, file=sys.stderr, flush=True)


class Run:
  """What was measured, step by step."""

  def __init__(self, arguments, folder):
    self.arguments = arguments
    self.folder = folder  # For profiles; it is gone afterwards.
    self.of_build = {PLAIN: reach.Reach(), ASAN: reach.Reach()}
    self.corpora = []  # (name, files, Reach)
    self.problems = []
    self.merged = []  # (profile, programs)

  def path(self, name):
    path = os.path.join(self.folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path

  def add(self, build, name, raw, known):
    """The Reach of some profiles, which counts from now on."""
    merged = profiles.merge(raw, self.path(name + ".profdata"))
    programs = profiles.programs_of(merged, known)
    came = profiles.read(merged, programs, ROOT)
    self.merged.append((merged, programs))
    self.of_build[build].add(came)
    return came

  def whole(self):
    result = reach.Reach()
    for came in self.of_build.values():
      result.add(came.code_only())
    return result

  def run_tests(self, config):
    targets = self.arguments.targets or DEFAULT_TARGETS[config]
    say("building and running %s --config=%s" % (" ".join(targets), config))
    outputs, failed = bazel.test(ROOT, config, targets, self.path("events"))
    self.problems += failed
    raw = self.path(config)
    for number, archive in enumerate(outputs):
      profiles.unpack(archive, os.path.join(raw, str(number)))
    say("reading the profiles of %d tests" % len(outputs))
    self.add(config, config + "-all", profiles.raw_in(raw),
             profiles.programs_in(bazel.output_of(ROOT, config)))

  def replay_corpora(self):
    folder = os.path.abspath(self.arguments.corpora)
    names = sorted(n for n in os.listdir(folder)
                   if os.path.isdir(os.path.join(folder, n))
                   and not n.startswith("."))
    if not names:
      raise Failed("%s: there is no corpus in it" % folder)
    say("building " + " ".join(names))
    bazel.build(ROOT, ASAN, ["//fuzz:" + name for name in names])
    output = bazel.output_of(ROOT, ASAN)
    for name in names:
      program = os.path.join(output, "fuzz", name)
      self.replay(name, program, os.path.join(folder, name))

  def replay(self, name, program, corpus):
    files = sum(len(names) for _, _, names in os.walk(corpus))
    say("replaying %s: %d files" % (name, files))
    raw = self.path("corpora/%s/" % name)
    done = subprocess.run(
        [program, corpus], capture_output=True, text=True, errors="replace",
        env={**os.environ, "LLVM_PROFILE_FILE": raw + "%c%p.profraw"})
    if done.returncode:
      self.problems.append("%s %s ended with exit code %d:\n%s" % (
          program, corpus, done.returncode, done.stderr[-2000:]))
    came = self.add(ASAN, "corpora-" + name, profiles.raw_in(raw),
                    {profiles.build_id(program): program})
    self.corpora.append((name, files, came))

  def measure(self):
    for config in (PLAIN, ASAN):
      self.run_tests(config)
    if self.arguments.corpora:
      self.replay_corpora()

  def write_sources(self):
    """With counts, by llvm-cov."""
    say("writing the sources with their counts")
    merged = profiles.merge([m for m, _ in self.merged], self.path("all"))
    programs = sorted({p for _, ps in self.merged for p in ps})
    profiles.write_html(merged, programs, self.arguments.output, ROOT)


def coverage(arguments):
  frame.set_up()
  with tempfile.TemporaryDirectory(prefix="lockstep-coverage-") as folder:
    run = Run(arguments, folder)
    run.measure()
    return report(run)


def report(run):
  """The exit code."""
  arguments = run.arguments
  page = coverage_page.Page(ROOT, run.whole(), run.corpora, run.problems)
  os.makedirs(arguments.output, exist_ok=True)
  run.write_sources()
  page.write(arguments.output)
  is_judged = not arguments.targets
  print(page.first_line)
  print(page.line_of("models/"))
  for line in page.corpus_lines() + (page.gap_lines() if is_judged else []):
    print(line)
  for problem in run.problems:
    print("problem: " + problem)
  print("report in %s" % os.path.relpath(
      os.path.join(arguments.output, "index.html")))
  if run.problems:
    return FAILED
  return VIOLATED if is_judged and page.gaps else HELD


def main():
  return frame.run("coverage", lambda: coverage(parse()))
