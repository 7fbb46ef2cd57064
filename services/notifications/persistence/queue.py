"""Queries on what is still to be sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.notifications.domain.message import Message
from services.notifications.persistence.tables import dispatch_queue, messages

_MOST = 5000  # of each urgency in one go: some tenths of a second


class Queue:
    """What is still to be sent, of all schools.

    A row waits until it is due (`turn` is null), then stands in the line of its urgency. Whoever takes it puts it back to
    waiting, until after the lease. Both are read through an index of their own, so that a take costs the same with a
    thousand due and with a hundred thousand.

    Turns are counted on from the last that the school has in the line, or from the front of the line: the first of a
    school that comes later goes beside those that are first now, not behind a pile (as in start-time fair queueing, Goyal,
    Vin and Cheng, 1996). Weak spot: two workers who line up at the same moment do not see each other's turns, so a school
    may get two places side by side.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, message: Message, due_at: datetime) -> None:
        """A worker may take it from then on."""
        key = {"school_id": message.school_id, "message_id": message.id}
        values = {"due_at": due_at, "urgency": message.kind.urgency, "turn": None}
        statement = insert(dispatch_queue).values(**key, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))

    def postpone(self, many: Sequence[tuple[Message, datetime]]) -> None:
        """Those that are in it already, each until its moment."""
        keys = {"schools": [message.school_id for message, _ in many], "ids": [message.id for message, _ in many]}
        if many:
            self._session.execute(_POSTPONE, keys | {"moments": [due_at for _, due_at in many]})

    def remove(self, *gone: Message) -> None:
        """Nothing is left to be done for these."""
        if gone:
            self._session.execute(_REMOVE, {"schools": [each.school_id for each in gone], "ids": [each.id for each in gone]})

    def lock(self, school_id: UUID, about_id: UUID, person_id: UUID | None = None) -> None:
        """Queue rows before message rows, each in the order of ids, as everybody does: nobody waits in a circle."""
        wanted = sa.select(messages.c.id).where(messages.c.school_id == school_id, messages.c.about_id == about_id)
        if person_id is not None:
            wanted = wanted.where(messages.c.person_id == person_id)
        query = sa.select(dispatch_queue.c.message_id).where(
            dispatch_queue.c.school_id == school_id, dispatch_queue.c.message_id.in_(wanted)
        )
        self._session.execute(query.order_by(dispatch_queue.c.message_id).with_for_update())

    def lock_all(self, keys: Collection[tuple[UUID, UUID]]) -> None:
        """As `lock`, for these (school, message)."""
        self._session.execute(_LOCK, {"schools": [key[0] for key in keys], "ids": [key[1] for key in keys]})

    def line_up(self, now: datetime) -> bool:
        """Give what has come due its turn. True when there is more of it.

        In a transaction of its own: what it locks, no other worker can take meanwhile.
        """
        self._session.execute(_ROW_BY_ROW)
        found = self._session.execute(_LINE_UP, {"now": now, "most": _MOST})
        return bool(found.rowcount >= _MOST)  # type: ignore[attr-defined]  # a CursorResult

    def take(self, until: datetime, limit: int) -> list[tuple[UUID, UUID]]:
        """The most urgent in line, schools in turn, each leased until then; (school, message).

        SKIP LOCKED: workers never wait for each other.
        """
        rows = self._session.execute(_TAKE, {"until": until, "most": limit})
        return [(row.school_id, row.message_id) for row in rows]

    def backlog(self) -> tuple[int, datetime | None]:
        """How many wait, and the moment that the first of them was or will be due."""
        row = self._session.execute(sa.select(sa.func.count(), sa.func.min(dispatch_queue.c.due_at))).one()
        return row[0], row[1]

    def ring(self) -> None:
        """Wake the dispatcher when this transaction commits."""
        self._session.execute(sa.text("select pg_notify('dispatch', '')"))


# Each level of urgency is looked up by itself (a loose index scan): what waits for tomorrow is not read to find what is due.
_LINE_UP = sa.text(
    "with recursive levels as ("
    "  (select urgency from dispatch_queue where turn is null order by urgency limit 1)"
    "  union all select (select more.urgency from dispatch_queue as more where more.turn is null"
    "   and more.urgency > levels.urgency order by more.urgency limit 1) from levels where levels.urgency is not null),"
    " due as (select found.* from levels cross join lateral ("
    "   select ctid as place, school_id, message_id, urgency, due_at from dispatch_queue as waiting"
    "   where waiting.turn is null and waiting.urgency = levels.urgency and waiting.due_at <= :now"
    "   order by waiting.due_at limit :most for update skip locked) as found where levels.urgency is not null),"
    " counted as (select due.*, row_number() over (partition by school_id, urgency order by due_at, message_id) as nth from due),"
    " based as (select counted.*, case when nth = 1 then greatest("
    "   coalesce((select max(line.turn) from dispatch_queue as line where line.turn is not null"
    "    and line.school_id = counted.school_id and line.urgency = counted.urgency), 0),"
    "   coalesce((select min(line.turn) from dispatch_queue as line where line.turn is not null"
    "    and line.urgency = counted.urgency), 1) - 1) end as base from counted),"
    " placed as (select place, nth + max(base) over (partition by school_id, urgency) as turn from based)"
    " update dispatch_queue as queue set turn = placed.turn from placed where queue.ctid = placed.place"
)
# One by one by their places; else the planner reads the whole queue as soon as it expects many.
_ROW_BY_ROW = sa.text("select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)")
_TAKE = sa.text(
    "with taken as materialized (select ctid as place, school_id, message_id, urgency, turn from dispatch_queue"
    "  where turn is not null order by urgency, turn, message_id limit :most for update skip locked),"
    " moved as (update dispatch_queue set due_at = :until, turn = null where ctid = any (array(select place from taken)))"
    " select school_id, message_id from taken order by urgency, turn, message_id"
)
_IDS = (sa.bindparam("schools", type_=ARRAY(sa.Uuid)), sa.bindparam("ids", type_=ARRAY(sa.Uuid)))
_LOCK = sa.text(
    "select from dispatch_queue as queue join unnest(:schools, :ids) as given (school_id, message_id)"
    " on queue.school_id = given.school_id and queue.message_id = given.message_id order by queue.message_id for update of queue"
).bindparams(*_IDS)
_POSTPONE = sa.text(
    "update dispatch_queue as queue set due_at = given.due_at, turn = null"
    " from unnest(:schools, :ids, :moments) as given (school_id, message_id, due_at)"
    " where queue.school_id = given.school_id and queue.message_id = given.message_id"
).bindparams(*_IDS, sa.bindparam("moments", type_=ARRAY(sa.DateTime(timezone=True))))
_REMOVE = sa.text(
    "delete from dispatch_queue as queue using unnest(:schools, :ids) as given (school_id, message_id)"
    " where queue.school_id = given.school_id and queue.message_id = given.message_id"
).bindparams(*_IDS)
