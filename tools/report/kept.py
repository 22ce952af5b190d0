"""What results depend on, so that none is measured twice."""

import hashlib
import os


def digest_of(words):
  """Of arguments; where one names a file, of what is in it."""
  digest = hashlib.sha256()
  for word in words:
    content = word.encode()
    if os.path.isfile(word):
      with open(word, "rb") as file:
        content = file.read()
    digest.update(hashlib.sha256(content).digest())
  return digest.hexdigest()
