"""What a transport promises, and what it asks of who receives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from shared.errors import Unavailable


class TransportAway(Exception):
    """Not confirmed: the sender keeps what it sent and tries again."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way; `type` routes it."""

    type: str
    body: bytes


class Receiver(Protocol):
    """Takes messages over: when a method returns, they are this side's responsibility, committed.

    Each may raise Unavailable: nothing was taken over, and the same messages are to come again.
    """

    def receive(self, bodies: Sequence[bytes]) -> None:
        """Messages in the order of their publishing."""
        ...

    def suspect(self, bodies: Sequence[bytes]) -> None:
        """Messages whose receiver was gone before it was done with them, more than once."""
        ...

    def bury(self, bodies: Sequence[bytes]) -> None:
        """Messages that the transport has given up on."""
        ...


class Publisher(Protocol):
    """Used by one thread."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Returns when every message is safe with all its consumers' queues. Raises TransportAway otherwise."""
        ...

    def idle(self) -> None:
        """Called at least every few seconds while there is nothing to publish."""
        ...

    def close(self) -> None: ...


class Transport(Protocol):
    """Delivers at least once, in the order of publishing, to one active consumer a service."""

    def publisher(self) -> Publisher: ...

    def consume(self, service: str, receiver: Receiver, stop: threading.Event) -> None:
        """Hand what comes for `service` to `receiver` until `stop`; only what it took over is done with."""
        ...


def check_broker(amqp_url: str | None) -> None:
    """Raises Unavailable unless something answers at the broker's address; without an address there is nothing to ask."""
    if amqp_url is None:
        return
    parts = urlsplit(amqp_url)
    port = parts.port or (5671 if parts.scheme == "amqps" else 5672)
    try:
        socket.create_connection((parts.hostname or "localhost", port), timeout=1).close()
    except OSError as error:
        raise Unavailable from error
