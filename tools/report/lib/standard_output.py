"""Standard output that may be closed, or on a full disk: then what follows is
lost, and the program goes on.
"""

import os
import sys


class Lossy:
  """As much of a text file as print() and rich need. Nothing is buffered, so
  that Python has nothing left to write as it ends.
  """
  encoding = "utf-8"
  errors = "replace"

  def __init__(self, descriptor):
    self.is_lost = descriptor is None
    self._descriptor = descriptor

  def write(self, text):
    rest = text.encode(errors="replace")
    while rest and not self.is_lost:
      try:
        rest = rest[os.write(self._descriptor, rest):]
      except OSError:
        self.is_lost = True
    return len(text)

  def flush(self):
    pass

  def isatty(self):
    return self._descriptor is not None and os.isatty(self._descriptor)

  def fileno(self):
    if self._descriptor is None:
      raise OSError("standard output is closed")
    return self._descriptor


def install():
  """Puts one in the place of sys.stdout, and returns it."""
  if sys.stdout is None:
    # Else the next file that is opened would be taken for standard output.
    os.open(os.devnull, os.O_WRONLY)
  sys.stdout = Lossy(None if sys.stdout is None else sys.stdout.fileno())
  return sys.stdout
