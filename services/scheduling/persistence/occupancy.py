"""Queries on who is busy when. Free/busy crosses schools; content does not, and so this table has none."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy
from services.scheduling.domain.days import Road, Taken
from services.scheduling.domain.places import Stop
from services.scheduling.domain.travel import Point
from services.scheduling.persistence.appointments import ADDED, New, added
from services.scheduling.persistence.tables import occupancy, postcodes, working_times
from shared.database import hold
from shared.messaging.outbox import TELLING, telling
from shared.prepared import Prepared, Question

# One text for however many persons, so that it is prepared once; sorted, as they are held.
_TAKING = (
    "insert into occupancy (appointment_id, person_id, during, travel_minutes, door, latitude, longitude)"
    " select :id, busy_id, tstzrange(:starts_at - make_interval(mins => minutes), :ends_at), minutes,"
    " cast(:door as uuid), cast(:latitude as double precision), cast(:longitude as double precision)"
    " from rows from (json_to_recordset(cast(:busy as json)) as (person_id uuid, minutes integer))"
    " with ordinality as t (busy_id, minutes, n) order by n"
    " on conflict do nothing returning person_id"
)
_TAKEN = (
    sa.bindparam("id", type_=sa.Uuid),
    sa.bindparam("starts_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("ends_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("door", type_=sa.Uuid),
)
_TAKE = Prepared(sa.text(_TAKING).bindparams(*_TAKEN))
_TAKE_FOR_NEW = Prepared(sa.text(f"with {ADDED}, {TELLING} {_TAKING}").bindparams(*_TAKEN))

_LEAVES_AT, _ENDS_AT = sa.func.lower(occupancy.c.during).label("leaves_at"), sa.func.upper(occupancy.c.during).label("ends_at")
_BUSY = (occupancy.c.person_id, _LEAVES_AT, _ENDS_AT, occupancy.c.travel_minutes)
_WHERE = (occupancy.c.appointment_id, occupancy.c.door, occupancy.c.latitude, occupancy.c.longitude)


class _OnRoad(NamedTuple):
    """An appointment of somebody's day; or, without one, where the day begins."""

    person_id: UUID
    leaves_at: datetime
    ends_at: datetime
    travel_minutes: int
    appointment_id: UUID | None
    door: UUID | None
    latitude: float | None
    longitude: float | None


@cache
def _roads(count: int) -> Prepared:
    """The appointments of `count` persons on a day, and before them where theirs begins.

    That is at their postcode, or else where the area of that is. Where both are known, the postcode comes last and counts.
    A place for each person, and no array: for an array of unknown length PostgreSQL would make a plan anew every time, which
    takes longer than the rest.
    """
    people = [sa.bindparam(f"person_{number}", type_=sa.Uuid) for number in range(count)]
    day = sa.func.tstzrange(*(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("since", "until")))
    taken = sa.select(*_BUSY, *_WHERE).where(occupancy.c.person_id.in_(people), occupancy.c.during.op("&&")(day))
    nearest = postcodes.c.code.in_((working_times.c.start_postcode, sa.func.left(working_times.c.start_postcode, 4)))
    where = (sa.null(), sa.null(), postcodes.c.latitude, postcodes.c.longitude)
    starts = sa.select(working_times.c.person_id, sa.null(), sa.null(), sa.func.length(postcodes.c.code), *where)
    starts = starts.join(postcodes, nearest).where(working_times.c.person_id.in_(people))
    return Prepared(sa.union_all(taken, starts).order_by(sa.text("leaves_at nulls first, travel_minutes")))


class Occupancy:
    """Everybody's taken time."""

    def __init__(self, session: Session, held: Collection[UUID]) -> None:
        self._session = session
        self._held = frozenset(held)

    def hold(self, person_ids: Sequence[UUID]) -> None:
        """Be the only one to plan or move for these persons until the commit; those whom the transaction holds, it holds.

        Taken in one order by everybody, so nobody can wait in a circle. The constraint alone would do for planning, but
        two moves that swap their times each wait for the row that the other has deleted (and a plain insert deadlocks
        under any race: measured).
        """
        if not self._held.issuperset(person_ids):
            hold(self._session, person_ids)

    def take(self, appointment: Appointment, stop: Stop | None, ways: Mapping[UUID, int], new: New | None = None) -> list[Busy]:
        """Take everybody's time, with the minutes there of who travels.

        `new`: then the appointment itself is written too, as it is now, and what is told of it. Unlike one that was read, it
        is not followed: what changes in it afterwards is not kept.

        Gives who is taken already, and then nothing may be kept: roll back.
        """
        everybody = appointment.busy_ids
        values = _times(appointment, everybody, stop, ways)
        if new is None:
            rows = _TAKE.rows(self._session, values)
        else:
            rows = _TAKE_FOR_NEW.rows(self._session, values | added(appointment, new.at) | telling(new.told))
        taken = {person for (person,) in rows}
        refused = [person for person in everybody if person not in taken]
        return self._in_the_way(refused, appointment) if refused else []

    def set_ways(self, person_id: UUID, changed: Sequence[Taken]) -> None:
        """What follows on something new is reached from elsewhere than before."""
        for each in changed:
            mine = (occupancy.c.appointment_id == each.appointment_id, occupancy.c.person_id == person_id)
            values = {"during": Range(each.leaves_at, each.ends_at), "travel_minutes": each.travel_minutes}
            self._session.execute(sa.update(occupancy).where(*mine).values(values))

    def free(self, appointment_id: UUID) -> datetime | None:
        """Nobody is busy with it any more; gives when that began, if anybody was."""
        gone = sa.delete(occupancy).where(occupancy.c.appointment_id == appointment_id)
        rows = self._session.execute(gone.returning(occupancy.c.during, occupancy.c.travel_minutes)).all()
        return max((row.during.lower + timedelta(minutes=row.travel_minutes) for row in rows), default=None)

    def of(self, person_ids: Sequence[UUID], since: datetime, until: datetime, but: Sequence[UUID] = ()) -> list[Busy]:
        """When these persons are taken in a period, across all schools, soonest first; `but` leaves appointments out."""
        return [Busy(*row) for row in self._rows(person_ids, (since, until), but, *_BUSY)]

    def taken_by(
        self, person_ids: Sequence[UUID], since: datetime, until: datetime, but: Sequence[UUID] = ()
    ) -> dict[UUID, list[Taken]]:
        """As `of`, with where they are then: for reckoning with, and for nobody to read."""
        found: dict[UUID, list[Taken]] = {each: [] for each in person_ids}
        for row in self._rows(person_ids, (since, until), but, *_BUSY, *_WHERE):
            found[row.person_id].append(_taken(row))
        return found

    @staticmethod
    def question(person_ids: Sequence[UUID], since: datetime, until: datetime) -> Question:
        """What `roads` asks, for whoever wants to ask it ahead."""
        people = {f"person_{number}": person for number, person in enumerate(person_ids)}
        return Question(_roads(len(person_ids)), people | {"since": since, "until": until})

    def roads(self, person_ids: Sequence[UUID], since: datetime, until: datetime) -> list[Road]:
        """The day of each of these, from its begin until its end; what began on the day before is not of it."""
        days: dict[UUID, list[Taken]] = {each: [] for each in person_ids}
        starts: dict[UUID, Stop] = {}
        question = self.question(person_ids, since, until)
        for row in map(_OnRoad._make, question.statement.rows(self._session, question.values)):
            if row.appointment_id is None:
                starts[row.person_id] = Stop(row.person_id, _point(row.latitude, row.longitude))
            elif since <= (taken := _taken(row)).starts_at < until:
                days[row.person_id].append(taken)
        return [Road(each, day, starts.get(each)) for each, day in days.items()]

    def _rows(
        self, person_ids: Sequence[UUID], period: tuple[datetime, datetime], but: Sequence[UUID], *columns: Any
    ) -> Sequence[Any]:
        overlap = occupancy.c.during.op("&&")(Range(*period))
        mine = [occupancy.c.person_id.in_(person_ids), overlap, *([occupancy.c.appointment_id.not_in(but)] if but else [])]
        found = sa.select(*columns).where(*mine)
        return self._session.execute(found.order_by(_LEAVES_AT, occupancy.c.person_id)).all()

    def _in_the_way(self, refused: Sequence[UUID], appointment: Appointment) -> list[Busy]:
        """The worker that erases does not `hold`: the time may be free again since, and all we know is that it was taken."""
        found = self.of(refused, appointment.starts_at, appointment.ends_at)
        return found or [Busy(person, appointment.starts_at, appointment.ends_at) for person in refused]


def _times(appointment: Appointment, everybody: Sequence[UUID], stop: Stop | None, ways: Mapping[UUID, int]) -> dict[str, Any]:
    at = stop.point if stop else None
    busy = [{"person_id": person, "minutes": ways.get(person, 0)} for person in everybody]
    return {
        "id": appointment.id,
        "busy": json.dumps(busy, default=str),
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "door": stop.door if stop else None,
        "latitude": at.latitude if at else None,
        "longitude": at.longitude if at else None,
    }


def _taken(row: Any) -> Taken:
    stop = Stop(row.door, _point(row.latitude, row.longitude)) if row.door else None
    starts_at = row.leaves_at + timedelta(minutes=row.travel_minutes)
    return Taken(row.appointment_id, starts_at, row.ends_at, stop, row.travel_minutes)


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)
