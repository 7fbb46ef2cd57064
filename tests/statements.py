"""What is sent to a database, collected: tests count it, and ask PostgreSQL how it answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from sqlalchemy import event

from shared.database import Database

T = TypeVar("T")


def statements(database: Database) -> AbstractContextManager[list[str]]:
    """Every statement that goes through this database's engine, in order."""
    return _collected(database, lambda statement, _values: statement)


def statements_with_values(database: Database) -> AbstractContextManager[list[tuple[str, Any]]]:
    """The same, each with what stood in its places."""
    return _collected(database, lambda statement, values: (statement, values))


@contextmanager
def _collected(database: Database, take: Callable[[str, Any], T]) -> Iterator[list[T]]:
    found: list[T] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        found.append(take(statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
