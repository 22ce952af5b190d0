"""Results that are kept, so that nothing is run twice."""

import functools
import hashlib
import json
import os


def digest_of(words):
  """Of arguments; where one names a file, of what is in it."""
  digest = hashlib.sha256()
  for word in words:
    digest.update(digest_of_file(word) if os.path.isfile(word) else
                  hashlib.sha256(word.encode()).digest())
  return digest.hexdigest()


@functools.cache
def digest_of_file(path):
  with open(path, "rb") as file:
    return hashlib.file_digest(file, "sha256").digest()


class Kept:
  """By the digest of the program, in which the bugs are: what is changed is run
  again, and only that.
  """

  def __init__(self, folder):
    os.makedirs(folder, exist_ok=True)
    self._path = os.path.join(folder, "results.jsonl")
    self._results = {}
    if os.path.exists(self._path):
      with open(self._path, encoding="utf-8") as lines:
        for line in lines:
          self._recall(line)

  def _recall(self, line):
    try:
      digest, number, result = json.loads(line)
    except (TypeError, ValueError):
      return  # Half written.
    self._results[digest, number] = result

  def result(self, digest, number):
    """None: not known."""
    return self._results.get((digest, number))

  def keep(self, digest, number, result):
    self._results[digest, number] = result
    # From the next line on, though the last one was half written.
    with open(self._path, "a", encoding="utf-8") as file:
      file.write("\n" + json.dumps([digest, number, result]))
