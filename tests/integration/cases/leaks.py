"""What can be seen and written by whom: everything that the policies of `cases` must refuse, tried on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from shared.ids import new_id
from shared.tenancy import NOBODY, Audience, Scope
from tests.infrastructure import ServiceDatabase
from tests.integration.cases.support import World

_KEPT_FOR_A_SCHOOL = (
    "cases case_counters guardians addresses stories statements timeline access_log appointments deliveries"
    " changed_ends case_staff involved child_views"
)
RECORD = (*_KEPT_FOR_A_SCHOOL.split(), "search_words", "name_words")
OF_FAMILIES = tuple(name for name in RECORD if name != "case_counters")
PEOPLE = ("alliances", "accounts", "users", "schools", "assignments", "sessions")
_HIDDEN = ("stories", "statements", "addresses", "involved", "child_views")
_TOLD_OF_HIDDEN = (
    "select (select count(*) from timeline where kind in ('story_written', 'wish_added'))"
    " + (select count(*) from access_log where what in ('verhaal', 'wens'))"
    " + (select count(*) from search_words where kind in ('story', 'wish'))"
)


@contextmanager
def seen(database: ServiceDatabase, role: str, scope: Scope, **settings: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection as a role of the service's, with a transaction's settings; nothing it does is kept."""
    with psycopg.connect(database.url(role)) as connection:
        given = {
            "app.schools": ",".join(map(str, scope.schools)),
            "app.audience": scope.audience,
            "app.user_id": str(scope.actor_id or ""),
            **settings,
        }
        for name, value in given.items():
            connection.execute("select set_config(%s, %s, true)", (name, value))
        yield connection
        connection.rollback()


def count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def schools_in(connection: psycopg.Connection[Any], table: str) -> set[UUID]:
    return {row[0] for row in connection.execute(sql.SQL("select distinct school_id from {}").format(sql.Identifier(table)))}


def leaks(world: World, database: ServiceDatabase) -> list[str]:
    """Everything that somebody can see or write and should not. Empty when every policy stands."""
    found: list[str] = []
    checks = (
        _what_nobody_sees,
        _what_a_school_sees,
        _what_a_visitor_sees,
        _what_the_office_sees,
        _what_a_parent_sees,
        _what_can_be_written,
        _what_a_login_sees,
    )
    for check in checks:
        found += check(world, database)
    return found


def _what_nobody_sees(world: World, database: ServiceDatabase) -> list[str]:
    with seen(database, "app", NOBODY) as nobody:
        return [f"nobody sees {table}" for table in (*RECORD, *PEOPLE) if count(nobody, table)]


def _what_a_school_sees(world: World, database: ServiceDatabase) -> list[str]:
    own = world.schools["regenboog"]
    found: list[str] = []
    audiences: tuple[Audience, ...] = ("school", "liaison", "team")
    for audience in audiences:
        with seen(database, "app", Scope(frozenset({own}), audience)) as inside:
            tables = [*RECORD, "schools", "assignments"]
            found += [f"{audience} sees another school's {table}" for table in tables if schools_in(inside, table) - {own}]
            people = ("users", "accounts", "sessions", "alliances")
            found += [f"{audience} sees {table}" for table in people if count(inside, table)]
            if audience == "liaison":
                found += [
                    f"a liaison does not see {table}" for table in RECORD if table != "addresses" and not count(inside, table)
                ]
            else:
                found += [f"{audience} sees hidden {table}" for table in _HIDDEN if count(inside, table)]
                told = inside.execute(_TOLD_OF_HIDDEN).fetchone()
                found += [f"{audience} is told of a hidden text"] if told != (0,) else []
    return found


def _what_a_visitor_sees(world: World, database: ServiceDatabase) -> list[str]:
    """A secret address: who visits there, and not another liaison of the same school."""
    own, found = frozenset({world.schools["regenboog"]}), []
    for who, there in ((world.users["liaison"], True), (new_id(), False)):
        with seen(database, "app", Scope(own, "liaison", who)) as liaison:
            if bool(count(liaison, "addresses")) is not there:
                found.append(f"a liaison who {'visits does not see' if there else 'does not visit sees'} a secret address")
    return found


def _what_the_office_sees(world: World, database: ServiceDatabase) -> list[str]:
    found: list[str] = []
    every = frozenset(world.schools.values())
    offices: tuple[tuple[Audience, str], ...] = (("figures", "coordinator"), ("administration", "beheer"))
    for audience, key in offices:
        scope = Scope(every, audience, world.users[key])
        with seen(database, "app", scope) as office:
            found += [f"{audience} sees {table}" for table in RECORD if count(office, table)]
            if audience == "figures" and count(office, "users") > 1:
                found.append("figures sees users")
    stranger = Scope(frozenset(), "administration", new_id())
    with seen(database, "app", stranger) as office:
        found += [f"another alliance sees {table}" for table in (*RECORD, *PEOPLE) if count(office, table)]
    return found


def _what_a_parent_sees(world: World, database: ServiceDatabase) -> list[str]:
    """A guardian of no case of this school: not one row of the families that are there."""
    stranger = Scope(frozenset({world.schools["regenboog"]}), "parents", new_id())
    with seen(database, "app", stranger) as parent:
        return [f"a parent sees another family's {table}" for table in OF_FAMILIES if count(parent, table)]


@dataclass(frozen=True)
class Try:
    """Something that must fail, or touch nothing."""

    what: str
    scope: Scope
    statement: str
    values: tuple[Any, ...] = ()


def _refused(database: ServiceDatabase, each: Try) -> bool:
    """By a policy or a missing grant; a key that happens to stand in the way is no refusal."""
    with seen(database, "app", each.scope) as connection:
        try:
            return connection.execute(each.statement.encode(), each.values).rowcount < 1
        except psycopg.errors.InsufficientPrivilege:
            return True
        except psycopg.errors.IntegrityError:
            return False


def _what_can_be_written(world: World, database: ServiceDatabase) -> list[str]:
    return [each.what for each in (*_across(world), *_over(world), *_as_staff(world)) if not _refused(database, each)]


def _across(world: World) -> list[Try]:
    """Into another school, and over what somebody cannot see."""
    own, other = world.schools["regenboog"], world.schools["klimop"]
    liaison = Scope(frozenset({own}), "liaison", world.users["liaison"])
    school = Scope(frozenset({own}), "school", world.users["ib_regenboog"])
    unreadable = (
        "insert into statements (school_id, id, case_id, kind, text, readers, written_by, written_by_name, written_at)"
        " select school_id, %s, id, 'wish', 'x', array['liaison'], opened_by, 'x', now() from cases"
    )
    return [
        Try("a case moves to another school", liaison, "update cases set school_id = %s", (other,)),
        Try("another school's case changes", liaison, "update cases set reason = '' where school_id = %s", (other,)),
        Try("another school's address goes", liaison, "delete from addresses where school_id = %s", (other,)),
        Try("a school deletes an address that it cannot see", school, "delete from addresses"),
        Try("another school's references are counted", liaison, "insert into case_counters values (%s, 1999, 1)", (other,)),
        Try("a school writes what it cannot read", school, unreadable, (new_id(),)),
    ]


def _over(world: World) -> list[Try]:
    """Over what is only ever added to."""
    liaison = Scope(frozenset({world.schools["regenboog"]}), "liaison", world.users["liaison"])
    return [
        Try("history is rewritten", liaison, "update timeline set data = '{}'"),
        Try("the access log is cleaned", liaison, "delete from access_log"),
        Try("a version of the story is overwritten", liaison, "update stories set text = ''"),
        Try("a wish is overwritten", liaison, "update statements set text = ''"),
        Try("an appointment is made up", liaison, "update appointments set status = 'held'"),
    ]


def _as_staff(world: World) -> list[Try]:
    """Over one's own rights, and other people's accounts."""
    own, me = world.schools["regenboog"], world.users["liaison"]
    liaison = Scope(frozenset({own}), "liaison", me)
    assign = "insert into assignments (school_id, user_id, valid_from, role, name) values (%s, %s, '2026-01-01', 'liaison', 'x')"
    return [
        Try("staff assign each other", liaison, assign, (own, world.users["liaison_klimop"])),
        Try("staff make themselves administrator", liaison, "update users set role = 'administrator'"),
        Try("staff rename their school", liaison, "update schools set name = 'x'"),
        Try("another's session is ended", liaison, "update sessions set ended_at = now() where user_id <> %s", (me,)),
        Try("another's password is set", liaison, "update accounts set password_hash = '' where user_id <> %s", (me,)),
        Try("an address to log in with is changed", liaison, "update accounts set email = 'x'"),
    ]


def _what_a_login_sees(world: World, database: ServiceDatabase) -> list[str]:
    with seen(database, "app", NOBODY, **{"app.login_email": "liaison@demo.example"}) as login:
        found = [row[0] for row in login.execute("select email from accounts")]
        return [] if found == ["liaison@demo.example"] else [f"a login sees {len(found)} accounts"]
