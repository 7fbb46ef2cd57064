"""Events that could not be applied: waiting for their retry, or dead until somebody replays them.

An attempt is counted before it is made, in a transaction of its own: an event that ends the whole process has its attempts
counted too, and is dead in the end like any other.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

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
# Only the first of a subject is due: its followers wait behind it.
_DUE = text(
    "select id, attempts from parked_events as due where state = 'waiting' and next_attempt_at <= :now"
    " and not exists (select 1 from parked_events as before where before.subject = due.subject"
    " and before.state = 'waiting' and before.sequence < due.sequence)"
    " order by next_attempt_at, id limit 1 for update skip locked"
)
_COUNT_ATTEMPT = text("update parked_events set attempts = :attempts, next_attempt_at = :next_attempt_at where id = :id")
_LOCK = text("select body from parked_events where id = :id and state = 'waiting' for update")
_SETTLE = text("delete from parked_events where id = :id")
_NOTE = text("update parked_events set reason = :reason where id = :id and state = 'waiting'")
_DIE = text("update parked_events set state = 'dead', reason = coalesce(:reason, reason) where id = :id and state = 'waiting'")
_COUNTS = text("select state, count(*) as number from parked_events group by state")
_FORGET = text(
    "delete from parked_events where exists"
    " (select 1 from unnest(cast(:ids as text[])) as id where position(convert_to(id, 'UTF8') in body) > 0)"
)
_DEAD_COUNT = text("select count(*) from parked_events where state = 'dead'")
_REPLAY = text(
    "update parked_events set state = 'waiting', attempts = 0, next_attempt_at = :now where id = :id and state = 'dead'"
)
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


@dataclass(frozen=True, slots=True)
class Attempt:
    """One counted attempt at a parked event; `last` when there will be no other."""

    event_id: UUID
    number: int

    @property
    def last(self) -> bool:
        return self.number >= MAX_ATTEMPTS


def reason_of(error: Exception) -> str:
    """What failed, without the values that it failed on (an exception's text may quote a person's data)."""
    constraint = getattr(getattr(getattr(error, "orig", None), "diag", None), "constraint_name", None)
    told = constraint or (error.detail if isinstance(error, Failure) else "")
    return f"{type(error).__name__}: {told}" if told else type(error).__name__


def park_failed(session: Session, event: Event, body: bytes, reason: str, now: datetime) -> None:
    """Keep an event whose first attempt failed: the next one comes after a delay."""
    at = now + delay_before(1, random.random())
    session.execute(_PARK, _row(event, body, reason, now) | {"attempts": 1, "state": "waiting", "next_attempt_at": at})


def park_untried(session: Session, event: Event, body: bytes, reason: str, now: datetime) -> None:
    """Keep an event for an attempt of its own, as soon as no earlier one of its subject is in the way."""
    session.execute(_PARK, _row(event, body, reason, now) | {"attempts": 0, "state": "waiting", "next_attempt_at": now})


def bury(session: Session, body: bytes, event: Event | None, reason: str, now: datetime) -> None:
    """Keep as a dead letter what cannot be read, is not known here, or came back from the broker."""
    row = _row(event, body, reason, now) if event else _unreadable(body, reason, now)
    session.execute(_PARK, row | {"attempts": 0, "state": "dead", "next_attempt_at": now})


def begin_attempt(session: Session, now: datetime) -> Attempt | None:
    """Count an attempt at one event that is due, and put off the next; None when nothing is due.

    To be committed before the attempt is made.
    """
    row = session.execute(_DUE, {"now": now}).one_or_none()
    if row is None:
        return None
    attempt = Attempt(row.id, row.attempts + 1)
    at = now + delay_before(attempt.number, random.random())
    session.execute(_COUNT_ATTEMPT, {"id": row.id, "attempts": min(attempt.number, MAX_ATTEMPTS), "next_attempt_at": at})
    return attempt


def locked_body(session: Session, event_id: UUID) -> bytes | None:
    """The parked event's bytes, locked; None when another worker has settled it meanwhile."""
    row = session.execute(_LOCK, {"id": event_id}).one_or_none()
    return None if row is None else bytes(row.body)


def settle(session: Session, event_id: UUID) -> None:
    """The parked event has been applied."""
    session.execute(_SETTLE, {"id": event_id})


def note_failure(session: Session, event_id: UUID, error: Exception) -> None:
    """The attempt failed; another will come."""
    session.execute(_NOTE, {"id": event_id, "reason": reason_of(error)})


def give_up(session: Session, event_id: UUID, error: Exception | None) -> None:
    """No further attempts: it is dead, and its followers go on. Without an error the last reason stands."""
    session.execute(_DIE, {"id": event_id, "reason": None if error is None else reason_of(error)})


def counts(session: Session) -> Mapping[str, int]:
    """How many are `waiting` and how many `dead`."""
    return {"waiting": 0, "dead": 0} | {row.state: row.number for row in session.execute(_COUNTS)}


def dead_letters(session: Session, page: PageRequest) -> Page[DeadLetter]:
    """Newest first, of the caller's schools."""
    after = page.after(datetime.fromisoformat, UUID) or (None, None)
    values = {"parked_at": after[0], "after_id": after[1], "limit": page.limit + 1}
    rows: Sequence[Any] = session.execute(_DEAD, values).all()
    return cut([DeadLetter(*row) for row in rows], page, lambda letter: (letter.parked_at, letter.id))


def replay(session: Session, letter_id: UUID, now: datetime) -> bool:
    """Try a dead letter again from the start. False when there is none of that id among the caller's schools."""
    done: CursorResult[Any] = session.execute(_REPLAY, {"id": letter_id, "now": now})  # type: ignore[assignment]  # an update's
    return bool(done.rowcount)


def dead_count(session: Session) -> int:
    """How many dead letters the caller may see."""
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


def forget_about(session: Session, ids: Sequence[UUID]) -> None:
    """Give up every parked event that speaks of one of these ids: what is erased must not come back by a replay."""
    session.execute(_FORGET, {"ids": [str(each) for each in ids]})
