"""Two walls between schools, and a third within one: each is tried alone, and each policy is broken to see a test turn red."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from services.cases.domain.case import Address
from services.cases.domain.listing import Filters
from services.cases.domain.readers import PARENTS_AND_LIAISON
from services.cases.persistence.cases import Cases
from services.cases.persistence.unit_of_work import Work
from services.cases.usecases import circle, lifecycle, session, texts
from services.cases.usecases.cases import NewGuardian
from services.cases.usecases.circle import NewChildView, NewInvolved
from services.cases.usecases.lifecycle import MoreTime
from services.cases.usecases.planning import keep_appointment, keep_delivery
from services.cases.usecases.session import Credentials
from services.cases.usecases.texts import NewStatement, NewStory
from shared.database import Database
from shared.errors import NotFound
from shared.ids import new_id
from shared.migrations import OWN_SCHOOLS
from shared.pagination import PageRequest
from shared.tenancy import Scope
from tests.infrastructure import ServiceDatabase
from tests.integration.cases.leaks import PEOPLE, RECORD, count, leaks, seen
from tests.integration.cases.support import PASSWORD, World, guardian_values

HOME = Address("Putselaan", "114", "3074 JH", "Rotterdam")
SECRET_TEXT = "Wat aan de keukentafel werd verteld."


@dataclass
class Twins:
    """The same family at two schools; what is secret is secret at both."""

    world: World
    cases: dict[str, UUID]


@pytest.fixture
def twins(world: World) -> Twins:
    made: dict[str, UUID] = {}
    for school, liaison in (("regenboog", "liaison"), ("klimop", "liaison_klimop")):
        guardian = NewGuardian(guardian_values(address_secret=True), HOME)
        case = world.opens(school, f"ib_{school}", guardians=[guardian]).case
        made[school] = case.id
        who = world.who(liaison)
        texts.write_story(world.service, who, case.id, NewStory(SECRET_TEXT))
        texts.state(world.service, who, case.id, NewStatement("wish", SECRET_TEXT))
        _live(world, liaison, case.id)
        plan(world, case.school_id, case.id, case.guardians[0].id, world.users[liaison])
        session.log_in(world.service, Credentials(f"{liaison}@demo.example", PASSWORD, "127.0.0.1"))
    return Twins(world, made)


def _live(world: World, liaison: str, case_id: UUID) -> None:
    """More time for it, and two texts that the parents read and the school does not."""
    who, readers = world.who(liaison), list(PARENTS_AND_LIAISON)
    lifecycle.extend_case(world.service, who, case_id, MoreTime(date(2027, 6, 1), "Nog een ronde."))
    circle.hear_child(world.service, who, case_id, NewChildView(date(2026, 11, 20), "talk", SECRET_TEXT, readers=readers))
    values: dict[str, str | None] = dict.fromkeys(("part_name", "phone", "email", "since", "until"), None)
    values |= {"part": "community_team", "name": "Wijkteam", "organisation": "Gemeente"}
    circle.involve(world.service, who, case_id, NewInvolved(values, readers))


def plan(world: World, school_id: UUID, case_id: UUID, guardian_id: UUID, host_id: UUID) -> None:
    worker = Database(world.database.sqlalchemy_url("worker"), pool_size=1)
    now = world.clock.now()
    data = {
        "appointment_id": new_id(),
        "case_id": case_id,
        "kind": "home_visit",
        "place": "at_home",
        "starts_at": now,
        "ends_at": now,
        "status": "invited",
        "host_id": host_id,
        "participants": [{"person_id": guardian_id, "response": "awaiting"}],
    }
    message = {"message_id": new_id(), "case_id": case_id, "person_id": guardian_id, "template": "x", "language": "nl"}
    with worker.transaction(Scope.of_schools({school_id})) as opened:
        work = Work.on(opened, Scope.of_schools({school_id}))
        keep_appointment(work, school_id, "invited", data, now)
        keep_delivery(work, school_id, "sent", message | {"status": "sent", "about_id": data["appointment_id"]}, now)
    worker.dispose()


def test_nothing_leaks(twins: Twins) -> None:
    assert leaks(twins.world, twins.world.database) == []


# The addresses of this world are secret to everybody but the liaison; test_parents.py has a family with an open one.
# What the worker sees of schools and of who works is held to in tests/contracts/test_walls.py and test_digests.py; the wall
# of emergency access, of every table, in test_every_wall.py, and what is seen before it in test_emergency.py.
PROVEN_APART = ("addresses_parents", "schools_worker", "schools_counted", "users_digest")


def policies(database: ServiceDatabase) -> list[tuple[str, str]]:
    found = (
        "select tablename, policyname from pg_policies where tablename = any(%s)"
        " and policyname not like '%%_purge' and policyname not like '%%\\_emergency%%' and policyname <> all(%s)"
    )
    with psycopg.connect(database.url("admin")) as connection:
        return [(row[0], row[1]) for row in connection.execute(found, ([*RECORD, *PEOPLE], list(PROVEN_APART))).fetchall()]


BREAKS: dict[str, str] = {
    "dropped": "drop policy {policy} on {table}",
    "opened for all": "create policy broken on {table} to cases_app using (true) with check (true)",
    "switched off": "alter table {table} disable row level security",
    "opened within the school": f"create policy broken on {{table}} to cases_app using ({OWN_SCHOOLS})",
}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_policy_is_needed(twins: Twins) -> None:
    """Each is dropped, opened and switched off in turn, and mended again: the checks must notice each time."""
    world, unnoticed = twins.world, []
    with psycopg.connect(world.database.url("admin"), autocommit=True) as owner:
        for table, policy in policies(world.database):
            for how, statement in BREAKS.items():
                if how == "opened within the school" and table not in RECORD:
                    continue
                kept = owner.execute(
                    "select qual, with_check, roles, permissive from pg_policies where policyname = %s", (policy,)
                )
                again = kept.fetchone()
                owner.execute(sql.SQL(statement).format(policy=sql.Identifier(policy), table=sql.Identifier(table)))
                # Dropped, everything is shut: then somebody misses what is theirs.
                if not (leaks(world, world.database) or _is_missed(world, table)):
                    unnoticed.append(f"{table}: {how}")
                _mend(owner, table, policy, again, how)
    assert unnoticed == []
    assert leaks(world, world.database) == []


def _is_missed(world: World, table: str) -> bool:
    scope = Scope(frozenset({world.schools["regenboog"]}), "liaison", world.users["liaison"])
    with seen(world.database, "app", scope) as liaison:
        return count(liaison, table) == 0


def _mend(owner: psycopg.Connection[Any], table: str, policy: str, kept: Any, how: str) -> None:
    names = {"policy": sql.Identifier(policy), "table": sql.Identifier(table)}
    if how == "dropped":
        roles = sql.SQL(", ").join(sql.Identifier(role) for role in kept[2])
        again = sql.SQL("create policy {policy} on {table} as {kind} to {roles} using ({using}) with check ({check})")
        kind, check = sql.SQL(kept[3].lower()), sql.SQL(kept[1] or kept[0])
        owner.execute(again.format(**names, kind=kind, roles=roles, using=sql.SQL(kept[0]), check=check))
    elif how == "switched off":
        owner.execute(sql.SQL("alter table {table} enable row level security").format(**names))
    else:
        owner.execute(sql.SQL("drop policy broken on {table}").format(**names))


@pytest.fixture
def unguarded(twins: Twins) -> Iterator[Callable[[str], Work]]:
    """Repositories of one school on a connection that no policy binds: the first wall alone."""
    engine = create_engine(twins.world.database.sqlalchemy_url("admin"))
    with Session(engine) as opened:
        yield lambda school: Work.on(opened, Scope.of_schools({twins.world.schools[school]}))
    engine.dispose()


def test_the_first_wall_stands_alone(twins: Twins, unguarded: Callable[[str], Work]) -> None:
    work, other = unguarded("regenboog"), twins.cases["klimop"]
    with pytest.raises(NotFound):
        work.cases.get(other)
    assert not work.cases.exists(other)
    now = twins.world.clock.now()
    for filters in (Filters(), Filters(q="aylin"), Filters(school_id=twins.world.schools["klimop"])):
        found = work.cases.list(filters, PageRequest(), now).items
        assert {case.school_id for case in found} <= {twins.world.schools["regenboog"]}
    assert work.cases.guardian_names([other]) == {}


def test_a_repository_of_no_school_finds_nothing(twins: Twins, unguarded: Callable[[str], Work]) -> None:
    nothing = Cases(unguarded("regenboog").session, frozenset())
    assert nothing.list(Filters(), PageRequest(), twins.world.clock.now()).items == []


def test_a_school_is_part_of_every_key(world: World) -> None:
    keys = world.rows(
        "select conrelid::regclass::text as of, conname from pg_constraint"
        " where contype in ('p', 'u', 'f') and connamespace = 'public'::regnamespace and conrelid::regclass::text = any(%s)"
        " and not exists (select 1 from pg_attribute a"
        "   where a.attrelid = conrelid and a.attnum = any(conkey) and a.attname = 'school_id')",
        list(RECORD),
    )
    assert keys == []


def test_what_is_written_is_refused_at_another_school_by_its_keys_too(twins: Twins) -> None:
    """As the administrator of the server, whom no policy binds: a note of one school on a case of another."""
    engine = create_engine(twins.world.database.sqlalchemy_url("admin"))
    with engine.connect() as connection, pytest.raises(Exception, match="fk_guardians_school_id_case_id"):
        connection.execute(
            text("update guardians set case_id = :case_id where school_id = :school_id"),
            {"case_id": twins.cases["klimop"], "school_id": twins.world.schools["regenboog"]},
        )
    engine.dispose()
