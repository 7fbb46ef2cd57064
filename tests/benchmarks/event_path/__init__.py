"""The event path beside Celery, both doing the same transactional work on the same servers, in turns.

A round is a steady 50 events a second (milliseconds from the commit of the event to the commit of its effect, by PostgreSQL's
own record of commit times), then a drain of a full outbox (events whose effect is committed, a second). Every setting of
Celery has a qualifying drain; the two fastest then meet ours in interleaved rounds, and the better of them counts.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.event_path.ground import Ground, ground

_HERE = "tests.benchmarks.event_path"
_ROUNDS = 3
_FINALISTS = 2
_PER_SECOND, _STEADY_SECONDS = 50, 4.0
_DRAIN_SECONDS, _QUALIFYING_SECONDS = 4.0, 2.0
_WANTED_RATIO = 5.0
_QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]


@dataclass
class Contender:
    """Two processes, and how they did. `backlog` is more than they drain in a round."""

    name: str
    relay: list[str]
    consumer: list[str]
    backlog: int
    qualifying: float = 0.0
    drained: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.drained) if self.drained else self.qualifying

    def percentile(self, share: float) -> float:
        return sorted(self.latencies)[int(len(self.latencies) * share)]


def _ours() -> Contender:
    words = ["-m", f"{_HERE}.ours"]
    return Contender("ours", [*words, "relay"], [*words, "consumer"], 16_000)


def _celery(name: str, *options: str) -> Contender:
    worker = ["-m", "celery", "--quiet", "-A", f"{_HERE}.with_celery", "worker", *_QUIET, *options]
    return Contender(f"Celery, {name}", ["-m", f"{_HERE}.with_celery"], worker, 3_000)


def _celery_settings() -> list[Contender]:
    return [
        _celery("8 threads, prefetch 4 each", "--pool=threads", "--concurrency=8", "--prefetch-multiplier=4"),
        _celery("8 threads, prefetch 50 each", "--pool=threads", "--concurrency=8", "--prefetch-multiplier=50"),
        _celery("2 threads, prefetch 50 each", "--pool=threads", "--concurrency=2", "--prefetch-multiplier=50"),
        _celery("solo, prefetch 100", "--pool=solo", "--prefetch-multiplier=100"),
        _celery("2 processes, prefetch 50 each", "--pool=prefork", "--concurrency=2", "--prefetch-multiplier=50"),
    ]


def run(out: dict[str, Any]) -> None:
    """Some two and a half minutes."""
    ours, celery = _ours(), _celery_settings()
    with ground() as place:
        for setting in celery:
            with _running(place, setting) as relay:
                setting.qualifying = _drain(place, setting, relay, _QUALIFYING_SECONDS)
        celery.sort(key=lambda setting: -setting.qualifying)
        finalists = celery[:_FINALISTS]
        for _ in range(_ROUNDS):
            for contender in (ours, *finalists):
                _round(place, contender)
    out["event_path"] = [_row(contender, finalists) for contender in (ours, *celery)]


def _row(contender: Contender, finalists: list[Contender]) -> dict[str, Any]:
    row: dict[str, Any] = {"contender": contender.name, "drained/s": contender.rate, "rounds": len(contender.drained) or None}
    if contender.latencies:
        row |= {"p50 ms": contender.percentile(0.50), "p99 ms": contender.percentile(0.99)}
    row["times Celery"] = contender.rate / max(finalist.rate for finalist in finalists)
    if contender not in finalists and contender.latencies:
        soon_enough = row["p99 ms"] <= min(finalist.percentile(0.99) for finalist in finalists)
        row["reached"] = row["times Celery"] >= _WANTED_RATIO and soon_enough
    return row


def _round(place: Ground, contender: Contender) -> None:
    with _running(place, contender) as relay:
        first = place.tell_steadily(_PER_SECOND, _STEADY_SECONDS)
        place.wait()
        contender.latencies += place.latencies(first)
        contender.drained.append(_drain(place, contender, relay, _DRAIN_SECONDS))


def _drain(place: Ground, contender: Contender, relay: subprocess.Popen[bytes], seconds: float) -> float:
    """Fill the outbox while the relay is held, let go, and look how far they come: events a second."""
    relay.send_signal(signal.SIGSTOP)
    place.tell(contender.backlog)
    relay.send_signal(signal.SIGCONT)
    begin = time.time()
    rate = place.drained_since(begin, contender.backlog, seconds)
    sys.stderr.write(f"{contender.name}: {rate:,.0f}/s\n")
    return rate


@contextmanager
def _running(place: Ground, contender: Contender) -> Iterator[subprocess.Popen[bytes]]:
    """Both processes on clean ground, warm: some events have gone all the way."""
    place.clear()
    environment = os.environ | {
        "AMQP_URL": place.amqp_url,
        "RELAY_URL": place.database.url("relay"),
        "WORKER_URL": place.database.sqlalchemy_url("worker"),
        "PYTHONWARNINGS": "ignore",
    }
    processes = [
        subprocess.Popen([sys.executable, *words], env=environment, start_new_session=True)
        for words in (contender.relay, contender.consumer)
    ]
    try:
        place.tell(20)
        place.wait()
        yield processes[0]
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)  # with a pool's children; what they leave behind is cleared
            process.wait(20)
