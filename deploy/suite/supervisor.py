"""Starts programs, starts again what ends by itself, and stops them together.

Known weak spot: a program that hangs without ending is left alone; that is what its own timeouts are for.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.local import processes

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0
# What ran as long as this is healthy again: its next fall is a first one.
_STEADY_SECONDS = 60.0


@dataclass
class Program:
    """One program; `launch` starts it, the first time or again."""

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started_at: float = 0.0
    due_at: float = 0.0


@dataclass
class Supervisor:
    """Used by one thread, which calls `watch` a few times a second."""

    report: Callable[[str], None]
    now: Callable[[], float] = time.monotonic
    programs: list[Program] = field(default_factory=list)
    kept: list[Program] = field(default_factory=list)

    def start(self, program: Program) -> None:
        """Start it and keep it running."""
        program.started_at, program.process = self.now(), program.launch()
        self.programs.append(program)

    def keep(self, program: Program) -> None:
        """Keep what runs already running; whoever started it stops it."""
        program.started_at = self.now()
        self.kept.append(program)

    def watch(self) -> None:
        """Look at each program once: plan a new start for what ended, start what is due."""
        for program in [*self.kept, *self.programs]:
            if program.process is not None and program.process.poll() is not None:
                processes.kill_group(program.process)
                self._plan(program, program.process.returncode)
            elif program.process is None and self.now() >= program.due_at:
                program.started_at = self.now()
                program.process = program.launch()

    def stop(self, seconds: float) -> None:
        """Ask all that were started here to end at once, and kill what has not ended after `seconds`."""
        running = [each for each in self.programs if each.process is not None and each.process.poll() is None]
        for program in running:
            assert program.process is not None
            program.process.send_signal(program.stop_signal)
        until = self.now() + seconds
        for program in running:
            assert program.process is not None
            processes.wait_or_kill(program.process, max(0.0, until - self.now()))
        self.programs.clear()

    def _plan(self, program: Program, status: int) -> None:
        steady = self.now() - program.started_at >= _STEADY_SECONDS
        program.falls = 1 if steady else program.falls + 1
        delay = min(_FIRST_DELAY * 2 ** (program.falls - 1), _LONGEST_DELAY)
        program.process, program.due_at = None, self.now() + delay
        self.report(f"{program.name} ended (status {status}); starting it again in {delay:g} s")
