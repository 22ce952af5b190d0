"""Profiles of programs that were built with coverage: where they come from, and
what LLVM's tools make of them.
"""

import concurrent.futures
import glob
import os
import re
import stat
import subprocess
import zipfile

from coverage import reach
from lib.frame import Failed

LLVM = "/usr/lib/llvm-19/bin/"
OURS = ("--ignore-filename-regex=^(external|tests|ports|props|fuzz|bench|tools"
        "|docs)/|^/|^bazel-out/")
BUILD_ID = re.compile(rb"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0(.{20})", re.DOTALL)


def run(program, *arguments, **options):
  """What it prints."""
  done = subprocess.run([LLVM + program, *arguments], capture_output=True,
                        text=True, **options)
  if done.returncode:
    raise Failed("%s: %s" % (program, done.stderr.strip() or "it failed"))
  return done.stdout


def unpack(archives, folder):
  """Profiles that tests left, as Bazel packs them."""
  for number, archive in enumerate(archives):
    with zipfile.ZipFile(archive) as packed:
      names = [n for n in packed.namelist() if n.endswith(".profraw")]
      packed.extractall(os.path.join(folder, str(number)), names)
  return sorted(glob.glob(folder + "/**/*.profraw", recursive=True))


def merge(paths, merged):
  """Into one file. Those that are cut off, for their process was killed as it
  began, are left out.
  """
  paths = [path for path in paths if os.path.getsize(path)]
  if not paths:
    raise Failed("there is no profile; does the target need --config=cov?")
  listing = merged + ".list"
  with open(listing, "w", encoding="utf-8") as file:
    file.writelines(path + "\n" for path in paths)
  run("llvm-profdata", "merge", "--sparse", "--failure-mode=all",
      "--input-files=" + listing, "--output=" + merged)
  os.remove(listing)
  return merged


def programs_of(merged, known):
  """Those that made a merged profile; `known` maps build ids to paths."""
  shown = run("llvm-profdata", "show", "--binary-ids", merged)
  ids = re.findall(r"^[0-9a-f]{40}$", shown, re.MULTILINE)
  missing = [name for name in ids if name not in known]
  if missing:
    raise Failed("%s: made by a program that is not here any more (build id "
                 "%s)" % (merged, missing[0]))
  if not ids:
    raise Failed("%s: it does not say which program made it" % merged)
  return sorted(known[name] for name in set(ids))


def build_id(path):
  """Of an executable; null of anything else."""
  try:
    status = os.stat(path)
    if not (stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IXUSR):
      return None
    with open(path, "rb") as file:
      if file.read(4) != b"\x7fELF":
        return None
      found = BUILD_ID.search(file.read(1 << 16))
  except OSError:
    return None
  return found.group(1).hex() if found else None


def programs_in(folder):
  """Build ids and paths."""
  known = {}
  for parent, folders, names in os.walk(folder):
    folders[:] = [n for n in folders if not n.endswith(".runfiles")
                  and n != "external"]
    for name in names:
      if not name.endswith((".o", ".a", ".so", ".sh", ".py")):
        path = os.path.join(parent, name)
        known[build_id(path)] = path
  known.pop(None, None)
  return known


def read(merged, programs, root):
  """What is reached in each of them, and so in any. Each by itself, for they
  may have functions of one name that differ.
  """
  def export(program):
    return reach.read(run("llvm-cov", "export", "--skip-functions", OURS,
                          "--instr-profile=" + merged, program, cwd=root))
  result = reach.Reach()
  with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for one in pool.map(export, programs):
      result.add(one)
  return result


def write_html(merged, programs, folder, root):
  run("llvm-cov", "show", "--format=html", "--output-dir=" + folder,
      "--show-branches=count", "--show-instantiations=false", OURS,
      "--instr-profile=" + merged, programs[0],
      *("--object=" + path for path in programs[1:]), cwd=root)
