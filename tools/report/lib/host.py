"""What a reader of figures wants to know of where they come from."""

import os
import platform
import re
import subprocess

COMPILER = re.compile(rb"(?:[A-Z][a-z]+ )?clang version [\x20-\x7e]+"
                      rb"|GCC: \([\x20-\x7e]+")


def facts():
  return {
      "processor": processor(),
      "cores": len(os.sched_getaffinity(0)),
      "memory_bytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
      "architecture": platform.machine(),
      "kernel": platform.release(),
      "distribution": distribution(),
  }


def processor():
  try:
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
      for line in lines:
        key, _, value = line.partition(":")
        if key.strip() in ("model name", "Processor", "cpu model"):
          return value.strip()
  except OSError:
    pass
  return platform.processor() or "unknown"


def distribution():
  try:
    return platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
  except OSError:
    return "unknown"


def commit(root):
  """The commit's hash, and whether files differ from it; nulls without git."""
  try:
    def git(*arguments):
      return subprocess.run(
          ("git", "-C", root) + arguments, capture_output=True, text=True,
          check=True).stdout.strip()
    return {"commit": git("rev-parse", "HEAD"),
            "is_modified": bool(git("status", "--porcelain"))}
  except (OSError, subprocess.CalledProcessError):
    return {"commit": None, "is_modified": None}


def compiler(binary):
  """What the program says that it was made with."""
  try:
    with open(binary, "rb") as file:
      found = COMPILER.findall(file.read())
  except OSError:
    return "unknown"
  # The C library's own objects say GCC as well.
  found.sort(key=lambda name: name.startswith(b"GCC"))
  return found[0].decode() if found else "unknown"


def sanitizers(binary):
  with open(binary, "rb") as file:
    text = file.read()
  return [name for name, symbol in (
      ("address", b"__asan_init"), ("thread", b"__tsan_init"),
      ("undefined", b"__ubsan_handle")) if symbol in text]
