"""What is sent to a database, collected: tests count it, and ask PostgreSQL how it answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import event

from shared.database import Database

T = TypeVar("T")


def statements(database: Database) -> AbstractContextManager[list[str]]:
    """Every statement that goes through this database's connections, in order: SQLAlchemy's, and what goes by the driver."""
    return _collected(database, lambda statement, _values: statement)


def statements_with_values(database: Database) -> AbstractContextManager[list[tuple[str, Any]]]:
    """The same, each with what stood in its places."""
    return _collected(database, lambda statement, values: (statement, values))


@contextmanager
def _collected(database: Database, take: Callable[[str, Any], T]) -> Iterator[list[T]]:
    found: list[T] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            found.append(take(query, params))
            return super().execute(query, params, **how)

        def executemany(self, query: Any, params_seq: Any, **how: Any) -> Any:
            found.append(take(query, params_seq))
            return super().executemany(query, params_seq, **how)

    def begin(connection: Any, *_: object) -> None:
        connection.cursor_factory = Noting

    def end(connection: Any, *_: object) -> None:
        connection.cursor_factory = psycopg.Cursor

    event.listen(database.engine, "checkout", begin)
    event.listen(database.engine, "checkin", end)
    try:
        yield found
    finally:
        event.remove(database.engine, "checkout", begin)
        event.remove(database.engine, "checkin", end)
