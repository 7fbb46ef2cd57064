"""Three families without a word in them, in every table that holds anything of one: two at one school, the third at another.

All that is named by an id in a row of a family is that family's: its case, its guardian, its agreement, its report. So whose a
row is can be read off it, and every table can be asked the same questions, also those that are made after today. Of the first
family there is a second guardian too, with rows of their own wherever a row is somebody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from shared.ids import new_id

OWN, NEIGHBOUR, ELSEWHERE, OTHER_PARENT = (UUID(int=number) for number in (1, 2, 3, 4))
FAMILIES = (OWN, NEIGHBOUR, ELSEWHERE)
SCHOOL, OTHER_SCHOOL = UUID(int=101), UUID(int=102)
_OF_A_FAMILY = ["case_id", "agreement_id", "expectation_id", "report_id", "appointment_id", "guardian_id"]
_TABLES = (
    "select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped"
    " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relrowsecurity and c.relname <> 'erasures'"
    " and a.attname = any(%s) union select 'cases' order by 1"
)
_COLUMNS = (
    "select a.attname, format_type(a.atttypid, null), a.attnotnull from pg_attribute a where a.attrelid = %s::regclass"
    " and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = '' order by a.attnum"
)
_CHECKS = "select conname from pg_constraint where conrelid = %s::regclass and contype = 'c'"
_VALUES = {
    "text": "gen_random_uuid()::text",
    "boolean": "false",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "text[]": "'{parents,school,liaison,team}'",
    "uuid[]": "'{}'",
    "jsonb": "'{}'",
    "bytea": "'x'",
}
# Whose a row is within a family.
_PERSON = ("guardian_id", "given_by", "person_id")
# There, although it may be missing: a report that is no draft any more, and everything that says whose a row is.
_FILLED = ("presented_at", "case_id", *_PERSON)


@dataclass(frozen=True)
class Scope:
    """What a transaction says of itself, at the first school. `case_id`: walled into this one by emergency access."""

    audience: str
    user_id: UUID | None = None
    case_id: UUID | None = None


class Tables:
    """Of a database of `cases`: `admin` is bound by no policy, `app` by all of them."""

    def __init__(self, admin: psycopg.Connection[Any], app: psycopg.Connection[Any]) -> None:
        self.admin, self._app = admin, app
        self.names = [str(name) for (name,) in admin.execute(_TABLES, (_OF_A_FAMILY,)).fetchall()]
        self.columns = cache(self._columns)
        self._may = cache(self._has_right)

    def fill(self) -> None:
        """Without keys, checks and triggers: what they say of words is not the subject here."""
        self.admin.execute("set session_replication_role = replica")
        for table in self.names:
            for (check,) in self.admin.execute(_CHECKS, (table,)).fetchall():
                self.admin.execute(
                    sql.SQL("alter table {} drop constraint {}").format(sql.Identifier(table), sql.Identifier(check))
                )
            for family in FAMILIES:
                self.admin.execute(self._insertion(table, family))
            if self._people(table):
                self.admin.execute(self._insertion(table, OWN, OTHER_PARENT))

    def seen(self, table: str, scope: Scope) -> set[UUID]:
        """The families, and their people, of which there is anything."""
        columns = sql.SQL(", ").join(sql.Identifier(name) for name in {self._whose(table), *self._people(table)})
        query = sql.SQL("select distinct {} from {}").format(columns, sql.Identifier(table))
        with self._within(scope) as connection:
            return {each for row in connection.execute(query).fetchall() for each in row}

    def taken(self, table: str, family: UUID, scope: Scope) -> bool:
        """Whether the policies of the table let a row of this family be added, changed or deleted."""
        return any(not self._refused(table, statement, scope) for statement in self._changes(table, family))

    def spoken_for(self, table: str, scope: Scope) -> bool:
        """Whether a row can be added to the first family in the name of its other guardian."""
        people = self._people(table) and self._may("insert", table)
        return bool(people) and not self._refused(table, self._insertion(table, OWN, OTHER_PARENT), scope)

    def is_written(self, table: str) -> bool:
        """By the application, and not by the worker alone."""
        return any(True for _ in self._changes(table, OWN))

    def _changes(self, table: str, family: UUID) -> Iterator[sql.Composed]:
        names = {"table": sql.Identifier(table), "whose": sql.Identifier(self._whose(table)), "family": sql.Literal(family)}
        if self._may("insert", table):
            yield self._insertion(table, family)
        if self._may("delete", table):
            yield sql.SQL("delete from {table} where {whose} = {family}").format(**names)
        changed = next((name for name, *_ in self.columns(table) if self._may("update", table, name)), None)
        if changed:
            statement = sql.SQL("update {table} set {name} = {name} where {whose} = {family}")
            yield statement.format(name=sql.Identifier(changed), **names)

    def _refused(self, table: str, statement: sql.Composed, scope: Scope) -> bool:
        """By a policy of this table: a key that stands in the way is no refusal, and a trigger's table is another's."""
        with self._within(scope) as connection:
            try:
                return connection.execute(statement).rowcount < 1
            except psycopg.errors.InsufficientPrivilege as error:
                return f'for table "{table}"' in str(error)
            except psycopg.errors.IntegrityError:
                return False

    @contextmanager
    def _within(self, scope: Scope) -> Iterator[psycopg.Connection[Any]]:
        """A transaction of which nothing is kept."""
        settings = {"schools": SCHOOL, "audience": scope.audience, "user_id": scope.user_id, "case_id": scope.case_id}
        for name, value in settings.items():
            self._app.execute("select set_config(%s, %s, true)", (f"app.{name}", str(value or "")))
        try:
            yield self._app
        finally:
            self._app.rollback()

    def _insertion(self, table: str, family: UUID, person: UUID | None = None) -> sql.Composed:
        named = [(name, kind) for name, kind, needed in self.columns(table) if needed or name in _FILLED]
        values = {name: _value(name, kind, family) for name, kind in named}
        if person:
            values |= {"id": sql.Literal(new_id())} if "id" in values else {}
            values |= {name: sql.Literal(person) for name in self._people(table)}
        names = sql.SQL(", ").join(sql.Identifier(name) for name in values)
        return sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(table), names, sql.SQL(", ").join(values.values())
        )

    def _people(self, table: str) -> list[str]:
        names = [name for name, *_ in self.columns(table)]
        return ["id"] if table == "guardians" else [name for name in _PERSON if name in names]

    def _whose(self, table: str) -> str:
        """The column that says which family a row is of."""
        names = [name for name, kind, _needed in self.columns(table) if kind == "uuid" and name != "school_id"]
        return next(name for name in ("case_id", "id", *names) if name in names)

    def _columns(self, table: str) -> list[tuple[str, str, bool]]:
        return [(str(name), str(kind), bool(needed)) for name, kind, needed in self.admin.execute(_COLUMNS, (table,)).fetchall()]

    def _has_right(self, right: str, table: str, *column: str) -> bool:
        asked = "has_column_privilege('cases_app', %s, %s, %s)" if column else "has_table_privilege('cases_app', %s, %s)"
        found = self.admin.execute(f"select {asked}".encode(), (table, *column, right)).fetchone()
        return found == (True,)


def _value(name: str, kind: str, family: UUID) -> sql.Composable:
    if name == "school_id":
        return sql.Literal(OTHER_SCHOOL if family == ELSEWHERE else SCHOOL)
    if kind == "uuid":
        return sql.Literal(family)
    if name == "participants":
        return sql.Literal(f'[{{"person_id": "{family}"}}]')
    return sql.SQL(_VALUES.get(kind, "1"))
