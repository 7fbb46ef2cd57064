"""Queries on who is busy when. Free/busy crosses schools; content does not, and so this table has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, Range
from sqlalchemy.orm import Session

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy
from services.scheduling.domain.days import Taken
from services.scheduling.domain.places import Stop
from services.scheduling.domain.travel import Point
from services.scheduling.persistence.tables import occupancy

# One turn for each person, the same for every transaction and in the same order for all.
_HOLD = sa.text(
    "select pg_advisory_xact_lock(hashtextextended(id::text, 0)) from unnest(:person_ids) with ordinality as t (id, n) order by n"
).bindparams(sa.bindparam("person_ids", type_=ARRAY(sa.Uuid)))

# One text for however many persons, so that it is prepared once; sorted, as they are held.
_TAKE = sa.text(
    "insert into occupancy (appointment_id, person_id, during, travel_minutes, door, latitude, longitude)"
    " select :appointment_id, person_id, tstzrange(:starts_at - make_interval(mins => minutes), :ends_at), minutes,"
    " cast(:door as uuid), cast(:latitude as double precision), cast(:longitude as double precision)"
    " from unnest(:person_ids, :minutes) with ordinality as t (person_id, minutes, n) order by n"
    " on conflict do nothing returning person_id"
).bindparams(
    sa.bindparam("appointment_id", type_=sa.Uuid),
    sa.bindparam("person_ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("minutes", type_=ARRAY(sa.Integer)),
    sa.bindparam("starts_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("ends_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("door", type_=sa.Uuid),
)


class Occupancy:
    """Everybody's taken time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, person_ids: Sequence[UUID]) -> None:
        """Be the only one to plan or move for these persons until the commit.

        Taken in one order by everybody, so nobody can wait in a circle. The constraint alone would do for planning, but
        two moves that swap their times each wait for the row that the other has deleted (and a plain insert deadlocks
        under any race: measured).
        """
        self._session.execute(_HOLD, {"person_ids": sorted(person_ids)})

    def take(self, appointment: Appointment, stop: Stop | None, ways: Mapping[UUID, int]) -> list[Busy]:
        """Take everybody's time, with the minutes there of who travels.

        Gives who is taken already, and then nothing may be kept: roll back.
        """
        at = stop.point if stop else None
        values = {
            "appointment_id": appointment.id,
            "person_ids": appointment.busy_ids,
            "minutes": [ways.get(person, 0) for person in appointment.busy_ids],
            "starts_at": appointment.starts_at,
            "ends_at": appointment.ends_at,
            "door": stop.door if stop else None,
            "latitude": at.latitude if at else None,
            "longitude": at.longitude if at else None,
        }
        taken = {row.person_id for row in self._session.execute(_TAKE, values)}
        refused = [person for person in appointment.busy_ids if person not in taken]
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
        rows = self._rows(person_ids, (since, until), but, occupancy.c.person_id, occupancy.c.during, occupancy.c.travel_minutes)
        return [Busy(row.person_id, row.during.lower, row.during.upper, row.travel_minutes) for row in rows]

    def taken_by(
        self, person_ids: Sequence[UUID], since: datetime, until: datetime, but: Sequence[UUID] = ()
    ) -> dict[UUID, list[Taken]]:
        """As `of`, with where they are then: for reckoning with, and for nobody to read."""
        found: dict[UUID, list[Taken]] = {each: [] for each in person_ids}
        for row in self._rows(person_ids, (since, until), but, occupancy):
            found[row.person_id].append(_taken(row))
        return found

    def _rows(
        self, person_ids: Sequence[UUID], period: tuple[datetime, datetime], but: Sequence[UUID], *columns: Any
    ) -> Sequence[Any]:
        overlap = occupancy.c.during.op("&&")(Range(*period))
        mine = [occupancy.c.person_id.in_(person_ids), overlap, *([occupancy.c.appointment_id.not_in(but)] if but else [])]
        found = sa.select(*columns).where(*mine)
        return self._session.execute(found.order_by(sa.func.lower(occupancy.c.during), occupancy.c.person_id)).all()

    def _in_the_way(self, refused: Sequence[UUID], appointment: Appointment) -> list[Busy]:
        """The worker that erases does not `hold`: the time may be free again since, and all we know is that it was taken."""
        found = self.of(refused, appointment.starts_at, appointment.ends_at)
        return found or [Busy(person, appointment.starts_at, appointment.ends_at) for person in refused]


def _taken(row: Any) -> Taken:
    point = None if row.latitude is None else Point(row.latitude, row.longitude)
    stop = Stop(row.door, point) if row.door else None
    starts_at = row.during.lower + timedelta(minutes=row.travel_minutes)
    return Taken(row.appointment_id, starts_at, row.during.upper, stop, row.travel_minutes)
