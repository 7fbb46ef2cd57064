"""What a consumer has received and applied: the inbox, whose primary key is what makes "once", and the subjects' positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, Text, Uuid

PURGE_BATCH = 5000

_RECEIVE = text("insert into inbox (event_id) select unnest(:ids) on conflict do nothing returning event_id").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
_LAST = text("select subject, last from inbox_subjects where subject = any(:subjects)").bindparams(
    bindparam("subjects", type_=ARRAY(Text))
)
_ADVANCE = text(
    "insert into inbox_subjects (subject, last) select * from unnest(:subjects, :lasts)"
    " on conflict (subject) do update set last = greatest(inbox_subjects.last, excluded.last)"
).bindparams(bindparam("subjects", type_=ARRAY(Text)), bindparam("lasts", type_=ARRAY(BigInteger)))
# No redelivery comes after so long: the broker's own limits are hours.
_PURGE = text(
    "delete from inbox where event_id = any(array(select event_id from inbox where received_at < now() - interval '30 days'"
    " order by received_at limit :limit))"
)


def receive(session: Session, ids: Iterable[UUID]) -> set[UUID]:
    """Note these ids as received; gives those that were not yet.

    Another transaction that is receiving one of them is waited for: two consumers at once still apply it once.
    """
    return set(session.execute(_RECEIVE, {"ids": sorted(set(ids))}).scalars())


def last_applied(session: Session, subjects: Sequence[str]) -> dict[str, int]:
    """The highest sequence applied, of those subjects that have one."""
    return {row.subject: row.last for row in session.execute(_LAST, {"subjects": subjects})}


def advance(session: Session, positions: Mapping[str, int]) -> None:
    """Note how far subjects have come."""
    if positions:
        session.execute(_ADVANCE, {"subjects": list(positions), "lasts": list(positions.values())})


def purge(session: Session) -> bool:
    """Forget what was received long ago, a bounded number at a time. True when there may be more."""
    done: CursorResult[Any] = session.execute(_PURGE, {"limit": PURGE_BATCH})  # type: ignore[assignment]  # a delete's result
    return done.rowcount == PURGE_BATCH
