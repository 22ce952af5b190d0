"""The folder of a report: whose it is, and what an earlier run left in it."""

import contextlib
import errno
import fcntl
import json
import os
import re
import tempfile

from lib.frame import Failed
from lib.screen import shown

JSON, PAGE = "verify.json", "index.html"


@contextlib.contextmanager
def taken(folder):
  """Makes the folder, and keeps other runs out of it until the end."""
  try:
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
      pass
  except OSError as error:
    raise Failed("%s cannot be written to: %s" % (
        folder, error.strerror)) from error
  descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
  try:
    lock(descriptor, folder)
    yield
  finally:
    os.close(descriptor)


def lock(descriptor, folder):
  try:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
  except BlockingIOError as error:
    raise Failed("%s is in use by %s; wait for it, or name another --output" % (
        folder, holder_of(descriptor))) from error
  except OSError as error:
    if error.errno not in (errno.ENOTSUP, errno.ENOLCK, errno.EBADF):
      raise


def holder_of(descriptor):
  """The process that has the lock, as the kernel knows it."""
  inode = str(os.fstat(descriptor).st_ino)
  with open("/proc/locks", encoding="utf-8") as lines:
    for line in lines:
      words = line.split()
      if len(words) > 5 and words[1] == "FLOCK" and \
          words[5].rpartition(":")[2] == inode:
        return "process %s (%s)" % (words[4], command_of(words[4]))
  return "another run"


def command_of(pid):
  try:
    with open("/proc/%s/cmdline" % pid, "rb") as file:
      words = file.read().decode(errors="replace").split("\0")
    return " ".join(words).strip()
  except OSError:
    return "which has just ended"


def move_earlier(folder):
  """Puts the report of an earlier run aside if it has violations, in a folder
  that is named by its time; else its two files will be replaced. What to say
  of it; "" if there is nothing to say.
  """
  try:
    with open(os.path.join(folder, JSON), encoding="utf-8") as file:
      old = json.load(file)
    names = [os.path.basename(v["file"])
             for r in old["results"] for v in r["violations"]]
    started = str(old.get("started", "earlier"))
  except (OSError, ValueError, KeyError, TypeError, AttributeError):
    return ""
  if not names:
    for name in (JSON, PAGE):
      with contextlib.suppress(FileNotFoundError):
        os.remove(os.path.join(folder, name))
    return ""
  aside = new_folder(os.path.join(folder, re.sub(r"[^\w-]", "-", started)))
  for name in [*names, JSON, PAGE]:
    with contextlib.suppress(FileNotFoundError):
      os.rename(os.path.join(folder, name), os.path.join(aside, name))
  return "the report of the last run, with %d violation%s, is now in %s" % (
      len(names), "" if len(names) == 1 else "s", shown(aside))


def new_folder(path):
  number = 1
  while True:
    name = path if number == 1 else "%s-%d" % (path, number)
    try:
      os.mkdir(name)
      return name
    except FileExistsError:
      number += 1
