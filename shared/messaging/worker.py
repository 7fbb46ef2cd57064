"""A service's worker process: relay, consumer, retries, and the service's own loops, each in a thread.

Each thread outlives what it can (a database or a broker that is away). A thread that ends otherwise ends the process,
with a status that makes the supervisor start it again: half a worker is worse than none.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
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
_MEASURE_EVERY_SECONDS = 15.0
_STOP_SECONDS = 4.5
# The longest honest work of one turn: a batch applied one by one, each waiting for a lock.
_STUCK_AFTER_SECONDS = 300.0

_log = structlog.get_logger(__name__)


@dataclass
class Worker:
    """The parts of one service's worker; `loops` are the service's own, by name."""

    service: str
    relay: Relay
    consumer: Consumer
    transport: Transport
    loops: Mapping[str, Loop] = field(default_factory=dict)

    def threads(self, stop: threading.Event, on_crash: Callable[[str], None]) -> list[LoopThread]:
        """Start every loop in a thread; `on_crash` is told the name of one that ended before `stop`."""
        loops: dict[str, Loop] = {
            "relay": self.relay.run,
            "consumer": lambda stop: self.transport.consume(self.service, self.consumer, stop),
            "retries": lambda stop: every(stop, _RETRY_PAUSE_SECONDS, self.consumer.retry_one),
            "purge": lambda stop: every(stop, _PURGE_EVERY_SECONDS, self.consumer.purge),
            "measure": lambda stop: every(stop, _MEASURE_EVERY_SECONDS, self.consumer.measure),
            **self.loops,
        }
        threads = [LoopThread(f"{self.service}-{name}", loop, stop, on_crash) for name, loop in loops.items()]
        for thread in threads:
            thread.start()
        return threads


class LoopThread(threading.Thread):
    """A loop in a thread that tells when it ends before its time, and can be asked whether it still turns."""

    def __init__(self, name: str, loop: Loop, stop: threading.Event, on_crash: Callable[[str], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._loop = loop
        self._stop_signal = _Turns(stop)
        self._on_crash = on_crash

    def run(self) -> None:
        try:
            self._loop(self._stop_signal)
        except BaseException as error:  # whatever ends a loop must end the process too
            _log.error("worker loop crashed", loop=self.name, exc_info=error)
            self._on_crash(self.name)
        else:
            if not self._stop_signal.is_set():
                _log.error("worker loop ended by itself", loop=self.name)
                self._on_crash(self.name)

    @property
    def stuck(self) -> bool:
        """It has not asked whether to stop for longer than any turn takes."""
        return time.monotonic() > self._stop_signal.expected_by + _STUCK_AFTER_SECONDS


class _Turns(threading.Event):
    """The common signal to stop, as one loop sees it: to ask for it is the loop's sign of life."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__()
        self._common = stop
        self.expected_by = time.monotonic()

    def is_set(self) -> bool:
        self.expected_by = time.monotonic()
        return self._common.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        self.expected_by = time.monotonic() + (threading.TIMEOUT_MAX if timeout is None else timeout)
        try:
            return self._common.wait(timeout)
        finally:
            self.expected_by = time.monotonic()

    def set(self) -> None:
        self._common.set()


def every(stop: threading.Event, seconds: float, work: Callable[[], object]) -> None:
    """Call `work` until `stop`: again at once while it says that there was something to do, else after a pause.

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
    """Run until SIGTERM or SIGINT, then stop within five seconds. Gives the process's exit status: 1 when a loop crashed.

    `heartbeat` is touched every second while all loops turn, for a health check by its age. What is in hand when the five
    seconds are over is rolled back with the process, and comes again.
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
        crashed += [thread.name for thread in threads if thread.stuck]
        if crashed:
            break
        if heartbeat is not None:
            heartbeat.touch()
    stop.set()
    join_all(threads)
    _log.info("worker stopped", service=worker.service, crashed=crashed)
    return 1 if crashed else 0


def join_all(threads: Sequence[threading.Thread], seconds: float = _STOP_SECONDS) -> None:
    """Wait for the threads together, no longer than `seconds`: what is unfinished is redelivered."""
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
