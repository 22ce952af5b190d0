"""Builds the fuzz targets as a fuzzing service does, with .clusterfuzzlite/
build.sh and nothing but its variables, and runs each on its corpus.
"""

import os
import subprocess
import sys
import unittest
import zipfile

import program

TARGETS = {
    "buddy_6_fuzz", "buddy_6_mapped_fuzz", "buddy_byte_fuzz", "buddy_fuzz",
    "buddy_mapped_fuzz", "bytes_fuzz", "differential_fuzz", "heap_fuzz",
    "heap_mapped_fuzz", "slab_byte_fuzz", "slab_cache_3_fuzz",
    "slab_cache_fuzz", "slab_fuzz", "trace_fuzz",
}


class ClusterFuzzLite(unittest.TestCase):
  build = ""

  def test_builds_and_runs_every_target_without_bazel(self):
    out = os.path.join(os.environ["TEST_TMPDIR"], "out")
    os.makedirs(out)
    built = subprocess.run(
        [self.build], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, env={
            "PATH": "/usr/bin:/bin",
            "CXX": "clang++-19",
            # A service adds its sanitizers, which take as long again.
            "CXXFLAGS": "-O0 -fsanitize=fuzzer-no-link",
            "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer",
            "OUT": out,
        })
    self.assertEqual(built.returncode, 0, built.stdout)
    programs = {name for name in os.listdir(out) if "." not in name
                and not name.endswith("_corpus")}
    self.assertEqual(programs, TARGETS)
    for target in sorted(TARGETS):
      with self.subTest(target):
        self.run_target(out, target)

  def run_target(self, out, target):
    seeds = os.path.join(out, target + "_seeds")
    with zipfile.ZipFile(os.path.join(out, target + "_seed_corpus.zip")) as file:
      file.extractall(seeds)
    self.assertTrue(os.listdir(seeds))
    with open(os.path.join(out, target + ".options"), encoding="utf-8") as file:
      self.assertEqual(file.readline(), "[libfuzzer]\n")
    # From another folder, and without what the build had around it.
    came = subprocess.run(
        [os.path.join(out, target), "-runs=200", "-seed=1", seeds],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False, cwd="/", env={})
    self.assertEqual(came.returncode, 0, came.stdout[-4000:])
    self.assertRegex(came.stdout, r"DONE   cov: \d+")


if __name__ == "__main__":
  ClusterFuzzLite.build = os.path.abspath(sys.argv.pop(1))
  program.run_cases()
