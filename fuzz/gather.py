"""gather.py FOLDER FILE...: copies the files into the folder, each under a name
that says what is in it, so that no two of the same kind are there; and an empty
one, so that there is always one.
"""

import hashlib
import os
import shutil
import sys


def main(folder, *paths):
  os.makedirs(folder, exist_ok=True)
  open(os.path.join(folder, "empty"), "wb").close()
  for path in paths:
    with open(path, "rb") as file:
      digest = hashlib.sha1(file.read()).hexdigest()
    shutil.copyfile(path, os.path.join(folder, digest))


if __name__ == "__main__":
  main(*sys.argv[1:])
