"""Queries on who is busy when. Free/busy crosses schools; content does not, and so this table has none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, Range, insert
from sqlalchemy.orm import Session

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy
from services.scheduling.persistence.tables import occupancy

# One turn for each person, the same for every transaction and in the same order for all.
_HOLD = sa.text(
    "select pg_advisory_xact_lock(hashtextextended(id::text, 0)) from unnest(:person_ids) with ordinality as t (id, n) order by n"
).bindparams(sa.bindparam("person_ids", type_=ARRAY(sa.Uuid)))


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

    def take(self, appointment: Appointment) -> list[Busy]:
        """Take everybody's time; gives who is taken already, and then nothing may be kept: roll back."""
        during = Range(appointment.starts_at, appointment.ends_at)
        rows = [{"appointment_id": appointment.id, "person_id": person, "during": during} for person in appointment.busy_ids]
        statement = insert(occupancy).values(rows).on_conflict_do_nothing().returning(occupancy.c.person_id)
        taken = set(self._session.execute(statement).scalars())
        refused = [person for person in appointment.busy_ids if person not in taken]
        return self._in_the_way(refused, appointment) if refused else []

    def free(self, appointment_id: UUID) -> None:
        """Nobody is busy with it any more."""
        self._session.execute(sa.delete(occupancy).where(occupancy.c.appointment_id == appointment_id))

    def of(self, person_ids: Sequence[UUID], since: datetime, until: datetime, but: Sequence[UUID] = ()) -> list[Busy]:
        """When these persons are taken in a period, across all schools, soonest first; `but` leaves appointments out."""
        overlap = occupancy.c.during.op("&&")(Range(since, until))
        found = sa.select(occupancy.c.person_id, occupancy.c.during).where(
            occupancy.c.person_id.in_(person_ids), overlap, occupancy.c.appointment_id.not_in(but)
        )
        rows = self._session.execute(found.order_by(sa.func.lower(occupancy.c.during), occupancy.c.person_id))
        return [Busy(row.person_id, row.during.lower, row.during.upper) for row in rows]

    def _in_the_way(self, refused: Sequence[UUID], appointment: Appointment) -> list[Busy]:
        """Who cancels does not `hold`: the time may be free again since, and all we know is that it was taken."""
        found = self.of(refused, appointment.starts_at, appointment.ends_at)
        return found or [Busy(person, appointment.starts_at, appointment.ends_at) for person in refused]
