"""One contract, two transports: nothing lost, nothing applied twice, in order, whatever the handler does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pika
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.clock import SystemClock
from shared.database import Database
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import Event
from shared.messaging import parking
from shared.messaging.consumer import Consumer
from shared.messaging.order import MAX_ATTEMPTS
from shared.messaging.outbox import NewEvent, publish
from shared.messaging.relay import Relay
from shared.messaging.subscription import Subscription
from shared.messaging.transports.base import Message, Transport, TransportAway
from shared.messaging.transports.in_process import InProcessTransport
from shared.messaging.transports.rabbitmq import RabbitTransport, declare_topology
from shared.pagination import PageRequest
from shared.tenancy import NOBODY, Scope
from tests.infrastructure import ServiceDatabase
from tests.waiting import eventually

SCHOOL, OTHER = UUID(int=1), UUID(int=2)
TYPE = "scheduling.invitation.requested.v1"  # its one consumer is `notifications`
CONSUMER = "notifications"


class LeapingClock(SystemClock):
    """Now, or later: retries come due without waiting for them."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@dataclass
class Rig:
    """Outbox, relay, transport and consumer around one database."""

    database: ServiceDatabase
    transport: Transport
    clock: LeapingClock = field(default_factory=LeapingClock)
    broken: set[int] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Database(self.database.sqlalchemy_url("app"))
        self.worker = Database(self.database.sqlalchemy_url("worker"))
        self.consumer = Consumer(CONSUMER, self.worker, [Subscription(TYPE, self.handle)], self.clock)
        self.relay = Relay("cases", self.database.url("relay"), self.transport)

    def handle(self, session: Session, event: Event) -> None:
        values = {"school": event.school_id, "subject": event.subject, "value": event.data["sequence"]}
        session.execute(text("insert into effects (school_id, subject, value) values (:school, :subject, :value)"), values)
        if event.data["sequence"] in self.broken:
            raise ArithmeticError("the handler is broken")

    def start(self) -> None:
        work = (
            lambda: self.transport.consume(CONSUMER, self.consumer.receive, self.consumer.bury, self.stop),
            lambda: self.relay.run(self.stop),
        )
        self.threads = [threading.Thread(target=each, daemon=True) for each in work]
        for thread in self.threads:
            thread.start()

    def publish(self, value: int, *, subject: int = 1, school: UUID = SCHOOL) -> None:
        with self.app.transaction(Scope.of_schools([school])) as session:
            publish(session, invitation(value, subject, school))

    def effects(self) -> list[tuple[str, int]]:
        with psycopg.connect(self.database.url("admin")) as connection:
            rows = connection.execute("select subject, value from effects order by n").fetchall()
        return [(subject[-1], value) for subject, value in rows]

    def values(self) -> list[int]:
        return [value for _, value in self.effects()]

    def parked(self) -> list[tuple[str, int]]:
        with psycopg.connect(self.database.url("admin")) as connection:
            return connection.execute("select state, attempts from parked_events order by sequence").fetchall()

    def retry_until_quiet(self) -> None:
        for _ in range(100):
            if not self.consumer.retry_one():
                return
            self.clock.ahead += timedelta(hours=2)

    def close(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(10)
        self.app.dispose()
        self.worker.dispose()


def invitation(value: int, subject: int = 1, school: UUID = SCHOOL) -> NewEvent:
    data = {
        "appointment_id": UUID(int=subject),
        "case_id": uuid4(),
        "person_id": UUID(int=subject),
        "method": "request",
        "kind": "home_visit",
        "place": "at_home",
        "starts_at": SystemClock().now(),
        "ends_at": SystemClock().now(),
        "sequence": value,
        "host_first_name": "Samira",
        "host_phone": None,
        "reply_token": "token",
    }
    return NewEvent(TYPE, school, data)


@pytest.fixture(params=["in_process", "rabbitmq"])
def rig(request: pytest.FixtureRequest, messaging_database: ServiceDatabase) -> Iterator[Rig]:
    if request.param == "rabbitmq":
        url = request.getfixturevalue("rabbitmq_url")
        declare(url)
        transport: Transport = RabbitTransport(url)
    else:
        transport = InProcessTransport([CONSUMER])
    made = Rig(messaging_database, transport)
    yield made
    made.close()


def declare(url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        declare_topology(connection.channel())


def test_what_is_committed_arrives_once_and_in_order(rig: Rig) -> None:
    rig.start()
    for value in range(300):
        rig.publish(value, subject=value % 3, school=(SCHOOL, OTHER)[value % 3 % 2])
    eventually(lambda: len(rig.effects()) >= 300)
    for subject in "012":
        assert [value for name, value in rig.effects() if name == subject] == list(range(int(subject), 300, 3))


def test_what_is_rolled_back_never_happened(rig: Rig) -> None:
    rig.start()
    with pytest.raises(ZeroDivisionError), rig.app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(1))
        raise ZeroDivisionError
    rig.publish(2)
    eventually(lambda: rig.values() == [2])


def test_a_broken_handler_stops_only_its_subject_and_in_the_end_nothing_is_lost_or_doubled(rig: Rig) -> None:
    rig.broken = {2}
    rig.start()
    for value in range(1, 5):
        rig.publish(value, subject=1)
        rig.publish(value + 10, subject=2)
    eventually(lambda: rig.values().count(14) == 1 and len(rig.parked()) == 3)
    assert [value for name, value in rig.effects() if name == "1"] == [1]
    rig.broken = set()
    rig.clock.ahead = timedelta(hours=2)
    rig.retry_until_quiet()
    assert [value for name, value in rig.effects() if name == "1"] == [1, 2, 3, 4]
    assert rig.parked() == []


def test_a_handler_that_stays_broken_makes_a_dead_letter_its_followers_go_on_and_a_replay_is_too_old(rig: Rig) -> None:
    rig.broken = {1}
    rig.start()
    rig.publish(1)
    rig.publish(2)
    eventually(lambda: len(rig.parked()) == 2)
    rig.clock.ahead = timedelta(hours=2)
    rig.retry_until_quiet()
    assert rig.parked() == [("dead", MAX_ATTEMPTS)]
    assert rig.values() == [2]
    with rig.app.transaction(Scope.of_schools([SCHOOL])) as session:
        (letter,) = parking.dead_letters(session, PageRequest()).items
        assert (letter.type, letter.reason) == (TYPE, "ArithmeticError")
        assert parking.replay(session, letter.id, rig.clock.now())
    rig.broken = set()
    rig.retry_until_quiet()
    assert rig.values() == [2], "a late older one must not overwrite a newer"
    assert rig.parked() == []


def test_the_same_event_twice_has_one_effect(rig: Rig) -> None:
    rig.start()
    rig.publish(1)
    eventually(lambda: rig.values() == [1])
    with rig.app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(2))
    eventually(lambda: rig.values() == [1, 2])
    publisher = rig.transport.publisher()
    body = again(rig, 3)
    publisher.publish([Message(TYPE, body), Message(TYPE, body)])
    publisher.publish([Message(TYPE, body)])
    publisher.close()
    rig.publish(4, subject=2)
    eventually(lambda: 4 in rig.values())
    assert rig.values().count(3) == 1


def again(rig: Rig, value: int) -> bytes:
    """An event's bytes, taken from an outbox by somebody who then forgot that they had sent it."""
    schema = CATALOGUE[TYPE].body()
    event = invitation(value)
    from shared.ids import new_id

    sent = Event(new_id(), TYPE, "/scheduling", rig.clock.now(), "invitation/1", SCHOOL, 1, schema.dump(event.data))
    return sent.encode()


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b'{"specversion":"1.0"}', b"[1]"])
def test_what_cannot_be_read_is_buried_and_blocks_nobody(rig: Rig, body: bytes) -> None:
    rig.start()
    eventually(lambda: listening(rig))
    publisher = rig.transport.publisher()
    publisher.publish([Message(TYPE, body)])
    publisher.close()
    rig.publish(1)
    eventually(lambda: rig.values() == [1])
    assert rig.parked() == [("dead", 0)]


def listening(rig: Rig) -> bool:
    try:
        rig.transport.publisher().publish([])
        return not isinstance(rig.transport, InProcessTransport) or CONSUMER in rig.transport._receivers
    except TransportAway:
        return False


def test_nothing_is_taken_from_the_outbox_while_nobody_listens(messaging_database: ServiceDatabase) -> None:
    rig = Rig(messaging_database, InProcessTransport([CONSUMER]))
    rig.publish(1)
    with pytest.raises(TransportAway):
        rig.relay.drain()
    with psycopg.connect(messaging_database.url("relay")) as connection:
        assert connection.execute("select count(*) from outbox").fetchone() == (1,)
    rig.close()


def test_a_consumer_whose_database_is_away_acknowledges_nothing(rig: Rig) -> None:
    rig.start()
    rig.publish(1)
    eventually(lambda: rig.values() == [1])
    with psycopg.connect(rig.database.url("admin"), autocommit=True) as connection:
        kill = "select pg_terminate_backend(pid) from pg_stat_activity where usename in ('cases_worker', 'cases_relay')"
        for value in range(2, 8):
            connection.execute(kill)
            rig.publish(value)
    eventually(lambda: rig.values() == list(range(1, 8)))


def test_the_app_cannot_write_into_another_schools_outbox(messaging_database: ServiceDatabase) -> None:
    app = Database(messaging_database.sqlalchemy_url("app"))
    with pytest.raises(Exception, match="row-level security"), app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(1, school=OTHER))
    app.dispose()


def test_the_relay_sees_the_outbox_and_nothing_else(messaging_database: ServiceDatabase) -> None:
    with psycopg.connect(messaging_database.url("relay"), autocommit=True) as connection:
        connection.execute("select * from outbox")
        for table in ("inbox", "parked_events", "effects", "revocations", "idempotency_keys"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from {table}")


def test_publishing_refuses_what_does_not_fit_the_catalogue(messaging_database: ServiceDatabase) -> None:
    app = Database(messaging_database.sqlalchemy_url("app"))
    good = invitation(1)
    wrong = [
        NewEvent(TYPE, SCHOOL, {**good.data, "child": "Aylin"}),
        NewEvent(TYPE, SCHOOL, {**good.data, "method": "invite"}),
        NewEvent(TYPE, SCHOOL, {name: value for name, value in good.data.items() if name != "kind"}),
        NewEvent(TYPE, None, good.data),
    ]
    for event in wrong:
        with pytest.raises(ValueError), app.transaction(NOBODY) as session:  # noqa: PT011 - the kind is the contract
            publish(session, event)
    app.dispose()
