"""The event path beside Celery, both doing the same transactional work on the same servers, in turns.

Each contender has a database and two processes of its own (relay, consumer), up all the time; only one has work at a time.
Every setting of Celery has qualifying drains; the two fastest meet ours, and the better of them counts, for each figure apart.
Then, in many short turns, each beginning with another, so that whatever else the machine does falls on all alike:

- steady: 50 events a second, milliseconds from the commit of an event to the commit of its effect;
- drain: a full outbox, events a second until the last effect is committed.

A p99 is the tenth worst of a thousand, and so at the mercy of what a shared machine does in those moments. How far ours is from
Celery's is therefore given with its 95 % interval (turns drawn anew, the same of both); ours is worse when all of it is.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.event_path.figures import batched, interval_of_difference, percentile
from tests.benchmarks.event_path.ground import Ground, Lane, ground, processor_seconds

_HERE = "tests.benchmarks.event_path"
_FINALISTS = 2
_QUALIFYING_DRAINS, _DRAINS = 2, 5
_STEADY_TURNS, _TURN_SECONDS, _PER_SECOND = 120, 0.2, 50
_WANTED_RATIO = 5.0
_QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]


@dataclass
class Contender:
    """What it is made of, and how it did. `backlog` takes it about a second."""

    name: str
    relay: list[str]
    consumer: list[str]
    backlog: int
    drained: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    turns: list[list[float]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.drained)

    def percentile(self, share: float) -> float:
        return percentile(self.turns, share)


@dataclass
class Entrant:
    """A contender on its lane, running."""

    contender: Contender
    ground: Ground
    lane: Lane
    processes: list[subprocess.Popen[bytes]]

    def drain(self) -> None:
        """Fill the outbox while the relay is held, and let go."""
        relay, count = self.processes[0], self.contender.backlog
        relay.send_signal(signal.SIGSTOP)
        self.lane.tell(count)
        used, begin = self._used(), time.time()
        relay.send_signal(signal.SIGCONT)
        self.contender.drained.append(count / (self.lane.wait() - begin))
        self.contender.processor.append((self._used() - used) / count * 1e6)

    def steady(self) -> None:
        self.lane.tell_steadily(_PER_SECOND, _TURN_SECONDS)
        self.lane.wait()

    def _used(self) -> float:
        return self.ground.processor_seconds() + sum(processor_seconds(process.pid) for process in self.processes)


def _ours() -> Contender:
    words = ["-m", f"{_HERE}.ours"]
    return Contender("ours", [*words, "relay"], [*words, "consumer"], 4_000)


def _celery(name: str, *options: str) -> Contender:
    worker = ["-m", "celery", "--quiet", "-A", f"{_HERE}.with_celery", "worker", *_QUIET, *options]
    return Contender(f"Celery, {name}", ["-m", f"{_HERE}.with_celery"], worker, 500)


def _celery_settings() -> list[Contender]:
    return [
        _celery("8 threads, prefetch 4 each", "--pool=threads", "--concurrency=8", "--prefetch-multiplier=4"),
        _celery("8 threads, prefetch 50 each", "--pool=threads", "--concurrency=8", "--prefetch-multiplier=50"),
        _celery("2 threads, prefetch 50 each", "--pool=threads", "--concurrency=2", "--prefetch-multiplier=50"),
        _celery("solo, prefetch 100", "--pool=solo", "--prefetch-multiplier=100"),
        _celery("2 processes, prefetch 50 each", "--pool=prefork", "--concurrency=2", "--prefetch-multiplier=50"),
    ]


def run(out: dict[str, Any]) -> None:
    """Some three minutes on two quiet cores."""
    ours, settings = _ours(), _celery_settings()
    with ground() as place:
        for setting in settings:
            with _running(place, setting) as entrant:
                for _ in range(_QUALIFYING_DRAINS):
                    entrant.drain()
        settings.sort(key=lambda setting: -setting.rate)
        finalists = settings[:_FINALISTS]
        with ExitStack() as stack:
            _turns([stack.enter_context(_running(place, contender)) for contender in (ours, *finalists)])
    out["event_path"] = [_row(contender, finalists) for contender in (ours, *settings)]


def _turns(entrants: Sequence[Entrant]) -> None:
    """Steady first: who drained ten times as much has ten times as much to vacuum."""
    for turn in range(_STEADY_TURNS):
        first = turn % len(entrants)
        for entrant in (*entrants[first:], *entrants[:first]):
            entrant.steady()
    for entrant in entrants:
        entrant.contender.turns = list(batched(entrant.lane.latencies(), int(_PER_SECOND * _TURN_SECONDS)))
    for _ in range(_DRAINS):
        for entrant in entrants:
            entrant.drain()


def _row(contender: Contender, finalists: list[Contender]) -> dict[str, Any]:
    ratio = contender.rate / max(finalist.rate for finalist in finalists)
    row: dict[str, Any] = {
        "contender": contender.name,
        "drained/s": contender.rate,
        "times Celery": ratio,
        "processor us": statistics.median(contender.processor),
        "drains": len(contender.drained),
    }
    if contender.turns:
        row |= {"p50 ms": contender.percentile(0.50), "p99 ms": contender.percentile(0.99)}
    if contender not in finalists and contender.turns:
        soonest = min(finalists, key=lambda finalist: finalist.percentile(0.99))
        low, high = interval_of_difference(contender.turns, soonest.turns, 0.99)
        row |= {"p99 less Celery's": f"{low:+.1f} to {high:+.1f}", "reached": ratio >= _WANTED_RATIO and low <= 0}
    return row


@contextmanager
def _running(place: Ground, contender: Contender) -> Iterator[Entrant]:
    """Both processes, warm: some events have gone all the way."""
    lane = place.lane(f"lane_{time.monotonic_ns()}")
    environment = os.environ | {
        "AMQP_URL": place.amqp_url,
        "QUEUE": lane.database.name,
        "RELAY_URL": lane.database.url("relay"),
        "WORKER_URL": lane.database.sqlalchemy_url("worker"),
        "PYTHONWARNINGS": "ignore",
    }
    processes = [
        subprocess.Popen([sys.executable, *words], env=environment, start_new_session=True)
        for words in (contender.relay, contender.consumer)
    ]
    try:
        lane.tell(20)
        lane.wait()
        yield Entrant(contender, place, lane, processes)
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)  # with a pool's children
            process.wait(20)
        lane.close()
