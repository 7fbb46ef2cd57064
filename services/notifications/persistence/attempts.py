"""Queries on attempts: who has which message in hand, and how far it got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.notifications.domain.message import Message
from services.notifications.persistence.keys import among
from services.notifications.persistence.tables import attempts
from services.notifications.usecases.ports import Attempt

_OPEN = ("claimed", "handing_over")


@dataclass(frozen=True, slots=True)
class Closing:
    """How an attempt ended."""

    attempt: Attempt
    stage: str
    code: int | None = None
    answer: str | None = None


class Attempts:
    """Tries at sending. An attempt that is closed can never hand over: that is what fences a slow worker."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, messages: Sequence[Message], worker: str, now: datetime) -> dict[UUID, Attempt]:
        """A new try at each, numbered after all before it; by message."""
        if not messages:
            return {}
        values = {"schools": [each.school_id for each in messages], "ids": [each.id for each in messages]}
        rows = self._session.execute(_BEGIN, values | {"worker": worker, "now": now})
        return {row.message_id: Attempt(row.school_id, row.message_id, row.number) for row in rows}

    def open_stages(self, messages: list[Message]) -> dict[Any, str]:
        """By message id: how far the worker got that had it before and never came back."""
        keys = [(message.school_id, message.id) for message in messages]
        wanted = among((attempts.c.school_id, attempts.c.message_id), keys)
        query = sa.select(attempts.c.message_id, attempts.c.stage).where(wanted, attempts.c.stage.in_(_OPEN))
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

    def hand_over(self, many: Sequence[Attempt], now: datetime) -> set[UUID]:
        """From `claimed` to `handing_over`; the messages of those that were not closed meanwhile. No other dot may be sent."""
        if not many:
            return set()
        return set(self._session.execute(_HAND_OVER, _keys(many) | {"now": now}).scalars())

    def close(self, many: Sequence[Closing], now: datetime) -> set[UUID]:
        """The messages of those that nobody else had closed before."""
        if not many:
            return set()
        told = {"stages": [each.stage for each in many], "codes": [each.code for each in many]}
        told |= {"answers": [each.answer for each in many], "now": [now] * len(many)}
        return set(self._session.execute(_CLOSE, _keys([each.attempt for each in many]) | told).scalars())

    def note_late_answer(self, attempt: Attempt, answer: str) -> None:
        """The server's answer came after the lease was over."""
        self._session.execute(sa.update(attempts).where(*_is(attempt)).values(stage="accepted", answer=answer))


_SCHOOLS, _IDS = sa.bindparam("schools", type_=ARRAY(sa.Uuid)), sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_NUMBERS = sa.bindparam("numbers", type_=ARRAY(sa.Integer))
_BEGIN = sa.text(
    "insert into attempts (school_id, message_id, number, stage, worker, started_at)"
    " select given.school_id, given.message_id, coalesce((select max(number) from attempts as tried"
    " where tried.school_id = given.school_id and tried.message_id = given.message_id), 0) + 1, 'claimed', :worker, :now"
    " from unnest(:schools, :ids) as given (school_id, message_id) returning school_id, message_id, number"
).bindparams(_SCHOOLS, _IDS)
_HAND_OVER = sa.text(
    "update attempts as tried set stage = 'handing_over', handed_over_at = :now"
    " from unnest(:schools, :ids, :numbers) as given (school_id, message_id, number)"
    " where tried.school_id = given.school_id and tried.message_id = given.message_id and tried.number = given.number"
    " and tried.stage = 'claimed' returning tried.message_id"
).bindparams(_SCHOOLS, _IDS, _NUMBERS)
_CLOSE = sa.text(
    "update attempts as tried set stage = given.stage, code = given.code, answer = given.answer, ended_at = given.ended_at"
    " from unnest(:schools, :ids, :numbers, :stages, :codes, :answers, :now)"
    " as given (school_id, message_id, number, stage, code, answer, ended_at)"
    " where tried.school_id = given.school_id and tried.message_id = given.message_id and tried.number = given.number"
    " and tried.stage in ('claimed', 'handing_over') returning tried.message_id"
).bindparams(
    _SCHOOLS,
    _IDS,
    _NUMBERS,
    sa.bindparam("stages", type_=ARRAY(sa.Text)),
    sa.bindparam("codes", type_=ARRAY(sa.Integer)),
    sa.bindparam("answers", type_=ARRAY(sa.Text)),
    sa.bindparam("now", type_=ARRAY(sa.DateTime(timezone=True))),
)


def _keys(many: Sequence[Attempt]) -> dict[str, Any]:
    return {
        "schools": [each.school_id for each in many],
        "ids": [each.message_id for each in many],
        "numbers": [each.number for each in many],
    }


def _of(message: Message) -> tuple[sa.ColumnElement[bool], ...]:
    return attempts.c.school_id == message.school_id, attempts.c.message_id == message.id


def _is(attempt: Attempt) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        attempts.c.school_id == attempt.school_id,
        attempts.c.message_id == attempt.message_id,
        attempts.c.number == attempt.number,
    )
