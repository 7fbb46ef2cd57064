"""One transaction, with what can be found and written in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.scheduling.persistence.appointments import Appointments
from services.scheduling.persistence.choices import Choices
from services.scheduling.persistence.directory import Directory
from services.scheduling.persistence.due_visits import DueVisits
from services.scheduling.persistence.feeds import Feeds
from services.scheduling.persistence.occupancy import Occupancy
from services.scheduling.persistence.places import Places
from services.scheduling.persistence.times import Times
from services.scheduling.persistence.week_plans import WeekPlans
from shared.database import Database
from shared.messaging import outbox
from shared.messaging.outbox import NewEvent
from shared.prepared import Question
from shared.tenancy import Scope


@dataclass(frozen=True)
class Work:
    """An open transaction. Events are told with the change, or not at all."""

    session: Session
    appointments: Appointments
    occupancy: Occupancy
    directory: Directory
    feeds: Feeds
    times: Times
    places: Places
    week_plans: WeekPlans
    due_visits: DueVisits
    choices: Choices

    @classmethod
    def on(cls, session: Session, scope: Scope, held: Collection[UUID] = ()) -> Work:
        """In a transaction that somebody else opened with this scope, and that holds these persons."""
        schools = scope.schools
        return cls(
            session=session,
            appointments=Appointments(session, schools),
            occupancy=Occupancy(session, held),
            directory=Directory(session, schools),
            feeds=Feeds(session),
            times=Times(session, schools),
            places=Places(session, schools),
            week_plans=WeekPlans(session, schools),
            due_visits=DueVisits(session, schools),
            choices=Choices(session, schools),
        )

    def publish(self, *events: NewEvent) -> None:
        self.session.flush()
        outbox.publish(self.session, *events)


@contextmanager
def work(database: Database, scope: Scope, held: Collection[UUID] = (), ahead: Sequence[Question] = ()) -> Iterator[Work]:
    """Committed at the end, rolled back on any exception.

    `held`: persons for whom nobody else plans meanwhile; `ahead`: what the repositories will be asked first.
    """
    with database.transaction(scope, held=held, ahead=ahead) as session:
        yield Work.on(session, scope, held)
