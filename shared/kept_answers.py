"""Answers kept for an Idempotency-Key (`shared.http.idempotency`): they may hold what a case holds, and go with it.

A key stays when its answer goes: the same question again must not be done twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.database import Database
from shared.messaging.worker import Loop, every
from shared.tenancy import NOBODY

_KEPT = timedelta(days=1)
_EVERY_SECONDS = 900.0
# An answer does not say which case it was about: all of the school's go, which are of a day at most.
_FORGET = text(
    "update idempotency_keys set status = null, headers = null, body = null"
    " where schools && array[cast(:school_id as uuid)] and status is not null"
)
_OLD = text("delete from idempotency_keys where created_at < :before")


def forget_answers(session: Session, school_id: UUID) -> None:
    """In the worker, at that school: nothing that was answered to anybody who works there is kept."""
    session.execute(_FORGET, {"school_id": school_id})


def forget_old_answers(session: Session, now: datetime) -> None:
    """In the worker: keys of over a day ago, with their answers."""
    session.execute(_OLD, {"before": now - _KEPT})


def forgetting(database: Database, clock: Clock) -> Loop:
    """Four times an hour."""

    def once() -> None:
        with database.transaction(NOBODY) as session:
            forget_old_answers(session, clock.now())

    return lambda stop: every(stop, _EVERY_SECONDS, once)
