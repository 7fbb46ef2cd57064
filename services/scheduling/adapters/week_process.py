"""Solving in a process of its own, which a heavy week cannot slow the worker down from, and which can be ended any moment."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[3]
_COMMAND = (sys.executable, "-m", "services.scheduling.plan_week")
_TICK_SECONDS, _MOST_SECONDS = 0.5, 300.0


class Ended(Exception):
    """The process ended without an answer, or took too long for one."""


def solve(week: dict[str, Any], seed: int, go_on: Callable[[dict[str, int] | None], bool]) -> dict[str, Any] | None:
    """The process's last word: `{"solution": …}` or `{"unsolvable": day}`.

    `go_on` is asked twice a second, with progress when there is any; None when it said no. Raises Ended.
    """
    until = time.monotonic() + _MOST_SECONDS
    with _process() as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps({"week": week, "seed": seed}).encode() + b"\n")
        process.stdin.close()
        for line in _lines(process):
            told = json.loads(line) if line else {}
            if "progress" not in told and told:
                return dict(told)
            if not go_on(told.get("progress")):
                return None
            if time.monotonic() > until:
                break
    raise Ended


@contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own: what ends the site is for the site to pass on. Never left behind."""
    process = subprocess.Popen(_COMMAND, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Each line as it comes, and an empty one when nothing came for a while."""
    assert process.stdout is not None
    pipe, rest = process.stdout.fileno(), b""
    while True:
        ready, _, _ = select.select([pipe], [], [], _TICK_SECONDS)
        if not ready:
            yield b""
            continue
        read = os.read(pipe, 65_536)
        if not read:
            return
        *whole, rest = (rest + read).split(b"\n")
        yield from (line for line in whole if line)
