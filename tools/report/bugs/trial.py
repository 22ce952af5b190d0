"""Programs let loose on one bug, one after the other, until one kills it."""

from bugs.judging import FROM_OUTSIDE

# What the compiler says of a mutant that is no program begins with this.
INVALID = "invalid: "


class Trial:
  """What processes.Pool runs."""

  def __init__(self, bug, programs, kept, steps=()):
    self.bug = bug
    self.programs = programs
    self.killer = ""  # By name, with the program it was.
    self.program = ""
    self.source = ""
    self.unknown = ""  # The program that was ended from outside.
    self.ran = []  # Results.
    self.has_ended = False
    self.is_running = False
    self.is_interrupted = False
    self._kept = kept
    self._steps = steps  # What is tried after the programs.
    self._current = None

  @property
  def milliseconds(self):
    return sum(r["milliseconds"] for r in self.ran)

  def _known(self, program):
    return self._kept.result(program.digest, self.bug.number)

  @property
  def is_known(self):
    """Whether nothing need be run."""
    for program in self.programs:
      known = self._known(program)
      if not known or known["killer"]:
        return bool(known)
    return not self._steps

  async def run(self):
    self.is_running = True
    for program in self._in_best_order():
      await self._try(program)
      if self.killer or self.is_interrupted or (
          getattr(self.bug, "invalid", "")):
        break
    self.is_running = False
    self.has_ended = not self.is_interrupted

  def _in_best_order(self):
    """What is known to kill it first: then nothing else need run."""
    yield from sorted(self.programs, key=lambda p: not (
        self._known(p) or {"killer": ""})["killer"])
    yield from self._steps

  async def _try(self, program):
    result = self._known(program)
    if result is None:
      result = await program.attempt(self, self.bug.number)
      if self.is_interrupted:
        return
      # Of what was ended from outside nothing is kept: it is tried again.
      if result["problem"] == FROM_OUTSIDE:
        self.unknown = program.name
      else:
        self._kept.keep(program.digest, self.bug.number, result)
    self.ran.append(result)
    killer = result["killer"]
    if killer.startswith(INVALID) and self.bug.constant == "always":
      self.bug.invalid = killer.removeprefix(INVALID)
    elif killer:
      # What does not compile, but ran while it slept, is killed by that.
      self.killer = killer.removeprefix(INVALID)
      self.program, self.source = program.name, program.source

  def result(self):
    """Of all programs together; None if it was interrupted."""
    if not self.has_ended:
      return None
    # Side by side the others would not have delayed the one that killed.
    return self.ran[-1] if self.killer else {
        "killer": "",
        "problem": next((r["problem"] for r in self.ran if r["problem"]), ""),
        "operations": sum(r["operations"] for r in self.ran),
        "milliseconds": self.milliseconds,
        "reached": any(r["reached"] for r in self.ran)}

  async def run_process(self, process):
    self._current = process
    await process.run()

  def send(self, number):
    if self._current:
      self._current.send(number)
