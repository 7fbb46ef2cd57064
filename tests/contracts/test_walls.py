"""The wall in the database, in all three: what has a school is behind a forced policy, and no role of ours gets round it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.infrastructure import ServiceDatabase

SERVICES = ("cases", "scheduling", "notifications")
ROLES = ("app", "worker", "relay")
SCHOOLS = (UUID(int=1), UUID(int=2))
# What a role sees of every school without naming one, and why; everything else is empty to it.
SEEN_WITHOUT_A_SCHOOL = {
    "cases_relay": {"outbox": "it carries the events of all schools"},
    "scheduling_relay": {"outbox": "it carries the events of all schools"},
    "notifications_relay": {"outbox": "it carries the events of all schools"},
    "cases_worker": {
        "schools": "ids alone, to count the figures of one after the other",
        "parked_events": "it makes the retries of all schools",
        "handovers": "ids, days and colleagues of what has yet to take effect, to go from school to school; never the note",
    },
    "scheduling_worker": {"parked_events": "it makes the retries of all schools"},
    "notifications_worker": {
        "parked_events": "it makes the retries of all schools",
        "dispatch_queue": "ids and times of mail that is due, to go from school to school",
        "schools": "ids and names, to go from school to school",
    },
}
_TABLES = (
    "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id'"
    " where c.relkind in ('r', 'p', 'm', 'v', 'f') and c.relnamespace = 'public'::regnamespace order by 1"
)
_COLUMNS = (
    "select attname, format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass and attnum > 0"
    " and not attisdropped and attnotnull and attgenerated = '' and attidentity = '' and attname <> 'school_id'"
)
_CHECKS = "select conname from pg_constraint where conrelid = %s::regclass and contype = 'c'"
_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "gen_random_uuid()::text",
    "character varying": "'x'",
    "boolean": "true",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "tstzrange": "tstzrange(now(), now() + interval '1 hour')",
    "daterange": "daterange(current_date, current_date + 1)",
    "jsonb": "'{}'",
    "json": "'{}'",
    "bytea": "'x'",
}


@dataclass(frozen=True)
class Walled:
    """A database in which every table of a school has a row of each of two schools."""

    database: ServiceDatabase
    tables: list[str]

    def connect(self, role: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.database.url(role), autocommit=True)

    def asked_for(self, role: str) -> frozenset[str]:
        return frozenset(SEEN_WITHOUT_A_SCHOOL.get(f"{self.database.service}_{role}", {}))

    def may_read(self, role: str, table: str) -> bool:
        with self.connect("admin") as connection:
            name = f"{self.database.service}_{role}"
            question = "select has_any_column_privilege(%s, %s, 'select')"
            return bool(connection.execute(question, (name, table)).fetchone() == (True,))


@pytest.fixture(params=SERVICES)
def walled(request: pytest.FixtureRequest, database: Callable[[str], ServiceDatabase]) -> Walled:
    made = database(request.param)
    with psycopg.connect(made.url("admin"), autocommit=True) as connection:
        tables = [str(name) for (name,) in connection.execute(_TABLES).fetchall()]
        connection.execute("set session_replication_role = replica")  # neither foreign keys nor triggers
        for table in tables:
            _fill(connection, table)
    return Walled(made, tables)


def _fill(connection: psycopg.Connection[tuple[object, ...]], table: str) -> None:
    """A row of each school, of whatever fits the columns' types; what checks say of words is not the subject here."""
    for (name,) in connection.execute(_CHECKS, (table,)).fetchall():
        connection.execute(sql.SQL("alter table {} drop constraint {}").format(sql.Identifier(table), sql.Identifier(str(name))))
    columns = [(str(name), str(kind)) for name, kind in connection.execute(_COLUMNS, (table,)).fetchall()]
    names = sql.SQL(", ").join(sql.Identifier(name) for name in ("school_id", *(name for name, _ in columns)))
    for school in SCHOOLS:
        values = sql.SQL(", ").join(sql.SQL(_value(kind)) for _, kind in columns)
        row = sql.SQL(", ").join([sql.Literal(school), values]) if columns else sql.Literal(school)
        connection.execute(sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table), names, row))


def _value(kind: str) -> str:
    if kind.endswith("[]"):
        return "'{}'"
    return _VALUES.get(kind, "1")


def test_every_table_of_a_school_has_a_forced_policy_and_belongs_to_the_owner(walled: Walled) -> None:
    wanted = "relkind = 'r' and relrowsecurity and relforcerowsecurity and pg_get_userbyid(relowner) = %s"
    policy = "exists (select 1 from pg_policy where polrelid = pg_class.oid)"
    with walled.connect("admin") as connection:
        query = f"select relname from pg_class where relname = any(%s) and not ({wanted} and {policy})".encode()
        assert connection.execute(query, (walled.tables, f"{walled.database.service}_owner")).fetchall() == []
    assert len(walled.tables) > 5


def test_no_role_of_ours_is_strong_owns_anything_or_can_become_another(walled: Walled) -> None:
    names = [f"{walled.database.service}_{role}" for role in ROLES]
    strong = "rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication"
    with walled.connect("admin") as connection:
        questions = (
            f"select rolname from pg_roles where rolname = any(%s) and ({strong})",
            "select relname from pg_class where pg_get_userbyid(relowner) = any(%s)",
            "select proname from pg_proc where pg_get_userbyid(proowner) = any(%s)",
            "select roleid from pg_auth_members where member::regrole::text = any(%s)",
            "select name from unnest(%s::text[]) as name where has_schema_privilege(name, 'public', 'create')",
        )
        for question in questions:
            assert connection.execute(question.encode(), (names,)).fetchall() == [], question


def test_what_runs_with_the_owners_rights_cannot_be_led_elsewhere(walled: Walled) -> None:
    """A function with its owner's rights is under the forced policies too; its search path must be its own."""
    query = "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    with walled.connect("admin") as connection:
        loose = connection.execute(f"{query} and not coalesce(proconfig::text like '%search_path=%', false)".encode()).fetchall()
    assert loose == []


@pytest.mark.parametrize("role", ROLES)
def test_no_role_lifts_a_policy(walled: Walled, role: str) -> None:
    lifting = (
        "alter table {} disable row level security",
        "alter table {} no force row level security",
        "create policy mine on {} using (true)",
        "create rule mine as on insert to {} do instead nothing",
        "truncate {}",
        "alter table {} add column mine int",
    )
    with walled.connect(role) as connection:
        for table in walled.tables:
            for statement in lifting:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize("role", ROLES)
def test_no_role_becomes_another(walled: Walled, role: str) -> None:
    own = f"{walled.database.service}_{role}"
    attempts = (
        f"alter role {own} bypassrls",
        f"alter role {own} superuser",
        f"set role {walled.database.service}_owner",
        f"set session authorization {walled.database.service}_owner",
        "set session_replication_role = replica",
        "copy (select 1) to program 'true'",
    )
    with walled.connect(role) as connection:
        for attempt in attempts:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt.encode())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_switches_its_policies_off_reads_nothing_at_all(walled: Walled, role: str) -> None:
    readable = [table for table in walled.tables if walled.may_read(role, table)]
    assert readable
    with walled.connect(role) as connection:
        connection.execute("set row_security = off")
        for table in readable:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.SQL("select school_id from {}").format(sql.Identifier(table)))


@pytest.mark.parametrize("role", ROLES)
def test_without_a_school_a_role_sees_nothing_but_what_its_work_asks_for(walled: Walled, role: str) -> None:
    """Neither before anything was set, nor with an empty list or a stranger's school."""
    for schools in (None, "", str(UUID(int=3))):
        assert seen(walled, role, schools) == {table: set(SCHOOLS) for table in walled.asked_for(role)}


@pytest.mark.parametrize("role", ["app", "worker"])
def test_of_two_schools_a_role_sees_the_one_it_names(walled: Walled, role: str) -> None:
    found = seen(walled, role, str(SCHOOLS[0]))
    assert len(found) > 3
    for table, schools in found.items():
        assert table in walled.asked_for(role) or schools == {SCHOOLS[0]}, table


def seen(walled: Walled, role: str, schools: str | None) -> dict[str, set[UUID]]:
    """The schools of which the role sees rows, by table, for the widest audience there is."""
    found = {}
    with walled.connect(role) as connection:
        if schools is not None:
            connection.execute(
                "select set_config('app.schools', %s, false), set_config('app.audience', 'system', false)", (schools,)
            )
        for table in walled.tables:
            if walled.may_read(role, table):
                rows = connection.execute(sql.SQL("select distinct school_id from {}").format(sql.Identifier(table))).fetchall()
                if rows:
                    found[table] = {UUID(str(school)) for (school,) in rows}
    return found
