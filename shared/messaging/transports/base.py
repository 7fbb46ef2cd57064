"""What a transport promises."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from shared.errors import Unavailable

Receive = Callable[[Sequence[bytes]], None]


class TransportAway(Exception):
    """Not confirmed: the sender keeps what it sent and tries again."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way; `type` routes it."""

    type: str
    body: bytes


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

    def consume(self, service: str, receive: Receive, dead: Receive, stop: threading.Event) -> None:
        """Hand what comes for `service` to `receive` until `stop`; only what it returned from is done with.

        `dead` gets what the transport itself gave up on. Both may raise Unavailable: the messages come again.
        """
        ...


def check_broker(amqp_url: str | None) -> None:
    """Raises Unavailable unless something answers at the broker's address; without an address there is nothing to ask."""
    if amqp_url is None:
        return
    parts = urlsplit(amqp_url)
    try:
        socket.create_connection((parts.hostname or "localhost", parts.port or 5672), timeout=1).close()
    except OSError as error:
        raise Unavailable from error
