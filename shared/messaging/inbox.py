"""What a consumer has received and applied: the inbox, whose primary key is what makes "once", and the subjects' positions.

Whoever applies events of a subject first moves its position, and so holds its row until the commit: neither a second consumer
nor a retry comes between, and all take the locks in the same order (ids, then subjects, then what the handlers touch).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from shared.database import scope_settings
from shared.events.envelope import Event
from shared.tenancy import Scope

PURGE_BATCH = 5000

# One statement, because a single event's way should be short (in the driver's words, which saves as much as a round trip); it
# sets the tenancy for the effects as well. What is to wait behind a parked one moves nothing.
_RECEIVE = """
with given as (
  select * from unnest(%(ids)s::uuid[], %(subjects)s::text[], %(sequences)s::bigint[]) as given (event_id, subject, sequence)
), fresh as (
  insert into inbox (event_id) select event_id from given order by event_id on conflict do nothing returning event_id
), waiting as (
  select subject, min(sequence) as sequence from parked_events
  where state = 'waiting' and subject = any(%(subjects)s) group by subject
), moved as (
  insert into inbox_subjects as known (subject, last, previous)
  select subject, max(given.sequence), 0 from given join fresh using (event_id) left join waiting using (subject)
  where waiting.sequence is null or given.sequence <= waiting.sequence group by subject order by subject
  on conflict (subject) do update set previous = known.last, last = greatest(known.last, excluded.last)
  returning subject, previous
)
select event_id, null as subject, cast(null as bigint) as last, cast(null as bigint) as waiting from fresh
union all select null, subject, previous, null from moved
union all select null, subject, null, sequence from waiting
union all select null, concat(
  set_config('app.schools', %(schools)s, true),
  set_config('app.audience', %(audience)s, true),
  set_config('app.user_id', %(user_id)s, true),
  set_config('app.case_id', %(case_id)s, true)
), null, null
"""
_NOTE = text(
    "insert into inbox (event_id) select event_id from unnest(:ids) as given (event_id) order by event_id"
    " on conflict do nothing returning event_id"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_MOVE = text(
    "insert into inbox_subjects as known (subject, last, previous) values (:subject, :sequence, 0)"
    " on conflict (subject) do update set previous = known.last, last = greatest(known.last, excluded.last) returning previous"
)
# No redelivery comes after so long: the broker's own limits are hours.
_PURGE = text(
    "delete from inbox where event_id = any(array(select event_id from inbox where received_at < now() - interval '30 days'"
    " order by received_at limit :limit))"
)


@dataclass(frozen=True, slots=True)
class Reception:
    """What was known when events came in.

    `new`: the ids never received before. By subject: the highest sequence applied until then (`last`) and the lowest that is
    parked for a retry (`waiting`).
    """

    new: frozenset[UUID]
    last: dict[str, int]
    waiting: dict[str, int]


def receive(session: Session, events: Sequence[Event], scope: Scope) -> Reception:
    """Note events (each once) as received, move their subjects on, and set the transaction's scope.

    Another transaction that is receiving one of them is waited for: two consumers at once still apply it once. What that one
    parked is younger than what this statement sees; so when not all are new, begin anew with those that are.
    """
    values = {
        "ids": [event.id for event in events],
        "subjects": [event.subject for event in events],
        "sequences": [event.sequence for event in events],
    }
    rows = session.connection().exec_driver_sql(_RECEIVE, values | scope_settings(scope)).all()
    return Reception(
        new=frozenset(row.event_id for row in rows if row.event_id is not None),
        last={row.subject: row.last for row in rows if row.last is not None},
        waiting={row.subject: row.waiting for row in rows if row.waiting is not None},
    )


def note(session: Session, ids: Iterable[UUID]) -> set[UUID]:
    """Note events as received that are not applied now; gives those that were new."""
    return set(session.execute(_NOTE, {"ids": list(ids)}).scalars())


def move(session: Session, event: Event) -> int:
    """Move the subject of one event on that was received before; gives the highest sequence applied until then."""
    return int(session.execute(_MOVE, {"subject": event.subject, "sequence": event.sequence}).scalar_one())


def purge(session: Session) -> bool:
    """Forget what was received long ago, a bounded number at a time. True when there may be more."""
    done: CursorResult[Any] = session.execute(_PURGE, {"limit": PURGE_BATCH})  # type: ignore[assignment]  # a delete's result
    return done.rowcount == PURGE_BATCH
