"""The suite let loose on one mutant, until something kills it."""

import json
import os
import tempfile
import time

import mutant_single

from mutant_programs import killer_in


class Kept:
  """What programs made of mutants, so that no run need be repeated.

  By the digest of the program, in which the mutants are: whatever is changed is
  run again, and only that.
  """

  def __init__(self, folder):
    os.makedirs(folder, exist_ok=True)
    self._path = os.path.join(folder, "results.jsonl")
    self._killers = {}
    if os.path.exists(self._path):
      with open(self._path, encoding="utf-8") as lines:
        for line in lines:
          self._recall(line)

  def _recall(self, line):
    try:
      digest, number, killer = json.loads(line)
    except (TypeError, ValueError):
      return  # Half written.
    self._killers[digest, number] = killer

  def killer(self, digest, number):
    """None: not known."""
    return self._killers.get((digest, number))

  def keep(self, digest, number, killer):
    self._killers[digest, number] = killer
    # From the next line on, though the last one was half written.
    with open(self._path, "a", encoding="utf-8") as file:
      file.write("\n" + json.dumps([digest, number, killer]))


class Trial:
  """What processes.Pool runs: processes one after the other."""

  def __init__(self, point, programs, kept, workshop):
    self.point = point
    self.killer = ""  # By name, with the program it was.
    self.program = ""
    self.source = ""
    self.milliseconds = 0
    self.unknown = ""  # The program that was ended from outside.
    self.has_ended = False
    self.is_running = False
    self.is_interrupted = False
    self._kept = kept
    self._workshop = workshop
    self._current = None
    reached = [] if point.constant == "always" else [
        p for p in programs if point.number in p.reached]
    self.programs = sorted(reached, key=lambda p: p.seconds)

  async def run(self):
    self.is_running = True
    started_at = time.monotonic()
    for program in self._in_best_order():
      await self._try(program)
      if self.killer or self.is_interrupted:
        break
    if self.point.constant and not (self.killer or self.is_interrupted):
      await self._build_and_try()
    self.milliseconds = round(1000 * (time.monotonic() - started_at))
    self.is_running = False
    self.has_ended = not self.is_interrupted

  def _in_best_order(self):
    """What is known to kill it first: then nothing else need run."""
    return sorted(self.programs, key=lambda p: not self._kept.killer(
        p.digest, self.point.number))

  async def _try(self, program):
    killer = self._kept.killer(program.digest, self.point.number)
    if killer is None:
      with tempfile.TemporaryDirectory(prefix="lockstep-mutant-") as folder:
        process = program.process(self.point.number, folder)
        await self.run_process(process)
      if self.is_interrupted:
        return
      killer = self._note(program, killer_in(process))
    if killer:
      self.killer, self.program = killer, program.name
      self.source = program.source

  def _note(self, program, killer):
    """Of what was ended from outside nothing is kept: it is tried again."""
    if killer is None:
      self.unknown = program.name
    else:
      self._kept.keep(program.digest, self.point.number, killer)
    return killer

  async def _build_and_try(self):
    """The programs again, with the mutant in what they are built of."""
    for step in self._workshop.steps(self.point):
      killer = self._kept.killer(step.digest, self.point.number)
      if killer is None:
        await step.rehearse(self, self._kept)
        if self.is_interrupted:
          return
        killer = await step.run(self, self.point.number)
        if self.is_interrupted:
          return
        killer = self._note(step, killer)
      if killer and killer.startswith(mutant_single.INVALID):
        self._refuse(killer.removeprefix(mutant_single.INVALID), step)
        return
      if killer:
        self.killer, self.program, self.source = killer, step.name, step.source
        return

  def _refuse(self, error, step):
    """What is no program is no mutant; but what ran, asleep, is one."""
    if self.point.constant == "always":
      self.point.invalid = error
    else:
      self.killer, self.program = error, step.name
      self.source = step.source

  async def run_process(self, process):
    self._current = process
    await process.run()

  def send(self, number):
    if self._current:
      self._current.send(number)
