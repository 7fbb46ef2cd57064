"""What is sent to a database, collected: tests count it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from shared.database import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that goes through this database's engine, in order."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)
