"""RabbitMQ: a topic exchange, a quorum queue a service, publisher confirms by the batch. Works on RabbitMQ 3.10 and 4.

Waiting for a confirm a message is what binds the usual client libraries to some hundreds of messages a second; here a batch
is published whole and waited for once. The consumer takes what has been delivered, at most a batch, without waiting for more,
and acknowledges it with one frame after the commit.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pika
import pika.exceptions
import structlog
from pika.channel import Channel
from pika.delivery_mode import DeliveryMode

from shared.events.envelope import CONTENT_TYPE
from shared.messaging.transports import topology
from shared.messaging.transports.base import Message, Receiver, TransportAway
from shared.messaging.transports.intake import Consumption
from shared.messaging.transports.link import Link, LinkLost

BATCH = 200
_SLICE = 100
_CONFIRM_SECONDS = 20.0
_DEFAULTS = {"heartbeat": 30, "socket_timeout": 5.0, "blocked_connection_timeout": _CONFIRM_SECONDS}
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0
_PROPERTIES = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=DeliveryMode.Persistent)

_log = structlog.get_logger(__name__)


class RabbitTransport:
    """The transport of the suite and of production. What the address says (`?heartbeat=`) goes before our own settings."""

    def __init__(self, url: str, *, batch: int = BATCH) -> None:
        self._parameters = pika.URLParameters(url)
        said = parse_qs(urlsplit(url).query)
        for name, value in _DEFAULTS.items():
            if name not in said:
                setattr(self._parameters, name, value)
        self._batch = batch

    def publisher(self) -> RabbitPublisher:
        return RabbitPublisher(self._parameters)

    def consume(self, service: str, receiver: Receiver, stop: threading.Event) -> None:
        """Consume until `stop`; outlives the broker's absence and, without letting go of the messages, the database's."""
        pause = _FIRST_PAUSE_SECONDS
        while not stop.is_set():
            try:
                with Consumption(self._parameters, service, receiver, self._batch) as consumption:
                    pause = _FIRST_PAUSE_SECONDS
                    consumption.run(stop)
            except (LinkLost, pika.exceptions.AMQPError, OSError) as error:
                _log.warning("consumer waits for the broker", service=service, error=str(error) or type(error).__name__)
                stop.wait(pause * (0.5 + random.random() / 2))
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


class RabbitPublisher:
    """Connects when it must, and again after every failure: what was not confirmed is the caller's to send again."""

    def __init__(self, parameters: pika.ConnectionParameters) -> None:
        self._parameters = parameters
        self._confirmed: _ConfirmedChannel | None = None

    def publish(self, messages: Sequence[Message]) -> None:
        """Raises TransportAway unless the broker has taken every message into every queue it is bound for."""
        try:
            if self._confirmed is None:
                self._confirmed = _ConfirmedChannel(self._parameters)
            self._confirmed.publish(messages)
        except (LinkLost, pika.exceptions.AMQPError, OSError) as error:
            self.close()
            raise TransportAway(str(error) or type(error).__name__) from error

    def idle(self) -> None:
        """Let heartbeats through, and notice a connection that was lost before the next event needs it."""
        try:
            if self._confirmed is not None:
                self._confirmed.turn()
        except (LinkLost, pika.exceptions.AMQPError, OSError):
            self.close()

    def close(self) -> None:
        confirmed, self._confirmed = self._confirmed, None
        if confirmed is not None:
            confirmed.close()


class _ConfirmedChannel:
    """A channel in confirm mode, and the count of what is confirmed."""

    def __init__(self, parameters: pika.ConnectionParameters) -> None:
        self._link = Link(parameters)
        self._published = 0
        self._unconfirmed: set[int] = set()
        self._confirmed_up_to = 0
        try:
            self._channel = self._prepared(self._link.channel())
        except BaseException:
            self._link.close()
            raise

    def publish(self, messages: Sequence[Message]) -> None:
        """Send all and wait once. Raises LinkLost when one is refused, unroutable or not confirmed in time."""
        for begin in range(0, len(messages), _SLICE):
            for message in messages[begin : begin + _SLICE]:
                self._published += 1
                self._unconfirmed.add(self._published)
                self._channel.basic_publish(topology.EXCHANGE, message.type, message.body, _PROPERTIES, mandatory=True)
            self.turn()
        if not self._link.turn(lambda: not self._unconfirmed, _CONFIRM_SECONDS):
            raise LinkLost("not confirmed in time")

    def turn(self) -> None:
        """Read what has come, write what can be written. Raises LinkLost."""
        self._link.turn(lambda: False, 0)

    def close(self) -> None:
        self._link.close()

    def _prepared(self, channel: Channel) -> Channel:
        channel.add_on_return_callback(lambda *_: self._link.fail("no queue is bound for it"))
        topology.declare(channel)
        channel.confirm_delivery(self._on_confirm)
        self._link.settle(channel)
        return channel

    def _on_confirm(self, frame: Any) -> None:
        """One or, with `multiple`, all up to here; single ones may come in any order."""
        if frame.method.NAME != "Basic.Ack":
            self._link.fail("refused by the broker")
            return
        tag = frame.method.delivery_tag
        if not frame.method.multiple:
            self._unconfirmed.discard(tag)
            return
        for confirmed in range(self._confirmed_up_to + 1, tag + 1):
            self._unconfirmed.discard(confirmed)
        self._confirmed_up_to = max(tag, self._confirmed_up_to)
