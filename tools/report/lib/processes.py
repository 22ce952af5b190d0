"""Processes side by side, so many at a time; Ctrl-C ends all of them."""

import asyncio
import os
import shlex
import signal

# From Ctrl-C until those that have not ended are killed.
PATIENCE_SECONDS = 5


class Process:
  """Waits, runs, has ended."""

  def __init__(self, argv, allowed_seconds, environment=None):
    self.argv, self.environment = argv, environment
    self.allowed_seconds = allowed_seconds
    self.is_running = self.has_ended = False
    self.is_interrupted = self.is_overdue = False
    self.exit_code = None
    self.stdout = self.stderr = ""
    self._child = None
    self._early = None  # The signal that came before there was a child.

  def command(self):
    return shlex.join(self.argv)

  async def run(self):
    self.is_running = True
    try:
      self._child = await asyncio.create_subprocess_exec(
          *self.argv,
          stdin=asyncio.subprocess.DEVNULL,
          stdout=asyncio.subprocess.PIPE,
          stderr=asyncio.subprocess.PIPE,
          env=self.environment,
          start_new_session=True)  # Ctrl-C comes from us, and only from us.
      if self._early:
        self.send(self._early)
      await self._watch()
    except OSError as error:
      self.exit_code, self.stderr = 127, str(error)
    self.is_running = False
    self.has_ended = True

  async def _watch(self):
    reading = asyncio.ensure_future(self._child.communicate())
    try:
      await asyncio.wait_for(asyncio.shield(reading), self.allowed_seconds)
    except asyncio.TimeoutError:
      self.is_overdue = True
      self.send(signal.SIGKILL)
    self.stdout, self.stderr = (
        text.decode(errors="replace") for text in await reading)
    self.exit_code = self._child.returncode

  def send(self, number):
    """To the process and its children, once there is one."""
    if not self._child:
      self._early = number
      return
    try:
      os.killpg(self._child.pid, number)
    except ProcessLookupError:
      pass


class Pool:
  """Runs processes in their order, `width` at a time."""

  def __init__(self, processes, width):
    self.processes = processes
    self.is_interrupted = False
    self._free = asyncio.Semaphore(width)

  async def run(self, on_end):
    """Calls on_end(process) after each."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
      loop.add_signal_handler(number, self.interrupt)
    ended = await asyncio.gather(
        *(self._run(one, on_end) for one in self.processes),
        return_exceptions=True)
    for error in filter(None, ended):
      raise error

  async def _run(self, process, on_end):
    """What one raises ends all. They are not cancelled: asyncio may wait for
    ever for a process whose start was cancelled.
    """
    async with self._free:
      if self.is_interrupted:
        process.is_interrupted = True
        return
      try:
        await process.run()
      except Exception:
        self.is_interrupted = True
        self.kill()
        raise
    on_end(process)

  def interrupt(self):
    """The second time, at once."""
    wait = 0 if self.is_interrupted else PATIENCE_SECONDS
    self.is_interrupted = True
    for process in self.processes:
      if process.is_running:
        process.is_interrupted = True
        process.send(signal.SIGINT)
    asyncio.get_running_loop().call_later(wait, self.kill)

  def kill(self):
    for process in self.processes:
      if process.is_running:
        process.is_interrupted = True
        process.send(signal.SIGKILL)
