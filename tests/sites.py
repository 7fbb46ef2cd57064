"""Whole sites as people start them: `make run` and `make suite` as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.ports import free_port
from tests.waiting import stretched

ROOT = Path(__file__).parent.parent
# README: Ctrl-C or SIGTERM ends it within so many seconds.
STOPS_WITHIN = 10.0
# So long what it started may take to see that it is gone.
GONE_WITHIN = 15.0
_OURS = ("DATABASE_URL", "AMQP_URL", "SMTP_URL", "PORT", "DATA_DIR", "LOG_LEVEL", "DEMO")


@dataclass
class Site:
    """One start of a site. `kind` is embedded or suite."""

    kind: str
    data: Path
    port: int = field(default_factory=free_port)
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.out, self.err = self.data.with_suffix(".out"), self.data.with_suffix(".err")
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        environment = kept | {"DATA_DIR": str(self.data), "PORT": str(self.port)} | self.variables
        with self.out.open("w") as out, self.err.open("w") as err:
            command = [sys.executable, "-m", f"deploy.{self.kind}"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=err)
        self.family: dict[int, psutil.Process] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self, seconds: float = 240.0) -> float:
        """How long it took. AssertionError with what it said when it does not get ready."""
        began = time.monotonic()
        while self.out.read_text() != f"ready: {self.url}\n":
            said = self.out.read_text() + self.err.read_text()[-4000:]
            assert self.process.poll() is None, said
            assert time.monotonic() - began < seconds, said
            time.sleep(0.05)
        return time.monotonic() - began

    def remember_family(self) -> None:
        """Note every process that it has started so far."""
        for each in psutil.Process(self.process.pid).children(recursive=True):
            self.family[each.pid] = each

    def child(self, *words: str) -> psutil.Process:
        """The oldest process of its whose command holds all these words."""
        self.remember_family()
        found = [each for each in self.family.values() if each.is_running() and _holds(each, words)]
        return min(found, key=lambda each: each.create_time())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The exit status; AssertionError when it takes longer than it says."""
        self.remember_family()
        seconds = stretched(STOPS_WITHIN)
        self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"it did not end in {seconds:.0f} s: {self.err.read_text()[-4000:]}") from error

    def left_behind(self) -> list[str]:
        """Its processes that are still there a while later."""
        _, alive = psutil.wait_procs(list(self.family.values()), timeout=stretched(GONE_WITHIN))
        return [str(each) for each in alive if not has_ended(each)]

    def kill(self) -> None:
        """Whatever state it is in."""
        if self.process.poll() is None:
            self.remember_family()
            self.process.kill()
            self.process.wait()
        for each in self.family.values():
            with suppress(psutil.NoSuchProcess):
                each.kill()


def has_ended(process: psutil.Process) -> bool:
    """It does nothing any more, also when nobody has asked for its end yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _holds(process: psutil.Process, words: tuple[str, ...]) -> bool:
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return all(word in command for word in words)


@contextmanager
def started(kind: str, data: Path, **variables: str) -> Iterator[Site]:
    """A site that has been started, not yet ready; killed at the end if it was not stopped."""
    site = Site(kind, data, variables=variables)
    try:
        yield site
    finally:
        site.kill()
