"""package.py ARCHIVE NAME OPTIONS PROGRAM CORPUS [DICT]: a fuzz target as OSS-Fuzz
expects it, the same bytes each time.
"""

import io
import os
import sys
import zipfile


def add(archive, name, data, mode=0o644):
  info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
  info.external_attr = mode << 16
  archive.writestr(info, data, zipfile.ZIP_DEFLATED)


def read(path):
  with open(path, "rb") as file:
    return file.read()


def zipped_corpus(folder):
  buffer = io.BytesIO()
  with zipfile.ZipFile(buffer, "w") as archive:
    for name in sorted(os.listdir(folder)):
      add(archive, name, read(os.path.join(folder, name)))
  return buffer.getvalue()


def main(path, name, options_path, program, corpus, dictionary=None):
  options = read(options_path).decode()
  with zipfile.ZipFile(path, "w") as archive:
    add(archive, name, read(program), 0o755)
    add(archive, name + "_seed_corpus.zip", zipped_corpus(corpus))
    if dictionary:
      add(archive, name + ".dict", read(dictionary))
      options += "dict = %s.dict\n" % name
    add(archive, name + ".options", options)


if __name__ == "__main__":
  main(*sys.argv[1:])
