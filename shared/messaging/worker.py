"""A service's worker process: relay, consumer, retries, and the service's own loops, each in a thread.

Each thread outlives what it can (a database or a broker that is away). A thread that ends otherwise ends the process,
with a status that makes the supervisor start it again: half a worker is worse than none.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from shared.errors import Unavailable
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Transport

Loop = Callable[[threading.Event], None]
_RETRY_PAUSE_SECONDS = 0.5
_PURGE_EVERY_SECONDS = 600.0
_STOP_SECONDS = 8.0

_log = structlog.get_logger(__name__)


@dataclass
class Worker:
    """The parts of one service's worker; `loops` are the service's own, by name."""

    service: str
    relay: Relay
    consumer: Consumer
    transport: Transport
    loops: Mapping[str, Loop] = field(default_factory=dict)

    def threads(self, stop: threading.Event, on_crash: Callable[[str], None]) -> list[threading.Thread]:
        """Start every loop in a thread; `on_crash` is told the name of one that ended on an exception."""
        loops: dict[str, Loop] = {
            "relay": self.relay.run,
            "consumer": self._consume,
            "retries": self._retry,
            "purge": self._purge,
            **self.loops,
        }
        threads = [
            threading.Thread(target=_guarded, args=(name, loop, stop, on_crash), name=f"{self.service}-{name}", daemon=True)
            for name, loop in loops.items()
        ]
        for thread in threads:
            thread.start()
        return threads

    def _consume(self, stop: threading.Event) -> None:
        self.transport.consume(self.service, self.consumer.receive, self.consumer.bury, stop)

    def _retry(self, stop: threading.Event) -> None:
        every(stop, _RETRY_PAUSE_SECONDS, self.consumer.retry_one)

    def _purge(self, stop: threading.Event) -> None:
        every(stop, _PURGE_EVERY_SECONDS, lambda: self.consumer.purge())


def every(stop: threading.Event, seconds: float, work: Callable[[], bool | None]) -> None:
    """Call `work` until `stop`: again at once while it says there was something to do, else after a pause.

    While the database is away the pause grows, spread so that workers do not return all at once.
    """
    pause = seconds
    while not stop.is_set():
        try:
            found = work()
            pause = seconds
        except Unavailable:
            found = False
            pause = min(max(pause, 0.2) * 2, max(5.0, seconds))
        if not found:
            stop.wait(pause * (0.75 + random.random() / 4))


def run_worker(worker: Worker, heartbeat: Path | None = None) -> int:
    """Run until SIGTERM or SIGINT, then stop gracefully. Gives the process's exit status: 1 when a thread crashed.

    `heartbeat` is touched while all is well, for a health check.
    """
    stop = threading.Event()
    crashed: list[str] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def on_crash(name: str) -> None:
        crashed.append(name)
        stop.set()

    threads = worker.threads(stop, on_crash)
    _log.info("worker started", service=worker.service)
    while not stop.wait(1.0):
        if heartbeat is not None:
            heartbeat.touch()
    join_all(threads)
    _log.info("worker stopped", service=worker.service, crashed=crashed)
    return 1 if crashed else 0


def join_all(threads: list[threading.Thread], seconds: float = _STOP_SECONDS) -> None:
    """Wait for the threads together, no longer than `seconds`: what is unfinished is redelivered."""
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _guarded(name: str, loop: Loop, stop: threading.Event, on_crash: Callable[[str], None]) -> None:
    try:
        loop(stop)
    except BaseException as error:  # whatever ends a loop must end the process too
        _log.error("worker loop crashed", loop=name, exc_info=error)
        on_crash(name)
