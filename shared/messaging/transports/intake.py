"""Consuming from RabbitMQ: take what has been delivered, hand it to the receiver, acknowledge when it has taken it over.

While the database is away the messages are kept, unacknowledged, and offered again: letting go of them would count as a
failed delivery each time, and after enough of those the broker gives a message up.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, takewhile
from types import TracebackType
from typing import Any, NamedTuple, Self

import pika
import structlog
from pika.channel import Channel

from shared.errors import Unavailable
from shared.messaging.transports import topology
from shared.messaging.transports.base import Receiver
from shared.messaging.transports.link import Link

# A message that comes for the fourth time ended its consumer three times. With a prefetch of hundreds its neighbours are
# counted along with it; being parked is no harm to them: they are applied one by one, in the same order.
SUSPECT_AFTER = 3
_TURN_SECONDS = 0.5
_PULSE_SECONDS = 0.5
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 2.0

_log = structlog.get_logger(__name__)

TakeOver = Callable[[Sequence[bytes]], None]


class _Delivery(NamedTuple):
    tag: int
    suspect: bool
    body: bytes


class _Intake:
    """What one queue has delivered and nobody has handled yet. A channel of its own, so that one frame acknowledges a batch."""

    def __init__(self, link: Link, queue: str, batch: int, take_over: TakeOver, suspect: TakeOver) -> None:
        self._batch = batch
        self._take_over = take_over
        self._suspect = suspect
        self._waiting: deque[_Delivery] = deque()
        self._channel = link.channel()
        self._channel.add_on_cancel_callback(lambda _frame: link.fail("the queue was deleted"))
        self._channel.basic_qos(prefetch_count=2 * batch)
        self._channel.basic_consume(queue, self._on_delivery)

    def __len__(self) -> int:
        return len(self._waiting)

    def next_batch(self) -> tuple[TakeOver, list[bytes]]:
        """The first messages that go the same way, and the way."""
        suspect = self._waiting[0].suspect
        alike = takewhile(lambda delivery: delivery.suspect is suspect, islice(self._waiting, self._batch))
        return self._suspect if suspect else self._take_over, [delivery.body for delivery in alike]

    def acknowledge(self, count: int) -> None:
        """The first `count` have been taken over."""
        last = [self._waiting.popleft() for _ in range(count)][-1]
        self._channel.basic_ack(last.tag, multiple=True)

    def _on_delivery(self, _channel: Channel, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        times = int((properties.headers or {}).get("x-delivery-count", 0)) if method.redelivered else 0
        self._waiting.append(_Delivery(method.delivery_tag, times >= SUSPECT_AFTER, body))


class _Pulse(threading.Thread):
    """Turns the link's loop while the receiver takes long, so that heartbeats survive slow handlers.

    The loop is turned by one thread at a time, whoever holds the lock: the consuming one, except within `kept`. That the
    receiver works in the consuming thread, and not in another, saves every message two changes of threads.
    """

    def __init__(self, link: Link, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._link = link
        self._lock = threading.Lock()
        self._lock.acquire()
        self._busy_since: float | None = None
        self._ended = threading.Event()
        self.start()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Within this the consuming thread leaves the link alone."""
        self._busy_since = time.monotonic()
        self._lock.release()
        try:
            yield
        finally:
            self._busy_since = None
            if not self._lock.acquire(blocking=False):
                self._link.wake()
                self._lock.acquire()

    def end(self) -> None:
        self._ended.set()
        self._lock.release()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(_PULSE_SECONDS):
            if self._is_slow():
                with self._lock:
                    self._turn()

    def _turn(self) -> None:
        try:
            self._link.turn(lambda: self._busy_since is None, _PULSE_SECONDS)
        except Exception as error:  # the consuming thread is to meet it, not this one
            self._link.fail(type(error).__name__)

    def _is_slow(self) -> bool:
        since = self._busy_since
        return since is not None and time.monotonic() - since > _PULSE_SECONDS


class Consumption:
    """One connection's worth of consuming, as a context: what is unacknowledged at its end goes back to the queue's head."""

    def __init__(self, parameters: pika.ConnectionParameters, service: str, receiver: Receiver, batch: int) -> None:
        """Raises LinkLost and pika's errors."""
        self._service = service
        self._link = Link(parameters)
        try:
            declaring = self._link.channel()
            topology.declare(declaring)
            self._link.settle(declaring)  # channels do not wait for each other
            queue, dead = topology.queue_name(service), topology.queue_name(service, dead=True)
            self._intakes = (
                _Intake(self._link, queue, batch, receiver.receive, receiver.suspect),
                _Intake(self._link, dead, batch, receiver.bury, receiver.bury),
            )
        except BaseException:
            self._link.close()
            raise
        self._pulse = _Pulse(self._link, f"{service}-pulse")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pulse.end()
        self._link.close()

    def run(self, stop: threading.Event) -> None:
        """Until `stop`. Raises LinkLost when the connection is lost, and whatever the receiver raises but Unavailable."""
        while not stop.is_set():
            self._link.turn(lambda: any(map(len, self._intakes)), _TURN_SECONDS)
            for intake in self._intakes:
                if len(intake):
                    self._handle(intake, stop)

    def _handle(self, intake: _Intake, stop: threading.Event) -> None:
        take_over, bodies = intake.next_batch()
        if self._taken_over(take_over, bodies, stop):
            intake.acknowledge(len(bodies))

    def _taken_over(self, take_over: TakeOver, bodies: Sequence[bytes], stop: threading.Event) -> bool:
        """Offer until it is taken; False when `stop` came while the database was away."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                with self._pulse.kept():
                    take_over(bodies)
            except Unavailable:
                _log.warning("consumer waits for its database", service=self._service, messages=len(bodies))
                if self._link.turn(stop.is_set, pause * (0.5 + random.random() / 2)) or stop.is_set():
                    return False
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                return True
