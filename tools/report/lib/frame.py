"""What the programs of tools/ have in common: where they are, how they end."""

import os
import subprocess
import sys
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__)))))
HELD, VIOLATED, FAILED, INTERRUPTED = 0, 1, 2, 130


class Failed(Exception):
  """It cannot go on. Says why, and what to do next."""


def set_up():
  """Installs what is missing."""
  if subprocess.run([os.path.join(ROOT, "tools/setup")], check=False).returncode:
    raise Failed("the set-up failed, as said above")


def run(name, work):
  """What a program exits with, whose work returns that or raises."""
  def complain(text):
    print("tools/%s: %s" % (name, text), file=sys.stderr)

  try:
    return work()
  except Failed as error:
    complain(error)
  except OSError as error:
    complain("%s: %s" % (error.filename, error.strerror) if error.filename
             else error)
  except ImportError as error:
    complain("%s; run tools/setup" % error)
  except KeyboardInterrupt:
    complain("interrupted")
    return INTERRUPTED
  except Exception:  # Python itself would exit as if something was violated.
    traceback.print_exc()
    complain("this is a bug of its own")
  return FAILED
