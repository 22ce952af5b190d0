"""Runs a program, and notes how much of the processor it took.

Arguments: the file for the seconds, and the program with its own.
"""

import resource
import subprocess
import sys


def main(path, *argv):
  code = subprocess.run(argv, check=False).returncode
  used = resource.getrusage(resource.RUSAGE_CHILDREN)
  with open(path, "w", encoding="utf-8") as file:
    file.write("%r\n" % (used.ru_utime + used.ru_stime))
  return code if code >= 0 else 128 - code


if __name__ == "__main__":
  sys.exit(main(*sys.argv[1:]))
