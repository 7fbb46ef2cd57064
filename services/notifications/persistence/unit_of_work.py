"""One transaction, with what can be found and written in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.notifications.domain.message import Message
from services.notifications.domain.people import ALLIANCE
from services.notifications.persistence.attempts import Attempts
from services.notifications.persistence.audit import Audit
from services.notifications.persistence.calls import Calls
from services.notifications.persistence.figures import MailFigures
from services.notifications.persistence.limits import RateBuckets
from services.notifications.persistence.messages import Messages
from services.notifications.persistence.people import People
from services.notifications.persistence.queue import Queue
from services.notifications.persistence.settings import Settings
from services.notifications.persistence.suppressions import DeadLetters, Suppressions
from services.notifications.persistence.templates import Templates
from shared.database import Database, set_scope
from shared.messaging import outbox
from shared.messaging.outbox import NewEvent
from shared.tenancy import Scope


@dataclass(frozen=True)
class Work:
    """An open transaction. What became of a message is told with the change, or not at all."""

    session: Session
    messages: Messages
    attempts: Attempts
    queue: Queue
    buckets: RateBuckets
    people: People
    templates: Templates
    suppressions: Suppressions
    letters: DeadLetters
    settings: Settings
    audit: Audit
    calls: Calls
    figures: MailFigures

    @classmethod
    def on(cls, session: Session, scope: Scope) -> Work:
        """On a transaction that is open already, as a consumer's is."""
        seen = scope.schools | {ALLIANCE} if scope.audience == "administration" else scope.schools
        return cls(
            session,
            Messages(session, seen),
            Attempts(session),
            Queue(session),
            RateBuckets(session),
            People(session),
            Templates(session),
            Suppressions(session, seen),
            DeadLetters(session),
            Settings(session),
            Audit(session, scope),
            Calls(session, scope.schools),
            MailFigures(session, scope.schools),
        )

    def narrowed_to(self, scope: Scope) -> Work:
        """The same transaction, now seeing these schools: for the dispatcher, who takes from all schools' queue."""
        set_scope(self.session, scope)
        return Work.on(self.session, scope)

    def of_the_alliance(self) -> Work:
        """The same transaction, for mail that is of no one school."""
        return self.narrowed_to(Scope.of_schools({ALLIANCE}))

    def save(self, message: Message, now: datetime) -> None:
        """Write the message and tell what happened to it."""
        self.messages.save(message)
        self._tell([message], now)

    def save_all(self, messages: Sequence[Message], now: datetime) -> None:
        """As `save`, in one go."""
        self.messages.save_all(messages)
        self._tell(messages, now)

    def _tell(self, messages: Sequence[Message], now: datetime) -> None:
        outbox.publish(self.session, *(_event(message, each.what, now) for message in messages for each in message.happened))
        for message in messages:
            message.happened.clear()


@contextmanager
def work(database: Database, scope: Scope) -> Iterator[Work]:
    """Committed at the end, rolled back on any exception."""
    with database.transaction(scope) as session:
        yield Work.on(session, scope)


def _event(message: Message, what: str, now: datetime) -> NewEvent:
    data = {
        "message_id": message.id,
        "case_id": message.case_id,
        "person_id": message.person_id,
        "template": message.template,
        "language": message.language,
        "status": message.status,
        "about_id": message.about_id,
    }
    return NewEvent(f"notifications.message.{what}.v1", message.school_id, data, now)
