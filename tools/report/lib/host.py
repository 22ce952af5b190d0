"""What a reader of figures wants to know of where they come from."""

import os
import platform
import re
import subprocess

COMPILER = re.compile(rb"(?:[A-Z][a-z]+ )?clang version [\x20-\x7e]+"
                      rb"|GCC: \([\x20-\x7e]+")
PROCESSOR = re.compile(r"^(?:model name|Processor|cpu model)\s*: (.+)$",
                       re.MULTILINE)


def facts():
  return {
      "processor": processor(),
      "cores": len(os.sched_getaffinity(0)),
      "memory_bytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
      "architecture": platform.machine(),
      "kernel": platform.release(),
      "distribution": platform.freedesktop_os_release()["PRETTY_NAME"],
  }


def processor():
  with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
    found = PROCESSOR.search(file.read())
  return found.group(1) if found else platform.machine()


def commit(root):
  """The commit's hash, and whether files differ from it; nulls without git."""
  try:
    commit, changed = (subprocess.run(
        ["git", "-C", root, *words], capture_output=True, text=True,
        check=True).stdout.strip()
        for words in (["rev-parse", "HEAD"], ["status", "--porcelain"]))
    return {"commit": commit, "is_modified": bool(changed)}
  except (OSError, subprocess.CalledProcessError):
    return {"commit": None, "is_modified": None}


def compiler(binary):
  """What the program says that it was made with."""
  with open(binary, "rb") as file:
    # The C library's own objects say GCC as well.
    found = sorted(COMPILER.findall(file.read()),
                   key=lambda name: name.startswith(b"GCC"))
  return found[0].decode() if found else "unknown"


def sanitizers(binary):
  with open(binary, "rb") as file:
    text = file.read()
  return [name for name, symbol in (
      ("address", b"__asan_init"), ("thread", b"__tsan_init"),
      ("undefined", b"__ubsan_handle")) if symbol in text]
