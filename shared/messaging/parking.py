"""Events that could not be applied: waiting for their retry, or dead until somebody replays them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from shared.errors import Failure
from shared.events.envelope import Event
from shared.messaging.order import MAX_ATTEMPTS, delay_before
from shared.pagination import Page, PageRequest, cut

_PARK = text(
    "insert into parked_events"
    " (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at, next_attempt_at)"
    " values (:id, :school_id, :type, :subject, :sequence, :body, :state, :attempts, :reason, :now, :next_attempt_at)"
    " on conflict (id) do nothing"
)
_WAITING = text(
    "select subject, min(sequence) from parked_events where state = 'waiting' and subject = any(:subjects) group by subject"
).bindparams(bindparam("subjects", type_=ARRAY(Text)))
# Only the first of a subject is due: its followers wait behind it.
_DUE = text(
    "select id, body, attempts from parked_events as due where state = 'waiting' and next_attempt_at <= :now"
    " and not exists (select 1 from parked_events as before where before.subject = due.subject"
    " and before.state = 'waiting' and before.sequence < due.sequence)"
    " order by next_attempt_at, id limit 1 for update skip locked"
)
_FAILED = text(
    "update parked_events set attempts = :attempts, reason = :reason, state = :state, next_attempt_at = :next_attempt_at"
    " where id = :id"
)
_DEAD_COUNT = text("select count(*) from parked_events where state = 'dead'")
_REPLAY = text("update parked_events set state = 'waiting', attempts = 0, next_attempt_at = :now where id = :id and state = 'dead'")
_DEAD = text(
    "select id, school_id, type, subject, attempts, reason, parked_at from parked_events where state = 'dead'"
    " and (cast(:parked_at as timestamptz) is null or (parked_at, id) < (:parked_at, :after_id))"
    " order by parked_at desc, id desc limit :limit"
)


@dataclass(frozen=True)
class DeadLetter:
    """An event that this service gave up on. `reason` names the failure, never the contents."""

    id: UUID
    school_id: UUID | None
    type: str
    subject: str
    attempts: int
    reason: str
    parked_at: datetime


def reason_of(error: Exception) -> str:
    """What failed, without the values that it failed on (an exception's text may quote a person's data)."""
    constraint = getattr(getattr(getattr(error, "orig", None), "diag", None), "constraint_name", None)
    told = constraint or (error.detail if isinstance(error, Failure) else "")
    return f"{type(error).__name__}: {told}" if told else type(error).__name__


def park(session: Session, event: Event, body: bytes, reason: str, now: datetime, *, failed: bool = False) -> None:
    """Keep an event for a retry: one that failed after a delay, one that waits for an earlier one as soon as that is done."""
    at = now + delay_before(1, random.random()) if failed else now
    session.execute(_PARK, _row(event, body, reason, now) | {"attempts": int(failed), "state": "waiting", "next_attempt_at": at})


def bury(session: Session, body: bytes, event: Event | None, reason: str, now: datetime) -> None:
    """Keep as a dead letter what cannot be read, is not known here, or came back from the broker."""
    row = _row(event, body, reason, now) if event else _unreadable(body, reason, now)
    session.execute(_PARK, row | {"attempts": 0, "state": "dead", "next_attempt_at": now})


def earliest_waiting(session: Session, subjects: Iterable[str]) -> dict[str, int]:
    """For each subject that has parked events: the lowest sequence among them."""
    return {subject: lowest for subject, lowest in session.execute(_WAITING, {"subjects": list(subjects)})}


def next_due(session: Session, now: datetime) -> tuple[UUID, bytes, int] | None:
    """One event whose retry is due, locked: (id, body, attempts so far)."""
    row = session.execute(_DUE, {"now": now}).one_or_none()
    return (row.id, bytes(row.body), row.attempts) if row else None


def settle(session: Session, event_id: UUID) -> None:
    """The parked event has been applied."""
    session.execute(text("delete from parked_events where id = :id"), {"id": event_id})


def note_failure(session: Session, event_id: UUID, attempts: int, error: Exception, now: datetime) -> bool:
    """Wait longer, or give up after MAX_ATTEMPTS. True when it is dead now."""
    dead = attempts >= MAX_ATTEMPTS
    at = now + delay_before(attempts, random.random())
    values = {"attempts": attempts, "reason": reason_of(error), "state": "dead" if dead else "waiting", "next_attempt_at": at}
    session.execute(_FAILED, values | {"id": event_id})
    return dead


def dead_letters(session: Session, page: PageRequest) -> Page[DeadLetter]:
    """Newest first, of the caller's schools."""
    after = page.after(datetime.fromisoformat, UUID) or (None, None)
    values = {"parked_at": after[0], "after_id": after[1], "limit": page.limit + 1}
    rows: Sequence[Any] = session.execute(_DEAD, values).all()
    return cut([DeadLetter(**row._mapping) for row in rows], page, lambda letter: (letter.parked_at, letter.id))


def replay(session: Session, letter_id: UUID, now: datetime) -> bool:
    """Try a dead letter again from the start. False when there is none of that id among the caller's schools."""
    return bool(session.execute(_REPLAY, {"id": letter_id, "now": now}).rowcount)  # type: ignore[attr-defined]  # a CursorResult


def dead_count(session: Session) -> int:
    return int(session.execute(_DEAD_COUNT).scalar_one())


def _row(event: Event, body: bytes, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "id": event.id,
        "school_id": event.school_id,
        "type": event.type,
        "subject": event.subject,
        "sequence": event.sequence,
        "body": body,
        "reason": reason,
        "now": now,
    }


def _unreadable(body: bytes, reason: str, now: datetime) -> dict[str, Any]:
    """Named by its contents, so that the same bytes again are the same dead letter."""
    name = UUID(bytes=hashlib.sha256(body).digest()[:16])
    row = {"id": name, "school_id": None, "type": "unreadable", "subject": f"unreadable/{name}", "sequence": 0}
    return row | {"body": body, "reason": reason, "now": now}


