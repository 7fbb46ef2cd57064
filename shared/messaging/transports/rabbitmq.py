"""RabbitMQ: a topic exchange, a quorum queue a service, publisher confirms by the batch.

Waiting for a confirm a message is what binds the usual client libraries to some hundreds of messages a second; here a
batch is published whole and waited for once. The consumer takes what has been delivered, at most a batch, without
waiting for more, and acknowledges it with one frame after the commit. Works on RabbitMQ 3.10 and 4.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pika
import pika.exceptions
import structlog
from pika.adapters.blocking_connection import BlockingChannel
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.delivery_mode import DeliveryMode

from shared.errors import Unavailable
from shared.events.catalogue import CATALOGUE, consumed_by
from shared.events.envelope import CONTENT_TYPE
from shared.messaging.transports.base import Message, Receive, TransportAway

EXCHANGE = "partnerschap.events"
DEAD_EXCHANGE = "partnerschap.dead"
BATCH = 200
_DELIVERY_LIMIT = 20
_CONFIRM_SECONDS = 20.0
_CONNECT_SECONDS = 10.0
_PROPERTIES = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=DeliveryMode.Persistent)

_log = structlog.get_logger(__name__)


def queue_name(service: str, *, dead: bool = False) -> str:
    return f"partnerschap.{service}.dead" if dead else f"partnerschap.{service}"


def declare_topology(channel: Any) -> None:
    """Every service's queues and bindings, from the catalogue; whoever comes first declares them for all.

    `channel` is a pika channel of either kind: only calls without an answer that matters are made.
    """
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.exchange_declare(DEAD_EXCHANGE, "direct", durable=True)
    for service in sorted({service for entry in CATALOGUE.values() for service in entry.consumers}):
        channel.queue_declare(queue_name(service), durable=True, arguments=_queue_arguments(service))
        channel.queue_declare(queue_name(service, dead=True), durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(queue_name(service, dead=True), DEAD_EXCHANGE, routing_key=service)
        for kind in consumed_by(service):
            channel.queue_bind(queue_name(service), EXCHANGE, routing_key=kind)


def _queue_arguments(service: str) -> dict[str, Any]:
    """A single active consumer keeps the order. The delivery limit must be said: 3.10 has no default and redelivers for ever."""
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": _DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": service,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


class RabbitTransport:
    """The transport of the suite and of production."""

    def __init__(self, url: str, *, batch: int = BATCH) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = 30
        self._parameters.socket_timeout = 5
        self._parameters.blocked_connection_timeout = _CONFIRM_SECONDS
        self._batch = batch

    def publisher(self) -> RabbitPublisher:
        return RabbitPublisher(self._parameters)

    def consume(self, service: str, receive: Receive, dead: Receive, stop: threading.Event) -> None:
        """Consume until `stop`; outlives the broker's and the database's absence."""
        delay = 0.2
        while not stop.is_set():
            try:
                _Consumption(self._parameters, service, receive, dead, self._batch).run(stop)
                delay = 0.2
            except (pika.exceptions.AMQPError, OSError, Unavailable) as error:
                _log.warning("consumer waits", service=service, error=type(error).__name__)
                stop.wait(delay * (0.5 + random.random() / 2))
                delay = min(delay * 2, 5.0)


class RabbitPublisher:
    """A SelectConnection driven from the caller's thread: its loop turns only while there is something to wait for."""

    def __init__(self, parameters: pika.URLParameters) -> None:
        self._parameters = parameters
        self._connection: SelectConnection | None = None
        self._channel: Channel | None = None
        self._ready = False
        self._failure: str | None = None
        self._next_tag = 1
        self._unconfirmed: set[int] = set()

    def publish(self, messages: Sequence[Message]) -> None:
        """Raises TransportAway unless the broker has taken every message into every queue it is bound for."""
        self._connect()
        assert self._channel is not None
        try:
            for message in messages:
                self._unconfirmed.add(self._next_tag)
                self._next_tag += 1
                self._channel.basic_publish(EXCHANGE, message.type, message.body, _PROPERTIES, mandatory=True)
        except pika.exceptions.AMQPError as error:
            self._fail(type(error).__name__)
        self._turn(_CONFIRM_SECONDS, until_confirmed=True)
        if self._failure or self._unconfirmed:
            reason = self._failure or "not confirmed in time"
            self.close()
            raise TransportAway(reason)

    def idle(self) -> None:
        """Let heartbeats through."""
        if self._connection is not None:
            self._turn(0.0)
            if self._failure:
                self.close()

    def close(self) -> None:
        connection, self._connection, self._channel, self._ready = self._connection, None, None, False
        if connection is not None and not (connection.is_closing or connection.is_closed):
            connection.close()
            connection.ioloop.call_later(1.0, connection.ioloop.stop)
            connection.ioloop.start()

    def _connect(self) -> None:
        if self._connection is not None:
            return
        self._failure, self._next_tag, self._unconfirmed, self._ready = None, 1, set(), False
        self._connection = SelectConnection(
            self._parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=lambda _connection, error: self._fail(type(error).__name__),
            on_close_callback=lambda _connection, reason: self._fail(type(reason).__name__),
        )
        self._turn(_CONNECT_SECONDS)
        if not self._ready:
            reason = self._failure or "no answer"
            self.close()
            raise TransportAway(reason)

    def _on_open(self, connection: SelectConnection) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _channel, reason: self._fail(type(reason).__name__))
        channel.add_on_return_callback(lambda *_: self._fail("no queue is bound"))
        declare_topology(channel)
        # Answers come in order: when this one is there, everything above has been declared.
        channel.confirm_delivery(self._on_confirm, callback=self._on_ready)

    def _on_ready(self, _frame: object) -> None:
        self._ready = True
        self._stop()

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        if method.NAME != "Basic.Ack":
            self._fail("refused")
            return
        if method.multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > method.delivery_tag}
        else:
            self._unconfirmed.discard(method.delivery_tag)
        if not self._unconfirmed:
            self._stop()

    def _fail(self, reason: str) -> None:
        self._failure = self._failure or reason
        self._stop()

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.ioloop.stop()

    def _turn(self, seconds: float, *, until_confirmed: bool = False) -> None:
        """Run the connection's loop until a callback stops it, `seconds` at most."""
        if self._connection is None or self._failure or (until_confirmed and not self._unconfirmed):
            return
        timeout = self._connection.ioloop.call_later(seconds, self._stop)
        self._connection.ioloop.start()
        self._connection.ioloop.remove_timeout(timeout)


class _Intake:
    """What one queue has delivered and nobody has handled yet. A channel of its own, so that one frame acknowledges a batch."""

    def __init__(self, channel: BlockingChannel, queue: str, receive: Receive, batch: int) -> None:
        self._channel = channel
        self._receive = receive
        self._batch = batch
        self.waiting: list[tuple[int, bytes]] = []
        channel.basic_qos(prefetch_count=2 * batch)
        channel.basic_consume(queue, lambda _c, method, _p, body: self.waiting.append((method.delivery_tag, body)))

    def begin(self, effects: ThreadPoolExecutor) -> Future[int]:
        """Handle at most a batch in another thread."""
        batch = self.waiting[: self._batch]
        return effects.submit(self._work, batch)

    def finish(self, count: int) -> None:
        """Acknowledge the first `count`."""
        self._channel.basic_ack(self.waiting[count - 1][0], multiple=True)
        del self.waiting[:count]

    def _work(self, batch: list[tuple[int, bytes]]) -> int:
        self._receive([body for _, body in batch])
        return len(batch)


class _Consumption:
    """One connection's worth of consuming. The handler runs in a second thread, so that heartbeats survive slow ones."""

    def __init__(self, parameters: pika.URLParameters, service: str, receive: Receive, dead: Receive, batch: int) -> None:
        self._connection = pika.BlockingConnection(parameters)
        self._service = service
        declare_topology(self._connection.channel())
        self._intakes = [
            _Intake(self._connection.channel(), queue_name(service), receive, batch),
            _Intake(self._connection.channel(), queue_name(service, dead=True), dead, batch),
        ]

    def run(self, stop: threading.Event) -> None:
        """Raises AMQPError when the connection is lost, Unavailable when the database is away."""
        try:
            with ThreadPoolExecutor(1, thread_name_prefix=f"{self._service}-effects") as effects:
                while not stop.is_set():
                    if not any(intake.waiting for intake in self._intakes):
                        self._connection.process_data_events(time_limit=0.5)
                    for intake in self._intakes:
                        self._handle(intake, effects)
        finally:
            # What is unacknowledged goes back to the head of the queue.
            if self._connection.is_open:
                self._connection.close()

    def _handle(self, intake: _Intake, effects: ThreadPoolExecutor) -> None:
        if not intake.waiting:
            return
        work = intake.begin(effects)
        work.add_done_callback(lambda _: self._wake())
        while not work.done():
            self._connection.process_data_events(time_limit=1.0)
        intake.finish(work.result())

    def _wake(self) -> None:
        try:
            self._connection.add_callback_threadsafe(lambda: None)
        except pika.exceptions.ConnectionWrongStateError:
            pass  # it was lost meanwhile: the loop notices
