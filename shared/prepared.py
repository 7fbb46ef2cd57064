"""Statements that everything waits for, sent by the driver itself.

Of a statement of some columns SQLAlchemy makes a context, a result and its metadata each time, which takes twice as long as
psycopg and the round trip together (measured: `tests/benchmarks/booking`). These few are compiled once, when their module
is loaded, and go through the connection of the session they belong to: the same transaction, and the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects say no types
_PLACE = re.compile(r"%\((\w+)\)s")
_AHEAD = "asked ahead"

Rows = list[tuple[Any, ...]]
Connection = psycopg.Connection[tuple[Any, ...]]


def array(ids: Iterable[UUID]) -> str:
    """An array of ids as PostgreSQL writes it: a list costs psycopg as much as a whole statement."""
    return f"{{{','.join(map(str, ids))}}}"


class Prepared:
    """A statement whose values psycopg understands as they are: ids, texts, numbers, instants; many of them best as JSON.

    Nothing is flushed before it, and psycopg's own errors come out; `shared.database` knows those too.
    """

    def __init__(self, statement: sa.ClauseElement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        # `%b`: in PostgreSQL's own form, which needs no quoting.
        self._text = _PLACE.sub(r"%(\1)b", str(compiled))
        self._given = {name: value for name, value in compiled.params.items() if value is not None}

    def rows(self, session: Session, values: Mapping[str, Any]) -> Rows:
        """What a query gives. If this very question was asked ahead, its answer is there."""
        answers: dict[Question, Rows] = session.info.get(_AHEAD, {})
        answer = answers.pop(Question(self, values), None) if answers else None
        return self.execute(_driver(session), values).fetchall() if answer is None else answer

    def run(self, session: Session, values: Mapping[str, Any]) -> None:
        """A change of which nothing is asked back."""
        self.execute(_driver(session), values)

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        return connection.cursor(binary=True).execute(self._text, {**self._given, **values})


@dataclass(frozen=True)
class Question:
    """A statement with its values."""

    statement: Prepared
    values: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash(self.statement)


def ask(session: Session, first: Question, ahead: Sequence[Question]) -> Rows:
    """The answer to `first`. What will be asked after it goes along in the same round trip, and `rows` finds the answers."""
    connection = _driver(session)
    with connection.pipeline():
        cursors = [each.statement.execute(connection, each.values) for each in (first, *ahead)]
    answer, *answers = [cursor.fetchall() for cursor in cursors]
    session.info[_AHEAD] = dict(zip(ahead, answers, strict=True))
    return answer


def _driver(session: Session) -> Connection:
    connection: Any = session.connection().connection.driver_connection
    return connection  # type: ignore[no-any-return]  # psycopg's, as the URL says
