"""The sending end: outbox rows out in batches, in order, deleted only when the transport has confirmed them all.

A crash after the confirms and before the commit publishes the batch again; the inbox absorbs it. One relay a service is
active (an advisory lock), because SKIP LOCKED among several would break the order. Known weak spot: the rows of one batch
stay locked while the broker confirms; writers never touch them, so nobody waits.
"""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy.engine import make_url

from shared.messaging.schema import CHANNEL, DOORBELL_LOCK, RELAY_LOCK
from shared.messaging.transports.base import Message, Publisher, Transport, TransportAway

BATCH = 500
_POLL_SECONDS = 1.0
_LISTEN_SECONDS = 0.25  # how soon a sleeping relay notices that it is to stop
_MEASURE_EVERY_SECONDS = 5.0
# With more than this in one batch there is a crowd: a NOTIFY from each writer would cost more than looking again.
_FEW = 20
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 5.0
# While a writer is in flight the relay may not sleep: it looks again soon, and less soon the longer the writer takes.
_FIRST_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.001, 0.05
# A relay whose machine is gone must lose its lock in seconds, not when the kernel's two hours are over.
_KEEPALIVES: dict[str, Any] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
# And it need not wait for the disk: a deletion that a power cut undoes is published again, and the inbox absorbs it.
_SETTINGS = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c synchronous_commit=off"

PUBLISHED = Counter("events_published_total", "Events handed to the transport and confirmed", ["service"])
PENDING = Gauge("outbox_pending", "Events not yet published", ["service"], multiprocess_mode="livemax")
AGE = Gauge("outbox_oldest_seconds", "Age of the oldest event not yet published", ["service"], multiprocess_mode="livemax")

# The array form pins a plan on the primary key; IN (…) may become a hash join over the table with stale statistics.
_TAKE = (
    "delete from outbox where seq = any(array(select seq from outbox order by seq limit %s for update skip locked))"
    " returning seq, type, body"
)
_MEASURE = "select count(*), min(created_at) from (select created_at from outbox order by seq limit 100000) as waiting"

_log = structlog.get_logger(__name__)


class Relay:
    """Empties one service's outbox into the transport, in a thread of its own."""

    def __init__(self, service: str, url: str, transport: Transport, *, batch: int = BATCH) -> None:
        self._service = service
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._transport = transport
        self._batch = batch

    def run(self, stop: threading.Event) -> None:
        """Relay until `stop`; outlives the database's and the transport's absence."""
        pause = _FIRST_PAUSE_SECONDS
        while not stop.is_set():
            try:
                with self._connect() as connection:
                    outbox = _Outbox(connection, self._service, self._batch)
                    if outbox.become_active(stop):
                        pause = _FIRST_PAUSE_SECONDS
                        self._relay(outbox, stop)
            except psycopg.Error as error:
                _log.warning("relay waits for its database", service=self._service, error=type(error).__name__)
                pause = back_off(stop, pause)

    def drain(self) -> int:
        """Publish all that is there, once; for operators, demo data and tests. Gives the number of events.

        Raises TransportAway, and psycopg's errors.
        """
        publisher = self._transport.publisher()
        try:
            with self._connect() as connection:
                outbox, total = _Outbox(connection, self._service, self._batch), 0
                while count := outbox.relay_batch(publisher):
                    total += count
                return total
        finally:
            publisher.close()

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._url, autocommit=True, connect_timeout=5, options=_SETTINGS, **_KEEPALIVES)

    def _relay(self, outbox: _Outbox, stop: threading.Event) -> None:
        """As the active relay, until `stop`. Raises psycopg's errors when the connection is lost."""
        pause = _FIRST_PAUSE_SECONDS
        publisher = self._transport.publisher()
        try:
            while not stop.is_set():
                try:
                    count = outbox.relay_batch(publisher)
                    outbox.rest_after(count, publisher, stop)
                    pause = _FIRST_PAUSE_SECONDS
                except TransportAway as error:
                    _log.warning("relay waits for its transport", service=self._service, error=str(error))
                    outbox.measure()
                    pause = back_off(stop, pause)
        finally:
            publisher.close()


class _Outbox:
    """The outbox through the relay's one connection.

    Who holds the doorbell's lock alone is to be rung for: writers then NOTIFY. With few events the relay holds it all the
    time and goes from one ring to the next; with many it lets go and simply looks again.
    """

    def __init__(self, connection: psycopg.Connection[Any], service: str, batch: int) -> None:
        self._connection = connection
        self._service = service
        self._batch = batch
        self._rung_for = False
        self._look = _FIRST_LOOK_SECONDS
        self._measured_at = 0.0

    def become_active(self, stop: threading.Event) -> bool:
        """Wait to be the only relay of this database. False when `stop` came first."""
        while not stop.is_set():
            if self._locked(RELAY_LOCK):
                self._connection.execute(f"listen {CHANNEL}")
                return True
            stop.wait(_POLL_SECONDS)
        return False

    def relay_batch(self, publisher: Publisher) -> int:
        """Move one batch to the transport; gives its size. Raises TransportAway, and then nothing was moved."""
        # In a pipeline, so that BEGIN and DELETE are one round trip.
        with self._connection.pipeline(), self._connection.transaction():
            rows = self._connection.execute(_TAKE, (self._batch,)).fetchall()
            if rows:
                rows.sort()
                publisher.publish([Message(kind, bytes(body)) for _, kind, body in rows])
        PUBLISHED.labels(self._service).inc(len(rows))
        return len(rows)

    def rest_after(self, count: int, publisher: Publisher, stop: threading.Event) -> None:
        """After a batch of `count`: wait for the next event, a second at most, or not at all when there is more to do.

        What is committed while the lock is held rings. Before the first rest the outbox is looked at once more, for what was
        committed before the lock was taken.
        """
        if time.monotonic() - self._measured_at > _MEASURE_EVERY_SECONDS:
            self.measure()
        if count > _FEW:
            self._be_rung_for(wanted=False)
        elif self._rung_for:
            publisher.idle()
            self._await_bell(stop)
        elif not count and not self._be_rung_for(wanted=True):
            stop.wait(self._look)  # a writer is in flight: it will not ring
            self._look = min(self._look * 2, _LONGEST_LOOK_SECONDS)
            return
        self._look = _FIRST_LOOK_SECONDS

    def measure(self) -> None:
        """Set the gauges of what is waiting (counted up to 100,000)."""
        pending, oldest = self._connection.execute(_MEASURE).fetchone() or (0, None)
        PENDING.labels(self._service).set(pending)
        AGE.labels(self._service).set((datetime.now(UTC) - oldest).total_seconds() if oldest else 0)
        self._measured_at = time.monotonic()

    def _be_rung_for(self, *, wanted: bool) -> bool:
        """Take or let go of the doorbell's lock; it cannot be taken while a writer is in flight. True when it is held."""
        if wanted and not self._rung_for:
            self._rung_for = self._locked(DOORBELL_LOCK)
        elif self._rung_for and not wanted:
            self._connection.execute("select pg_advisory_unlock(%s)", (DOORBELL_LOCK,))
            self._rung_for = False
        return self._rung_for

    def _await_bell(self, stop: threading.Event) -> None:
        until = time.monotonic() + _POLL_SECONDS
        while time.monotonic() < until and not stop.is_set():
            if list(self._connection.notifies(timeout=_LISTEN_SECONDS, stop_after=1)):
                return

    def _locked(self, lock: int) -> bool:
        row = self._connection.execute("select pg_try_advisory_lock(%s)", (lock,)).fetchone()
        return bool(row and row[0])


def back_off(stop: threading.Event, pause: float) -> float:
    """Wait about `pause` seconds, spread so that not everybody returns at once; gives the next, longer pause."""
    stop.wait(pause * (0.5 + random.random() / 2))
    return min(pause * 2, _LONGEST_PAUSE_SECONDS)
