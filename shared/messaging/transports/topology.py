"""What is declared on RabbitMQ: one topic exchange, and for each service a queue and a queue for what it could not take.

Everything follows from the catalogue, and whoever comes first declares it for all: an event that is published before its
consumer ever started is kept for it. Quorum queues: every message is on the disks of a majority before it is confirmed.
Known weak spot: an argument of a queue that exists cannot be changed by declaring it again (406); a new value needs a new
queue, or a policy.
"""

from __future__ import annotations

from typing import Any

from shared.events.catalogue import CATALOGUE, consumed_by

EXCHANGE = "partnerschap.events"
DEAD_EXCHANGE = "partnerschap.dead"
# RabbitMQ 3.10 redelivers for ever unless told otherwise, 4 gives up after 20 and drops. Ours is a backstop for messages
# that end a worker before it can even park them; it must outlast a long absence of the database, in which the broker takes
# the messages back every 30 minutes (its consumer_timeout).
_DELIVERY_LIMIT = 100
_NO_LIMIT = 1_000_000_000  # -1 would say so on RabbitMQ 4 and is refused by 3.10


def queue_name(service: str, *, dead: bool = False) -> str:
    return f"partnerschap.{service}.dead" if dead else f"partnerschap.{service}"


def services() -> list[str]:
    """The services that consume anything."""
    return sorted({service for entry in CATALOGUE.values() for service in entry.consumers})


def declare(channel: Any) -> None:
    """Declare exchanges, queues and bindings. `channel` is a pika channel of either kind.

    On an asynchronous one nothing is waited for here: a channel works in order, and a refusal closes it.
    """
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.exchange_declare(DEAD_EXCHANGE, "direct", durable=True)
    for service in services():
        channel.queue_declare(queue_name(service), durable=True, arguments=_arguments(service))
        channel.queue_declare(queue_name(service, dead=True), durable=True, arguments=_dead_arguments())
        channel.queue_bind(queue_name(service, dead=True), DEAD_EXCHANGE, routing_key=service)
        for kind in consumed_by(service):
            channel.queue_bind(queue_name(service), EXCHANGE, routing_key=kind)


def _arguments(service: str) -> dict[str, Any]:
    """A single active consumer keeps the order; at-least-once dead-lettering needs `reject-publish`."""
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": _DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": service,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _dead_arguments() -> dict[str, Any]:
    """Behind this queue there is nothing: it must never drop."""
    return {"x-queue-type": "quorum", "x-delivery-limit": _NO_LIMIT}
