"""Consuming from RabbitMQ: take what has been delivered, have it handled in a second thread, acknowledge after the commit.

The handler has a thread of its own so that heartbeats survive slow ones. There is never more than one batch in hand.

While the database is away the messages are kept, unacknowledged, and offered again: letting go of them would count as a
failed delivery each time, and after enough of those the broker gives a message up.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice, takewhile
from queue import SimpleQueue
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


class _Handler(threading.Thread):
    """The thread of the receiver. A daemon, unlike a pool's threads: one that hangs must not keep the process alive."""

    def __init__(self, name: str, wake: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._orders: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._wake = wake
        self._error: BaseException | None = None
        self._idle = True
        self.start()

    def begin(self, work: Callable[[], None]) -> None:
        self._idle = False
        self._orders.put(work)

    def is_idle(self) -> bool:
        return self._idle

    def check(self) -> None:
        """Raises what the work raised."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    def end(self) -> None:
        """Finish what is in hand."""
        self._orders.put(None)
        self.join()

    def run(self) -> None:
        while (work := self._orders.get()) is not None:
            try:
                work()
            except BaseException as error:  # raised again where it is waited for
                self._error = error
            self._idle = True
            self._wake()


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
        self._handler = _Handler(f"{service}-handler", self._link.wake)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """What is in hand is finished first, so that two batches are never applied at once."""
        self._handler.end()
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
                self._in_handler(take_over, bodies)
            except Unavailable:
                _log.warning("consumer waits for its database", service=self._service, messages=len(bodies))
                if self._link.turn(stop.is_set, pause * (0.5 + random.random() / 2)) or stop.is_set():
                    return False
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                return True

    def _in_handler(self, take_over: TakeOver, bodies: Sequence[bytes]) -> None:
        self._handler.begin(partial(take_over, bodies))
        while not self._link.turn(self._handler.is_idle, _TURN_SECONDS):
            pass
        self._handler.check()
