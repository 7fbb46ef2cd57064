"""One transaction, with what can be found and written in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.scheduling.persistence.repositories import Appointments, Directory
from shared.database import Database
from shared.messaging import outbox
from shared.messaging.outbox import NewEvent
from shared.tenancy import Scope


@dataclass(frozen=True)
class Work:
    """An open transaction. Events are told with the change, or not at all."""

    session: Session
    appointments: Appointments
    directory: Directory

    def publish(self, *events: NewEvent) -> None:
        self.session.flush()
        outbox.publish(self.session, *events)


@contextmanager
def work(database: Database, scope: Scope) -> Iterator[Work]:
    """Committed at the end, rolled back on any exception."""
    with database.transaction(scope) as session:
        yield Work(session, Appointments(session, scope.schools), Directory(session))
