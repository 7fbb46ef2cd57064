"""Where benchmarks of `scheduling` take place: a service on a database of its own, with a case and its people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from services.scheduling.config import Config
from services.scheduling.service import SchedulingService, build
from shared.clock import FixedClock
from shared.identity import new_private_key, public_keys
from shared.ids import new_id
from shared.tenancy import Principal
from tests.conftest import NOW
from tests.infrastructure import Databases, ServiceDatabase
from tests.integration.scheduling.conftest import CASE_K, CASE_R, FATMA, KASIA, KLIMOP, MEHMET, REGENBOOG, SAMIRA, tell

SCHOOL, ANOTHER, CASE = REGENBOOG, KLIMOP, CASE_R
OTHER_CASE, OTHER_PERSON = CASE_K, KASIA
# Two parents and, with the liaison who hosts it and a colleague, four who take part.
COLLEAGUE = new_id()
_COLLEAGUE = (
    "insert into people select made.* from people as one,"
    " jsonb_populate_record(one, jsonb_build_object('person_id', %s::uuid, 'role', 'team_member')) as made"
    " where one.school_id = %s and one.person_id = %s"
)
PEOPLE = [FATMA, MEHMET, COLLEAGUE]
_LIKE = (
    "insert into {0} select made.* from {0} as one, jsonb_populate_record(one, %(other)s) as made"
    " where to_jsonb(one) ->> %(key)s = %(like)s and coalesce(to_jsonb(one) ->> 'school_id', %(school)s) = %(school)s"
)


@dataclass(frozen=True)
class Family:
    """A case of its own, its two guardians, and the liaison who visits them."""

    case_id: UUID
    guardian_ids: list[UUID]
    liaison_id: UUID


@dataclass(frozen=True)
class Office:
    """The service, its database, and its liaison."""

    service: SchedulingService
    database: ServiceDatabase
    who: Principal

    @property
    def now(self) -> datetime:
        return self.service.clock.now()


def liaison(user_id: UUID) -> Principal:
    """Logged in, at both schools."""
    return Principal(user_id, "Samira", "liaison", frozenset({SCHOOL, ANOTHER}), new_id(), NOW, NOW + timedelta(hours=1))


@contextmanager
def office(databases: Databases) -> Iterator[Office]:
    """The people of the integration tests, a colleague who travels too, and where they are."""
    database, clock = databases("scheduling"), FixedClock(NOW)
    (databases.folder / "keys.json").write_text(json.dumps(public_keys(new_private_key())))
    urls: dict[str, Any] = {
        f"{name}database_url": database.sqlalchemy_url(role)
        for name, role in (("", "app"), ("worker_", "worker"), ("relay_", "relay"))
    }
    keys = databases.folder / "keys.json"
    config = Config(**urls, public_url="http://localhost", secret_key="s" * 40, token_keys_file=keys, pool_size=8)
    service = build(config, clock)
    tell(database, clock)
    who = liaison(SAMIRA)
    _settle(database)
    yield Office(service, database, who)
    service.database.dispose()


def a_family(database: ServiceDatabase) -> Family:
    """Another one, like the family of the integration tests and their liaison."""
    made = Family(new_id(), [new_id(), new_id()], new_id())
    others: list[tuple[str, str, UUID, dict[str, Any]]] = [("people", "person_id", SAMIRA, {"person_id": made.liaison_id})]
    others += [("working_times", "person_id", SAMIRA, {"person_id": made.liaison_id})]
    for one, guardian in zip((FATMA, MEHMET), made.guardian_ids, strict=True):
        others.append(("people", "person_id", one, {"person_id": guardian, "case_id": made.case_id}))
    whole = {"case_id": made.case_id, "guardian_ids": made.guardian_ids, "liaison_id": made.liaison_id}
    others.append(("cases", "case_id", CASE, whole))
    with psycopg.connect(database.url("admin")) as connection:
        for table, key, like, other in others:
            values = {
                "key": key,
                "like": f"{like}",
                "school": f"{SCHOOL}",
                "other": Jsonb(other, lambda it: json.dumps(it, default=str)),
            }
            connection.execute(_LIKE.format(table).encode(), values)
    return made


def _settle(database: ServiceDatabase) -> None:
    areas = [("3074", 51.898, 4.511), ("3083", 51.886, 4.487), ("3011", 51.919, 4.487)]
    hours = '{"1": [["08:30", "17:00"]], "2": [["08:30", "17:00"]], "3": [["08:30", "17:00"]], "4": [["08:30", "17:00"]]}'
    with psycopg.connect(database.url("admin"), autocommit=True) as connection:
        connection.cursor().executemany("insert into postcodes values (%s, %s, %s)", areas)
        connection.execute("update people set postcode_area = '3074' where person_id = %s", (FATMA,))
        connection.execute(_COLLEAGUE, (COLLEAGUE, SCHOOL, SAMIRA))
        connection.execute("insert into working_times values (%s, %s, '[]', null, 5, 2, '3011', '3011', 1)", (SAMIRA, hours))
        connection.execute("insert into school_times values (%s, %s, 'Midden', '3074', 1)", (SCHOOL, hours))
        connection.execute("insert into school_times values (%s, %s, 'Midden', '3083', 1)", (ANOTHER, hours))
