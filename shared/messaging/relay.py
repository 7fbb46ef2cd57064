"""The sending end: outbox rows out in batches, in order, deleted only when the transport has confirmed them all.

A crash after the confirms and before the commit publishes the batch again; the inbox absorbs it. One relay a service is
active (an advisory lock), because SKIP LOCKED among several would break the order. Known weak spot: the rows of one batch
stay locked while the broker confirms; writers never touch them, so nobody waits.
"""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import psycopg
import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy.engine import make_url

from shared.messaging.schema import CHANNEL, DOORBELL_LOCK, RELAY_LOCK
from shared.messaging.transports.base import Message, Publisher, Transport, TransportAway

BATCH = 500
_POLL_SECONDS = 1.0
_WRITER_IN_FLIGHT_SECONDS = 0.002

PUBLISHED = Counter("events_published_total", "Events handed to the transport and confirmed", ["service"])
PENDING = Gauge("outbox_pending", "Events not yet published", ["service"], multiprocess_mode="livemax")

# The array form pins a plan on the primary key; IN (…) may become a hash join over the table with stale statistics.
_TAKE = (
    "delete from outbox where seq = any(array(select seq from outbox order by seq limit %s for update skip locked))"
    " returning seq, type, body"
)

_log = structlog.get_logger(__name__)


class Relay:
    """Empties one service's outbox into the transport, in a thread of its own."""

    def __init__(self, service: str, url: str, transport: Transport, *, batch: int = BATCH) -> None:
        self._service = service
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._transport = transport
        self._batch = batch

    def run(self, stop: threading.Event) -> None:
        """Relay until `stop`; outlives the database's and the broker's absence."""
        delay = 0.1
        while not stop.is_set():
            try:
                self._run_connected(stop)
                delay = 0.1
            except (psycopg.OperationalError, TransportAway) as error:
                _log.warning("relay waits", service=self._service, error=type(error).__name__)
                stop.wait(delay * (0.5 + random.random() / 2))
                delay = min(delay * 2, 5.0)

    def drain(self) -> int:
        """Publish all that is there, once; for operators, demo data and tests. Gives the number of events."""
        publisher = self._transport.publisher()
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                total = 0
                while count := self._relay_batch(connection, publisher):
                    total += count
                return total
        finally:
            publisher.close()

    def _run_connected(self, stop: threading.Event) -> None:
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            if not self._become_active(connection, stop):
                return
            connection.execute(f"listen {CHANNEL}")
            publisher = self._transport.publisher()
            try:
                while not stop.is_set():
                    if not self._relay_batch(connection, publisher):
                        self._sleep(connection, publisher)
            finally:
                publisher.close()

    def _become_active(self, connection: psycopg.Connection[Any], stop: threading.Event) -> bool:
        while not stop.is_set():
            if _locked(connection, RELAY_LOCK):
                return True
            stop.wait(_POLL_SECONDS)
        return False

    def _relay_batch(self, connection: psycopg.Connection[Any], publisher: Publisher) -> int:
        with connection.transaction():
            rows = connection.execute(_TAKE, (self._batch,)).fetchall()
            if not rows:
                return 0
            rows.sort()
            publisher.publish([Message(kind, bytes(body)) for _, kind, body in rows])
        PUBLISHED.labels(self._service).inc(len(rows))
        return len(rows)

    def _sleep(self, connection: psycopg.Connection[Any], publisher: Publisher) -> None:
        """Wait for the doorbell, a second at most. A writer whose lock keeps us from sleeping is about to commit."""
        if not _locked(connection, DOORBELL_LOCK):
            time.sleep(_WRITER_IN_FLIGHT_SECONDS)
            return
        try:
            pending = connection.execute("select count(*) from (select from outbox limit 10000) as waiting").fetchone()
            PENDING.labels(self._service).set(pending[0] if pending else 0)
            if not pending or not pending[0]:
                publisher.idle()
                next(iter(connection.notifies(timeout=_POLL_SECONDS, stop_after=1)), None)
        finally:
            connection.execute("select pg_advisory_unlock(%s)", (DOORBELL_LOCK,))


def _locked(connection: psycopg.Connection[Any], lock: int) -> bool:
    row = connection.execute("select pg_try_advisory_lock(%s)", (lock,)).fetchone()
    return bool(row and row[0])
