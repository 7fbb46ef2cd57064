"""Programs that we start: they end with us, whatever ends us."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path


def start(
    words: Sequence[object],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    user: tuple[int, int] | None = None,
    last_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches us alone and we end it in our order.

    `user` is a user and a group to run as (root only). `last_signal` is what the system sends it when we are killed.
    """
    identity = {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # the identity's types are told apart by name
            [*_tether(last_signal), *map(str, words)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            **identity,
        )


def end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM, *, seconds: float = 8.0) -> None:
    """Ask the process to end, and kill its whole group if it does not."""
    if process.poll() is not None:
        return
    process.send_signal(number)
    wait_or_kill(process, seconds)


def wait_or_kill(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Give a process that was asked to end its time, then kill its whole group."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """What a process that is gone has left in its group: children that would keep its port."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _tether(last_signal: signal.Signals) -> list[str]:
    """Words before a command that have Linux signal it when the thread that started it is gone."""
    setpriv = _setpriv()
    return [setpriv, "--pdeathsig", last_signal.name.removeprefix("SIG"), "--"] if setpriv else []


@cache
def _setpriv() -> str | None:
    """util-linux's program; busybox has one of that name that cannot do this."""
    program = shutil.which("setpriv") if sys.platform == "linux" else None
    if program is None:
        return None
    works = subprocess.run([program, "--pdeathsig", "TERM", "--", "true"], check=False, capture_output=True).returncode == 0
    return program if works else None
