"""Within one process: the relay calls the consumers, and its row is done only when each of them has committed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from shared.errors import Unavailable
from shared.events.catalogue import consumed_by
from shared.messaging.transports.base import Message, Receiver, TransportAway

_TURN_SECONDS = 1.0


class InProcessTransport:
    """For the embedded default and for tests. `services` are those that must be listening before anything is published."""

    def __init__(self, services: Iterable[str]) -> None:
        self._types = {service: frozenset(consumed_by(service)) for service in services}
        self._receivers: dict[str, Receiver] = {}
        # One batch at a time a service, as a single active consumer has it.
        self._locks = {service: threading.Lock() for service in self._types}

    def publisher(self) -> InProcessTransport:
        return self

    def publish(self, messages: Sequence[Message]) -> None:
        """Raises TransportAway when a service is not listening or its database is away; then all is to be sent again."""
        for service, types in self._types.items():
            bodies = [message.body for message in messages if message.type in types]
            if bodies:
                self._deliver(service, bodies)

    def idle(self) -> None:
        """Nothing to keep alive."""

    def close(self) -> None:
        """Nothing to close."""

    def consume(self, service: str, receiver: Receiver, stop: threading.Event) -> None:
        self.attach(service, receiver)
        while not stop.wait(_TURN_SECONDS):
            pass
        self.detach(service)

    def attach(self, service: str, receiver: Receiver) -> None:
        """Begin to deliver to `service`."""
        self._receivers[service] = receiver

    def detach(self, service: str) -> None:
        """Stop delivering; what is in hand is finished first."""
        with self._locks[service]:
            self._receivers.pop(service, None)

    def listening(self, service: str) -> bool:
        return service in self._receivers

    def _deliver(self, service: str, bodies: Sequence[bytes]) -> None:
        with self._locks[service]:
            receiver = self._receivers.get(service)
            if receiver is None:
                raise TransportAway(f"{service} is not listening")
            try:
                receiver.receive(bodies)
            except Unavailable as error:
                raise TransportAway(f"the database of {service} is away") from error
