"""What the animals of a component are seen through."""

import dataclasses
import os

from bugs import machine
from bugs.programs import Program
from lib import sources

# Of the processor, on top of what a process means to take, and times that.
SLACK_SECONDS, SLOWER = 30, 3


@dataclasses.dataclass(frozen=True)
class Component:
  """Its systems, and the tests of it: plainly, under AddressSanitizer, and under
  ThreadSanitizer.
  """
  systems: list
  units: list = ()
  sanitized: list = ()
  threads: list = ()


COMPONENTS = {
    "buddy": Component(
        ["buddy", "buddy_6"],
        ["allocator/buddy", "allocator/buddy_damage", "allocator/buddy_misuse",
         "allocator/buddy_region", "allocator/resize"]),
    "slab": Component(["slab"], ["allocator/slab"]),
    "heap": Component(["heap"], [
        "allocator/heap", "allocator/heap_region", "allocator/resize"]),
    "map": Component(["heap_mapped", "buddy_mapped"], [
        "allocator/block_map", "allocator/map_damage",
        "allocator/mapped_misuse", "allocator/two_way_list"]),
    "facade": Component(
        ["slab_byte"],
        ["allocator/byte_allocator", "allocator/memory_resource"]),
    "cache": Component(["slab_cache"], [
        "slab_cache/box", "slab_cache/destructor", "slab_cache/failure",
        "slab_cache/object", "slab_cache/placement",
        "slab_cache/stl_allocator", "slab_cache/corruption"]),
    "lock": Component(
        ["slab_cache"], ["slab_cache/handle", "slab_cache/hooks"],
        threads=["allocator/locked", "slab_cache/hooks", "slab_cache/threads"]),
    "sanitizer": Component(
        ["heap", "slab_cache"],
        sanitized=["allocator/sanitizer", "slab_cache/sanitizer"]),
}


def programs_of(source, component, find, setting):
  """The Programs of a source for a component.

  `find(config, name)` says where a program is; the budget of the setting is for
  all systems together.
  """
  systems = component.systems
  setting = setting._replace(
      lockstep=find("opt", "lockstep") if source in LOCKSTEP else "",
      seconds=setting.seconds / len(systems))

  def program(argv, seconds=0, is_sanitized=False):
    return Program("%s %s" % (source, os.path.basename(argv[0])), source, argv,
                   SLACK_SECONDS + SLOWER * seconds,
                   is_sanitized=is_sanitized)

  def tests(config, names):
    return [program([find(config, name.replace("/", "_"))],
                    is_sanitized=config == "asan") for name in names]

  if source == "units":
    return tests("opt", component.units) + tests("asan", component.sanitized)
  if source == "threads":
    return tests("tsan", component.threads)
  if source == "fuzz":
    share = max(round(setting.seconds), 1)
    return [program([find("opt", "fuzz_" + system), "-timeout=10",
                     "-max_total_time=%d" % share,
                     "-seed=%d" % (setting.seed or 1)], share)
            for system in systems]
  if source in BASELINES:
    file, judge = BASELINES[source]
    return [program([find("opt", file), system, judge, "%g" % setting.seconds,
                     str(setting.seed)], setting.seconds) for system in systems]
  commands, extra = LOCKSTEP[source]
  return [program(command.argv + extra(system), command.seconds)
          for system in systems for command in commands(system, setting)]


def nothing(_):
  return []


# As tools/verify runs them, and what is added to each command.
LOCKSTEP = {
    "recordings": (sources.recordings, nothing),
    "random": (sources.random, nothing),
    "shadow": (sources.random, lambda _: ["--models", "shadow"]),
    "props": (sources.props, nothing),
    "explore": (sources.explore, machine.units_of),
}
BASELINES = {"asan": ("baseline_asan", "crash"), "audit": ("baseline", "audit")}
# In the order of the matrix.
SOURCES = ["units", "recordings", "random", "shadow", "fuzz", "props", "explore",
           "threads", *BASELINES]
SHADOW = "shadow"
# What must kill. The shadow is a part of random, shown alone.
JUDGES = [s for s in SOURCES if s != SHADOW and s not in BASELINES]


def title(source):
  return source + " (baseline)" if source in BASELINES else source
