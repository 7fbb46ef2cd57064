"""An erased case is gone in all three services, whatever they hold: no row, no letter of a name, only the receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from services.cases.events import SUBSCRIPTIONS as CASES
from services.notifications.events import SUBSCRIPTIONS as NOTIFICATIONS
from services.scheduling.events import SUBSCRIPTIONS as SCHEDULING
from shared.clock import FixedClock
from shared.database import Database
from shared.events.catalogue import publishing_schema
from shared.events.envelope import Event
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from tests.infrastructure import ServiceDatabase

SCHOOL, CASE, PERSON, APPOINTMENT, STAFF = (uuid4() for _ in range(5))
NAME = "Zeldzaamnaam"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SUBSCRIPTIONS = {"scheduling": SCHEDULING, "notifications": NOTIFICATIONS, "cases": CASES}
CASE_DATA = {
    "case_id": CASE, "school_id": SCHOOL, "reference": "2026-0001", "kind": "family", "phase": "closed",
    "liaison_id": STAFF, "guardian_ids": [PERSON], "planned_end_on": None,
}  # fmt: skip
PERSON_DATA = {
    "person_id": PERSON, "case_id": CASE, "first_name": NAME, "last_name": NAME, "language": "nl",
    "email": f"{NAME}@voorbeeld.example", "phone": "+31612345678", "channel": "email", "interpreter_needed": False,
}  # fmt: skip
INVITATION = {
    "appointment_id": APPOINTMENT, "case_id": CASE, "person_id": PERSON, "method": "request", "kind": "home_visit",
    "place": "at_home", "starts_at": datetime(2026, 12, 1, 12, tzinfo=UTC), "ends_at": datetime(2026, 12, 1, 13, tzinfo=UTC),
    "sequence": 0, "host_first_name": "Samira", "host_phone": None, "reply_token": "geheim",
}  # fmt: skip


class Consuming:
    """One service's consumer on a database of its own."""

    def __init__(self, service: str, database: ServiceDatabase) -> None:
        self.database = database
        self.worker = Database(database.sqlalchemy_url("worker"), pool_size=2)
        self.consumer = Consumer(service, self.worker, SUBSCRIPTIONS[service], FixedClock(NOW))

    def hears(self, kind: str, subject: str, data: dict[str, object], sequence: int = 1) -> None:
        dumped = publishing_schema(kind).dump(data)
        source = "/" + kind.split(".", maxsplit=1)[0]
        self.consumer.receive([Event(new_id(), kind, source, NOW, subject, SCHOOL, sequence, dumped).encode()])

    def run(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database.url("admin")) as connection:
            done = connection.execute(query.encode())
            return done.fetchall() if done.description else []

    def mentions(self, *words: str) -> list[str]:
        """Every table of which some column, read as text, holds one of these words."""
        found = []
        with psycopg.connect(self.database.url("admin")) as connection:
            tables = connection.execute(
                "select table_name from information_schema.tables where table_schema = 'public'"
            ).fetchall()
            for (table,) in tables:
                rows = connection.execute(
                    sql.SQL("select row_to_json(t)::text from {} t").format(sql.Identifier(table))
                ).fetchall()
                text = " ".join(_readable(row[0]) for row in rows)
                found += [table for word in words if word in text]
        return sorted(set(found))


def _readable(text: str) -> str:
    """Bytes are written in hexadecimal: whatever is said in them counts too."""
    found = [text]
    for part in text.split("\\\\x")[1:]:
        digits = part.partition('"')[0]
        found.append(bytes.fromhex(digits).decode(errors="replace") if len(digits) % 2 == 0 else "")
    return " ".join(found)


@pytest.fixture
def consuming(database: Callable[[str], ServiceDatabase]) -> Iterator[Callable[[str], Consuming]]:
    made: list[Consuming] = []

    def make(service: str) -> Consuming:
        made.append(Consuming(service, database(service)))
        return made[-1]

    yield make
    for each in made:
        each.worker.dispose()


def erased() -> dict[str, object]:
    return {"case_id": CASE, "school_id": SCHOOL, "person_ids": [PERSON], "erased_at": NOW}


def test_scheduling_forgets_the_case_its_people_and_its_appointments(consuming: Callable[[str], Consuming]) -> None:
    service = consuming("scheduling")
    service.hears("cases.school.registered.v1", f"school/{SCHOOL}", {"school_id": SCHOOL, "name": "De Regenboog", "brin": None})
    service.hears("cases.case.opened.v1", f"case/{CASE}", CASE_DATA)
    service.hears("cases.person.registered.v1", f"person/{PERSON}", PERSON_DATA)
    keys = f"'{SCHOOL}', '{APPOINTMENT}'"
    service.run(
        "insert into appointments (school_id, id, case_id, kind, place, starts_at, ends_at, host_id, host_name, status,"
        " sequence, version)"
        f" values ({keys}, '{CASE}', 'home_visit', 'at_home', now(), now() + '1 hour', '{STAFF}', 'Samira', 'held', 0, 1)"
    )
    service.run(f"insert into participants values ({keys}, '{PERSON}', 0, '{NAME}', true, 'accepted')")
    service.run(f"insert into notes values ({keys}, '{PERSON}', '{STAFF}', '{NAME} belt')")
    service.run(f"insert into occupancy values ('{APPOINTMENT}', '{PERSON}', '[2026-12-01, 2026-12-02)')")
    said = f"'{new_id()}', '{APPOINTMENT}', now(), 'x', '{PERSON}', '{NAME}', null, '{{}}'"
    service.run(f"insert into history values ('{SCHOOL}', {said})")
    assert service.mentions(NAME) == ["history", "notes", "participants", "people"]
    service.hears("cases.case.erased.v1", f"case/{CASE}", erased(), 2)
    assert service.mentions(NAME, str(APPOINTMENT)) == []
    assert set(service.mentions(str(PERSON), str(CASE))) <= {"inbox_subjects"}  # how far each subject has come, by its id


def test_notifications_forgets_mail_that_was_sent_and_mail_that_waits(consuming: Callable[[str], Consuming]) -> None:
    service = consuming("notifications")
    service.hears("cases.school.registered.v1", f"school/{SCHOOL}", {"school_id": SCHOOL, "name": "De Regenboog", "brin": None})
    service.hears("cases.person.registered.v1", f"person/{PERSON}", PERSON_DATA)
    service.hears("scheduling.invitation.requested.v1", f"invitation/{APPOINTMENT}/{PERSON}", INVITATION)
    (message,) = service.run("select id from messages where template = 'appointment_invitation'")
    service.run(f"insert into message_copies values ('{SCHOOL}', '{message[0]}', 'x', 'Dag {NAME}', 'x', now())")
    service.run(
        "insert into suppressions (school_id, id, address, person_id, reason, created_at, expires_at)"
        f" values ('{SCHOOL}', '{new_id()}', '{NAME.lower()}@voorbeeld.example', '{PERSON}', 'hard', now(), now())"
    )
    left = {"change_id": new_id(), "case_id": CASE, "person_id": PERSON, "former_email": f"{NAME}@vorig.example", "host_id": None}
    service.hears("cases.person.readdressed.v1", f"readdressed/{left['change_id']}", left)
    assert service.mentions(f"{NAME}@vorig.example") == ["messages"]
    assert {"people", "message_copies"} <= set(service.mentions(NAME))
    service.hears("cases.case.erased.v1", f"case/{CASE}", erased())
    assert service.mentions(NAME, NAME.lower(), str(message[0])) == []
    assert set(service.mentions(str(PERSON), str(CASE))) <= {"inbox_subjects"}
    assert service.run("select count(*) from dispatch_queue") == [(0,)]


def test_a_parked_event_about_them_goes_too(consuming: Callable[[str], Consuming]) -> None:
    service = consuming("scheduling")
    about = f'{{"person_id": "{PERSON}", "first_name": "{NAME}"}}'
    other = new_id()
    for event_id, body in ((new_id(), about), (other, "{}")):
        service.run(
            "insert into parked_events (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at,"
            " next_attempt_at)"
            f" values ('{event_id}', '{SCHOOL}', 'x', 'x/{event_id}', 1, convert_to('{body}', 'UTF8'), 'dead', 9, 'x',"
            " now(), now())"
        )
    service.hears("cases.case.erased.v1", f"case/{CASE}", erased())
    assert service.run("select id from parked_events") == [(UUID(str(other)),)]
    assert service.mentions(NAME) == []
