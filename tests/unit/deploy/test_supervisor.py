"""The supervisor: what ends is started again, ever later; all are stopped together."""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from deploy.local import processes
from deploy.suite.supervisor import Program, Supervisor
from tests.waiting import eventually

SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


@dataclass
class Rig:
    """A supervisor with a clock that is turned by hand."""

    log: Path
    time: float = 0.0
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.lines.append, lambda: self.time)

    def program(self, source: str) -> Program:
        return Program("clerk", partial(processes.start, [sys.executable, "-c", source], log=self.log))

    def fall(self, program: Program) -> None:
        """Wait until it has ended, and have that noticed."""
        assert program.process is not None
        program.process.wait(60)
        self.supervisor.watch()


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "log")


def test_what_is_killed_is_started_again_after_a_pause(rig: Rig) -> None:
    program = rig.program(SLEEP)
    rig.supervisor.start(program)
    assert program.process is not None
    first = program.process.pid
    program.process.kill()
    rig.fall(program)
    assert program.process is None
    rig.supervisor.watch()
    assert program.process is None, "the pause is not over"
    rig.time += 0.5
    rig.supervisor.watch()
    assert program.process is not None
    assert program.process.pid != first
    assert rig.lines == ["clerk ended (status -9); starting it again in 0.5 s"]
    rig.supervisor.stop(5)


def test_the_pause_grows_and_what_ran_long_begins_anew(rig: Rig) -> None:
    program = rig.program("raise SystemExit(3)")
    rig.supervisor.start(program)
    for _ in range(9):
        rig.fall(program)
        rig.time = program.due_at
        rig.supervisor.watch()
    pauses = [float(line.split()[-2]) for line in rig.lines]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    rig.time += 60
    rig.fall(program)
    assert rig.lines[-1].endswith("in 0.5 s")
    rig.supervisor.stop(5)


def test_what_does_not_end_when_asked_is_killed(rig: Rig) -> None:
    program = rig.program(STUBBORN)
    rig.supervisor.start(program)
    process = program.process
    assert process is not None
    eventually(lambda: rig.log.exists() and "deaf" in rig.log.read_text())
    rig.supervisor.stop(0.2)
    assert process.returncode == -signal.SIGKILL


def test_what_was_only_kept_is_not_stopped(rig: Rig) -> None:
    program = rig.program(SLEEP)
    program.process = program.launch()
    rig.supervisor.keep(program)
    rig.supervisor.stop(5)
    assert program.process.poll() is None
    processes.end(program.process)


def test_what_we_start_ends_with_us(tmp_path: Path) -> None:
    """Even after a kill -9 of ours (Linux)."""
    awake = f"print('awake', flush=True); {SLEEP}"
    source = (
        "import pathlib, sys, time; from deploy.local import processes\n"
        f"child = processes.start([sys.executable, '-c', {awake!r}], log=pathlib.Path({str(tmp_path / 'child')!r}))\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    log = tmp_path / "parent"
    root = str(Path(__file__).parents[3])
    parent = processes.start([sys.executable, "-c", source], log=log, environment={"PYTHONPATH": root, "PATH": "/usr/bin:/bin"})
    child = int(eventually(lambda: log.exists() and log.read_text().strip()))
    # From then on it is tied to its parent: what ties it comes before the program.
    eventually(lambda: "awake" in (tmp_path / "child").read_text())
    parent.kill()
    parent.wait()
    eventually(lambda: _is_gone(child))


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
