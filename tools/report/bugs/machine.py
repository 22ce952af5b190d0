"""What tools/zoo and tools/mutate have in common."""

import asyncio
import json
import os
import re

from lib import processes

TABLE = "bugs.json"  # In the folder of the copy: the numbers that wake bugs.
# What explore chooses on a sound allocator: on one that cannot serve two
# requests it would choose another.
UNITS = {"buddy": 8, "buddy_6": 8, "slab": 2048, "heap": 4096,
         "slab_byte": 4096}


def table_in(folder):
  with open(os.path.join(folder, TABLE), encoding="utf-8") as file:
    return json.load(file)


def units_of(system):
  return ["--units", str(UNITS[system])] if system in UNITS else []


def test_name(program):
  """FOLDER/TEST, of the name that Bazel's rule gives its program."""
  return re.sub("^(allocator|slab_cache)_", r"\1/", program)


def run(things, jobs, on_end):
  """Whether it was interrupted."""
  async def run_all():
    pool = processes.Pool(things, jobs)
    try:
      await pool.run(on_end)
    finally:
      pool.kill()
    return pool.is_interrupted

  return asyncio.run(run_all())
