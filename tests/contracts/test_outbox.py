"""The telling end: what publishing promises, and what each role of the database may do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from shared.database import Database
from shared.events.envelope import Event, decode
from shared.messaging.outbox import NewEvent, publish
from shared.observability import current_traceparent, span
from shared.tenancy import NOBODY, Scope
from tests.infrastructure import ServiceDatabase
from tests.rig import OTHER, SCHOOL, TYPE, invitation


@pytest.fixture
def app(messaging_database: ServiceDatabase) -> Iterator[Database]:
    made = Database(messaging_database.sqlalchemy_url("app"))
    yield made
    made.dispose()


def outbox(database: ServiceDatabase) -> list[Event]:
    with psycopg.connect(database.url("relay")) as connection:
        return [decode(bytes(body)) for (body,) in connection.execute("select body from outbox order by seq")]


def test_events_go_out_in_the_order_given_and_are_counted_by_subject(app: Database, messaging_database: ServiceDatabase) -> None:
    with app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, *(invitation(value, subject) for value, subject in ((1, 9), (2, 3), (3, 9), (4, 9), (5, 1))))
    with app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(6, 9), invitation(7, 3))
    told = outbox(messaging_database)
    assert [event.data["sequence"] for event in told] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.sequence for event in told] == [1, 1, 2, 3, 1, 4, 2]
    assert len({event.id for event in told}) == 7


def test_nothing_is_a_fine_thing_to_publish(app: Database, messaging_database: ServiceDatabase) -> None:
    with app.transaction(NOBODY) as session:
        publish(session)
    assert outbox(messaging_database) == []


def test_an_event_carries_the_trace_it_was_told_in(app: Database, messaging_database: ServiceDatabase) -> None:
    with span("a request"), app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(1))
        expected = current_traceparent()
    assert outbox(messaging_database)[0].traceparent == expected


def test_an_event_is_encoded_as_the_catalogue_says(app: Database, messaging_database: ServiceDatabase) -> None:
    with app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(1, subject=5))
    (event,) = outbox(messaging_database)
    assert (event.source, event.school_id) == ("/scheduling", SCHOOL)
    assert event.subject == f"invitation/{UUID(int=5)}/{UUID(int=5)}"
    assert event.data["starts_at"].endswith("+00:00")
    assert json.dumps(event.data)


def test_writers_of_the_same_subjects_wait_for_each_other_and_number_their_commits(
    app: Database, messaging_database: ServiceDatabase
) -> None:
    """In opposite orders, which would end in a deadlock if each locked as it came."""
    failures: list[BaseException] = []

    def write(subjects: list[int]) -> None:
        try:
            for value in range(25):
                with app.transaction(Scope.of_schools([SCHOOL])) as session:
                    publish(session, *(invitation(value, subject) for subject in subjects))
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(subjects,)) for subjects in ([1, 2, 3], [3, 2, 1], [2, 3, 1], [1, 3])]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert failures == []
    for subject in (1, 2, 3):
        told = [event.sequence for event in outbox(messaging_database) if event.subject.endswith(str(subject))]
        assert told == list(range(1, len(told) + 1)), "the order of rows is the order of sequences"


@pytest.mark.parametrize(
    "event",
    [
        NewEvent(TYPE, SCHOOL, {**invitation(1).data, "child": "Aylin"}),
        NewEvent(TYPE, SCHOOL, {**invitation(1).data, "method": "invite"}),
        NewEvent(TYPE, SCHOOL, {**invitation(1).data, "starts_at": "2026-11-24T13:00:00+01:00"}),
        NewEvent(TYPE, SCHOOL, {**invitation(1).data, "case_id": None}),
        NewEvent(TYPE, SCHOOL, {name: value for name, value in invitation(1).data.items() if name != "kind"}),
        NewEvent(TYPE, None, invitation(1).data),
        NewEvent("cases.session.ended.v1", SCHOOL, {}),
        NewEvent("cases.case.lost.v1", SCHOOL, {}),
    ],
    ids=["unknown field", "wrong word", "text for a time", "null", "missing", "no school", "a school", "unknown type"],
)
def test_publishing_refuses_what_does_not_fit_the_catalogue(
    app: Database, messaging_database: ServiceDatabase, event: NewEvent
) -> None:
    with pytest.raises(ValueError, match=event.type.replace(".", r"\.")), app.transaction(NOBODY) as session:
        publish(session, invitation(1, school=OTHER), event)
    assert outbox(messaging_database) == []


def test_the_app_cannot_write_into_another_schools_outbox(app: Database) -> None:
    with (
        pytest.raises(InsufficientPrivilege, match="row-level security"),
        app.transaction(Scope.of_schools([SCHOOL])) as session,
    ):
        publish(session, invitation(1, school=OTHER))


def test_without_tenancy_nothing_of_a_school_is_told(app: Database) -> None:
    with pytest.raises(InsufficientPrivilege, match="row-level security"), app.transaction(NOBODY) as session:
        publish(session, invitation(1))


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("app", "select * from outbox"),
        ("app", "delete from outbox"),
        ("app", "select * from outbox_subjects"),
        ("app", "update outbox_subjects set last = 0"),
        ("app", "select * from inbox"),
        ("app", "insert into inbox values (gen_random_uuid())"),
        ("app", "select * from inbox_subjects"),
        ("app", "select body from parked_events"),
        ("app", "update parked_events set body = ''"),
        ("app", "delete from parked_events"),
        ("worker", "select * from outbox"),
        ("worker", "select * from outbox_subjects"),
        ("relay", "insert into outbox (type, body) values ('t', '')"),
        ("relay", "select * from inbox"),
        ("relay", "select * from parked_events"),
        ("relay", "select * from effects"),
        ("relay", "select * from revocations"),
        ("relay", "select allocate_sequences(array['a'], array[1::bigint])"),
        ("app", "alter table outbox disable row level security"),
        ("app", "alter table parked_events no force row level security"),
        ("worker", "drop policy outbox_write on outbox"),
    ],
)
def test_a_role_may_not(messaging_database: ServiceDatabase, role: str, statement: str) -> None:
    with psycopg.connect(messaging_database.url(role)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_relay_sees_the_outbox_of_every_school(app: Database, messaging_database: ServiceDatabase) -> None:
    for school in (SCHOOL, OTHER):
        with app.transaction(Scope.of_schools([school])) as session:
            publish(session, invitation(1, school=school))
    assert {event.school_id for event in outbox(messaging_database)} == {SCHOOL, OTHER}


def test_a_policy_that_is_dropped_closes_the_outbox(messaging_database: ServiceDatabase, app: Database) -> None:
    """Forced row-level security without a policy means nobody, not everybody."""
    with psycopg.connect(messaging_database.url("owner")) as connection:
        connection.execute("drop policy outbox_write on outbox")
        connection.execute("drop policy outbox_relay on outbox")
    with (
        pytest.raises(InsufficientPrivilege, match="row-level security"),
        app.transaction(Scope.of_schools([SCHOOL])) as session,
    ):
        publish(session, invitation(1))
    assert outbox(messaging_database) == []


def test_the_owner_is_under_the_policies_too(messaging_database: ServiceDatabase, app: Database) -> None:
    with app.transaction(Scope.of_schools([SCHOOL])) as session:
        publish(session, invitation(1))
    with psycopg.connect(messaging_database.url("owner")) as connection:
        found: Any = connection.execute("select count(*) from outbox").fetchone()
    assert found == (0,)
