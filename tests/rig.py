"""Outbox, relay, transport and consumer around one database, with a handler that tests can break."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.orm import Session

from shared.clock import SystemClock
from shared.database import Database
from shared.events.envelope import Event
from shared.messaging.consumer import Consumer
from shared.messaging.outbox import NewEvent, publish
from shared.messaging.relay import Relay
from shared.messaging.subscription import Subscription
from shared.messaging.transports.base import Message, Transport, TransportAway
from shared.migrations import Guard, create_platform_tables
from shared.tenancy import Scope
from tests.infrastructure import ServiceDatabase
from tests.waiting import eventually

SCHOOL, OTHER = UUID(int=1), UUID(int=2)
TYPE = "scheduling.invitation.requested.v1"  # consumed by `notifications`, and by `cases`, which is not here
CONSUMER = "notifications"
_EFFECTS = "create table effects (n bigint generated always as identity, school_id uuid not null, subject text, value int)"
_INSERT = sa.text("insert into effects (school_id, subject, value) values (:school, :subject, :value)")


def create_tables(template: ServiceDatabase) -> None:
    """The platform's tables and one for effects, and nothing else: messaging is tested for itself."""
    engine = sa.create_engine(template.sqlalchemy_url("owner"))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)) as op:
        op.execute("create table alembic_version (version_num text)")
        create_platform_tables(template.service)
        op.execute(_EFFECTS)
        Guard(template.service).table("effects")
    engine.dispose()


class LeapingClock(SystemClock):
    """Now, or later: retries come due without waiting for them."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


def invitation(value: int, subject: int = 1, school: UUID = SCHOOL) -> NewEvent:
    """An event about `subject` that carries a number."""
    now = SystemClock().now()
    data: dict[str, Any] = {
        "appointment_id": UUID(int=subject),
        "case_id": UUID(int=7),
        "person_id": UUID(int=subject),
        "method": "request",
        "kind": "home_visit",
        "place": "at_home",
        "starts_at": now,
        "ends_at": now,
        "sequence": value,
        "host_first_name": "Samira",
        "host_phone": None,
        "reply_token": "token",
    }
    return NewEvent(TYPE, school, data)


def write_effect(session: Session, event: Event) -> None:
    """The effect of an event: one row."""
    number = UUID(str(event.data["appointment_id"])).int
    session.execute(_INSERT, {"school": event.school_id, "subject": str(number), "value": event.data["sequence"]})


@dataclass
class Rig:
    """One service that tells events and one that hears them, sharing a database to save time."""

    database: ServiceDatabase
    transport: Transport
    clock: LeapingClock = field(default_factory=LeapingClock)
    broken: set[int] = field(default_factory=set)
    before_effect: Callable[[Event], None] = lambda _event: None
    effect: Callable[[Session, Event], None] = write_effect
    calls: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.app = Database(self.database.sqlalchemy_url("app"))
        self.worker = Database(self.database.sqlalchemy_url("worker"), lock_timeout="1s")
        self.consumer = self.new_consumer()
        self.relay = Relay("cases", self.database.url("relay"), self.transport)
        self._running: list[tuple[threading.Event, threading.Thread]] = []

    def new_consumer(self, **options: Any) -> Consumer:
        return Consumer(CONSUMER, self.worker, [Subscription(TYPE, self.handle, **options)], self.clock)

    def handle(self, session: Session, event: Event) -> None:
        value = event.data["sequence"]
        self.calls[value] += 1
        self.before_effect(event)
        self.effect(session, event)
        if value in self.broken:
            raise ArithmeticError("the handler is broken")

    def start(self) -> None:
        self.start_consumer()
        self.run(self.relay.run)

    def start_consumer(self) -> threading.Event:
        return self.run(lambda stop: self.transport.consume(CONSUMER, self.consumer, stop))

    def run(self, loop: Callable[[threading.Event], None]) -> threading.Event:
        """Start a loop in a thread; gives the signal that stops it."""
        stop = threading.Event()
        thread = threading.Thread(target=loop, args=(stop,), daemon=True)
        self._running.append((stop, thread))
        thread.start()
        return stop

    def stop(self) -> None:
        """Stop all that was started, gracefully."""
        running, self._running = self._running, []
        for stop, _ in running:
            stop.set()
        for _, thread in running:
            thread.join(60)
            assert not thread.is_alive()

    def close(self) -> None:
        self.stop()
        self.app.dispose()
        self.worker.dispose()

    def publish(self, *values: int, subject: int = 1, school: UUID = SCHOOL) -> None:
        """Tell events in one transaction."""
        with self.app.transaction(Scope.of_schools([school])) as session:
            publish(session, *(invitation(value, subject, school) for value in values))

    def send(self, *bodies: bytes) -> None:
        """Put bytes on the way past the outbox, as soon as somebody takes them."""
        publisher = self.transport.publisher()
        try:
            eventually(lambda: _sent(publisher, [Message(TYPE, body) for body in bodies]))
        finally:
            publisher.close()

    def effects(self) -> list[tuple[str, int]]:
        """(subject, value) in the order in which they came about."""
        return self.query("select subject, value from effects order by n")

    def values(self, subject: int | None = None) -> list[int]:
        return [value for name, value in self.effects() if subject is None or name == str(subject)]

    def parked(self) -> list[tuple[str, int]]:
        """(state, attempts) of what is parked."""
        return self.query("select state, attempts from parked_events order by sequence")

    def pending(self) -> int:
        ((count,),) = self.query("select count(*) from outbox")
        return int(count)

    def query(self, statement: str) -> list[Any]:
        with psycopg.connect(self.database.url("admin")) as connection:
            return connection.execute(statement.encode()).fetchall()

    def kill_connections(self, *roles: str) -> None:
        """As a restart of PostgreSQL looks from here."""
        names = [f"{self.database.service}_{role}" for role in roles]
        with psycopg.connect(self.database.url("admin"), autocommit=True) as connection:
            kill = "select pg_terminate_backend(pid) from pg_stat_activity where usename = any(%s) and datname = %s"
            connection.execute(kill, (names, self.database.name))

    def retry_until_quiet(self) -> None:
        """Make all retries that will ever be made."""
        for _ in range(200):
            self.clock.ahead += timedelta(hours=2)
            if not self.consumer.retry_one():
                return
        raise AssertionError("retries never end")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within this, handlers that are called stand still."""
        gate, entered = threading.Event(), threading.Event()

        def wait(_event: Event) -> None:
            entered.set()
            gate.wait(60)

        self.before_effect = wait
        try:
            yield
        finally:
            self.before_effect = lambda _event: None
            gate.set()


def encoded(new: NewEvent, *, event_id: UUID, sequence: int) -> bytes:
    """An event's bytes, as an outbox would have them."""
    from shared.events.catalogue import publishing_schema

    data = publishing_schema(new.type).dump(new.data)
    now = SystemClock().now()
    return Event(event_id, new.type, "/scheduling", now, new.subject, new.school_id, sequence, data).encode()


def _sent(publisher: Any, messages: list[Message]) -> bool:
    try:
        publisher.publish(messages)
    except TransportAway:
        return False
    return True
