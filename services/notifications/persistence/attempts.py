"""Queries on attempts: who has which message in hand, and how far it got."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notifications.domain.message import Message
from services.notifications.persistence.tables import attempts
from services.notifications.usecases.ports import Attempt

_OPEN = ("claimed", "handing_over")


class Attempts:
    """Tries at sending. An attempt that is closed can never hand over: that is what fences a slow worker."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, message: Message, worker: str, now: datetime) -> Attempt:
        """A new try, numbered after all before it."""
        highest = sa.select(sa.func.coalesce(sa.func.max(attempts.c.number), 0)).where(*_of(message))
        values = {
            "school_id": message.school_id,
            "message_id": message.id,
            "stage": "claimed",
            "worker": worker,
            "started_at": now,
        }
        statement = sa.insert(attempts).values(number=highest.scalar_subquery() + 1, **values).returning(attempts.c.number)
        return Attempt(message.school_id, message.id, self._session.execute(statement).scalar_one())

    def open_stages(self, messages: list[Message]) -> dict[Any, str]:
        """By message id: how far the worker got that had it before and never came back."""
        keys = [(message.school_id, message.id) for message in messages]
        key = sa.tuple_(attempts.c.school_id, attempts.c.message_id)
        query = sa.select(attempts.c.message_id, attempts.c.stage).where(key.in_(keys), attempts.c.stage.in_(_OPEN))
        return {row.message_id: row.stage for row in self._session.execute(query)}

    def close_open(self, message: Message, stage: str, now: datetime) -> None:
        """Whoever had it in hand has it no more."""
        condition = (*_of(message), attempts.c.stage.in_(_OPEN))
        self._session.execute(sa.update(attempts).where(*condition).values(stage=stage, ended_at=now))

    def take_back(self, message: Message, now: datetime) -> bool:
        """Out of the worker's hand before the dot. False when it is past that."""
        condition = (*_of(message), attempts.c.stage == "claimed")
        changed = self._session.execute(sa.update(attempts).where(*condition).values(stage="let_go", ended_at=now))
        return bool(changed.rowcount)  # type: ignore[attr-defined]  # a CursorResult

    def hand_over(self, attempt: Attempt, now: datetime) -> bool:
        """From `claimed` to `handing_over`. False when the attempt was closed meanwhile: then the dot must not be sent."""
        statement = sa.update(attempts).where(*_is(attempt), attempts.c.stage == "claimed")
        changed = self._session.execute(statement.values(stage="handing_over", handed_over_at=now))
        return bool(changed.rowcount)  # type: ignore[attr-defined]  # a CursorResult

    def close(self, attempt: Attempt, stage: str, now: datetime, *, code: int | None = None, answer: str | None = None) -> bool:
        """False when somebody else closed it before."""
        statement = sa.update(attempts).where(*_is(attempt), attempts.c.stage.in_(_OPEN))
        changed = self._session.execute(statement.values(stage=stage, ended_at=now, code=code, answer=answer))
        return bool(changed.rowcount)  # type: ignore[attr-defined]  # a CursorResult

    def note_late_answer(self, attempt: Attempt, answer: str) -> None:
        """The server's answer came after the lease was over."""
        self._session.execute(sa.update(attempts).where(*_is(attempt)).values(stage="accepted", answer=answer))


def _of(message: Message) -> tuple[sa.ColumnElement[bool], ...]:
    return attempts.c.school_id == message.school_id, attempts.c.message_id == message.id


def _is(attempt: Attempt) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        attempts.c.school_id == attempt.school_id,
        attempts.c.message_id == attempt.message_id,
        attempts.c.number == attempt.number,
    )
