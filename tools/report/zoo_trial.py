"""One source let loose on one animal; kept, so that it need not be repeated."""

import json
import os
import tempfile
import time

import kept
import zoo_sources

# Of what is kept: another one when what it says changes.
VERSION = 3


class Trial:
  """What processes.Pool runs: its processes one after the other."""

  def __init__(self, animal, source, setting, circumstances, folder):
    self.animal = animal
    self.source = source
    self.result = None
    self.started_at = None
    self.has_ended = False
    self.is_interrupted = False
    self._current = None
    self._runs = zoo_sources.ALL[source](animal, setting)
    self._path = os.path.join(
        folder, "%s.%s.json" % (animal.name, source))
    self._digest = kept.digest_of(
        [repr((VERSION, circumstances)), animal.path] +
        [word for run in self._runs for word in run.argv])

  @property
  def applies(self):
    """Whether the source has anything to try."""
    return bool(self._runs)

  @property
  def is_running(self):
    return self.started_at is not None and not self.has_ended

  def recall(self):
    """Whether a result was kept, of the same patch and programs, in the same
    circumstances.
    """
    try:
      with open(self._path, encoding="utf-8") as file:
        result = json.load(file)
    except (OSError, ValueError):
      return False
    if result.pop("digest", "") != self._digest:
      return False
    self.result = result
    return True

  async def run(self):
    self.started_at = time.monotonic()
    ran = []
    for run in self._runs:
      if self.is_interrupted or ran and ran[-1]["killer"]:
        break
      with tempfile.TemporaryDirectory(prefix="lockstep-zoo-") as folder:
        ran.append(await self._run(run, folder))
    self.has_ended = True
    if self.is_interrupted:
      return
    # Side by side the others would not have delayed it.
    self.result = ran[-1] if ran[-1]["killer"] else {
        "killer": "",
        "problem": next(filter(None, (r["problem"] for r in ran)), ""),
        "operations": sum(r["operations"] for r in ran),
        "milliseconds": sum(r["milliseconds"] for r in ran)}
    self._keep()

  async def _run(self, run, folder):
    process = run.process(folder)
    self._current = process
    started_at = time.monotonic()
    await process.run()
    took = time.monotonic() - started_at
    return {"killer": zoo_sources.killer_in(process) or "",
            "problem": zoo_sources.problem_in(process),
            "operations": zoo_sources.operations_in(process, folder),
            "milliseconds": round(1000 * took)}

  def _keep(self):
    if self.result["problem"] == zoo_sources.FROM_OUTSIDE:
      return
    part = self._path + ".part"
    with open(part, "w", encoding="utf-8") as file:
      json.dump({**self.result, "digest": self._digest}, file)
    os.replace(part, self._path)

  def send(self, number):
    if self._current:
      self._current.send(number)
