#!/usr/bin/python3
"""Runs what docs/porting.md says leads to the first green run.

In a clone of what is committed, in a temporary folder: the commands of the page,
as they stand there.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
MOST_COMMANDS = 5


def commands():
  """Those of the section, without their prompt."""
  with open(os.path.join(ROOT, "docs", "porting.md"), encoding="utf-8") as page:
    section = re.search(r"^## The first green run\n(.*?)^## ", page.read(),
                        re.MULTILINE | re.DOTALL).group(1)
  return re.findall(r"^    \$ (.*)$", section, re.MULTILINE)


def main():
  argparse.ArgumentParser(description=__doc__).parse_args()
  found = commands()
  if not 0 < len(found) <= MOST_COMMANDS:
    sys.exit("docs/porting.md has %d commands in its first section, not 1 to %d"
             % (len(found), MOST_COMMANDS))
  with tempfile.TemporaryDirectory() as folder:
    clone = os.path.join(folder, "lockstep")
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    # At the end, what Bazel keeps elsewhere for a workspace that is about to go.
    script = "set -ex\ntrap 'bazel clean --expunge' EXIT\n" + "\n".join(found)
    ended = subprocess.run(["bash", "-c", script], cwd=clone, check=False)
  sys.exit(1 if ended.returncode else 0)


if __name__ == "__main__":
  main()
