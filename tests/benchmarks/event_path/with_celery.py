"""Celery doing the same: `python -m tests.benchmarks.event_path.with_celery` is its relay; its worker imports `app`.

It gets our outbox and our relay (batches, doorbell), so that only the way from relay to effect differs, and the same work to
do: tenancy, inbox row and effect in one transaction, acknowledged after the commit. It is spared what it does not offer:
order per subject, and validation of what comes in.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from functools import cache

from celery import Celery
from sqlalchemy import text

from shared.database import Database
from shared.events.envelope import decode
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Message, Receiver
from shared.tenancy import Scope
from tests.benchmarks.event_path import effect

app = Celery("event_path", broker=os.environ["AMQP_URL"])
app.conf.update(
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_default_queue=os.environ["QUEUE"],
    task_default_queue_type="quorum",
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    task_store_errors_even_if_ignored=False,
    worker_detect_quorum_queues=True,
    worker_disable_rate_limits=True,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
)


_RECEIVE = text("insert into inbox (event_id) values (:id) on conflict do nothing returning event_id")


@app.task(name="event_path.apply")  # type: ignore[untyped-decorator]  # Celery publishes no types
def apply(body: str) -> None:
    event = decode(body.encode())
    with _database().transaction(Scope.of_schools([event.school_id] if event.school_id else [])) as session:
        if session.execute(_RECEIVE, {"id": event.id}).first():
            effect.write(session, event)


@cache
def _database() -> Database:
    """Made in the process that uses it: a prefork worker's children must not share a pool."""
    return Database(os.environ["WORKER_URL"], pool_size=16)


class CeleryTransport:
    """Publishes each message as a task, on one connection, confirmed."""

    def __init__(self) -> None:
        self._producer = app.amqp.Producer(app.connection_for_write().channel())

    def publisher(self) -> CeleryTransport:
        return self

    def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            apply.apply_async((message.body.decode(),), producer=self._producer)

    def idle(self) -> None: ...

    def close(self) -> None: ...

    def consume(self, service: str, receiver: Receiver, stop: threading.Event) -> None: ...


if __name__ == "__main__":
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    Relay("cases", os.environ["RELAY_URL"], CeleryTransport()).run(ended)
