"""Queries on the copies of appointments, and of what became of the messages about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.domain.planning import STANDING, Appointment, Participant
from services.cases.persistence.parent_tables import reply_links
from services.cases.persistence.tables import appointments, deliveries
from shared.errors import NotFound

# What is longer ago than this is history: it is on the timeline, and no longer something to do.
_LOOKED_BACK = timedelta(days=60)
_MOST = 400


class Planning:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, school_id: UUID, appointment: Appointment) -> None:
        """Its latest state, in place of what was known."""
        people = [{"person_id": str(each.person_id), "response": each.response} for each in appointment.participants]
        known = {name: getattr(appointment, name) for name in Appointment.__dataclass_fields__}
        row = known | {"school_id": school_id, "participants": people}
        statement = insert(appointments).values(**row)
        self._session.execute(statement.on_conflict_do_update(index_elements=["school_id", "id"], set_=row))

    def note_delivery(self, school_id: UUID, appointment_id: UUID, person_id: UUID, status: str, at: datetime) -> None:
        """What became of the newest message to somebody about an appointment."""
        keys = {"school_id": school_id, "appointment_id": appointment_id, "person_id": person_id}
        values = {"status": status, "at": at}
        statement = insert(deliveries).values(**keys, **values)
        newer = deliveries.c.at <= at
        self._session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values, where=newer))

    def keep_reply_link(self, school_id: UUID, appointment_id: UUID, person_id: UUID, token: str) -> None:
        """Where a guardian answers; the same through every move."""
        keys = {"school_id": school_id, "appointment_id": appointment_id, "person_id": person_id}
        statement = insert(reply_links).values(**keys, token=token)
        self._session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_={"token": token}))

    def reply_links(self, school_id: UUID, person_id: UUID) -> dict[UUID, str]:
        """Of a guardian, by appointment; for that guardian alone."""
        mine = (reply_links.c.school_id == school_id, reply_links.c.person_id == person_id)
        found = self._session.execute(sa.select(reply_links.c.appointment_id, reply_links.c.token).where(*mine))
        return {row.appointment_id: row.token for row in found}

    def of_cases(self, school_ids: Sequence[UUID], case_ids: Sequence[UUID], now: datetime) -> list[Appointment]:
        """What is planned, and what was lately, soonest first; what was called off is left out."""
        if not case_ids:
            return []
        told = _deliveries_of_appointment()
        found = (
            sa.select(appointments, told.c.delivered)
            .outerjoin(told, sa.true())
            .where(
                appointments.c.school_id.in_(school_ids),
                appointments.c.case_id.in_(case_ids),
                appointments.c.ends_at > now - _LOOKED_BACK,
                appointments.c.status != "cancelled",
            )
        )
        return [_appointment(row) for row in self._session.execute(found.order_by(appointments.c.starts_at).limit(_MOST))]

    def one(self, appointment_id: UUID) -> Appointment:
        """At a school of the caller's. Raises NotFound."""
        told = _deliveries_of_appointment()
        found = sa.select(appointments, told.c.delivered).outerjoin(told, sa.true()).where(appointments.c.id == appointment_id)
        row = self._session.execute(found).one_or_none()
        if row is None:
            raise NotFound
        return _appointment(row)

    def is_of(self, school_id: UUID, case_id: UUID, appointment_id: UUID) -> bool:
        """Whether an appointment belongs to a case."""
        mine = (appointments.c.school_id == school_id, appointments.c.case_id == case_id, appointments.c.id == appointment_id)
        return self._session.execute(sa.select(sa.exists().where(*mine))).scalar_one()

    def attended_by(self, school_id: UUID, case_id: UUID, person_id: UUID) -> frozenset[UUID]:
        """The appointments of a case, past and called off ones too, in which somebody takes part."""
        mine = (appointments.c.school_id == school_id, appointments.c.case_id == case_id)
        among = appointments.c.participants.contains([{"person_id": str(person_id)}])
        return frozenset(self._session.execute(sa.select(appointments.c.id).where(*mine, among)).scalars())


def next_appointment(school_id: sa.ColumnElement[Any], case_id: sa.ColumnElement[Any], now: datetime) -> Any:
    """The first appointment of a case that is still to come, as a table to join."""
    mine = sa.and_(appointments.c.school_id == school_id, appointments.c.case_id == case_id)
    coming = sa.and_(appointments.c.status.in_(STANDING), appointments.c.ends_at > now)
    columns = (appointments.c.starts_at, appointments.c.status)
    return sa.select(*columns).where(mine, coming).order_by(appointments.c.starts_at).limit(1).lateral("coming")


def _deliveries_of_appointment() -> Any:
    mine = sa.and_(deliveries.c.school_id == appointments.c.school_id, deliveries.c.appointment_id == appointments.c.id)
    by_person = sa.func.jsonb_object_agg(deliveries.c.person_id.cast(sa.Text), deliveries.c.status)
    return sa.select(by_person.label("delivered")).where(mine).correlate(appointments).lateral("told")


def _appointment(row: Any) -> Appointment:
    delivered = row.delivered or {}
    people = tuple(
        Participant(UUID(each["person_id"]), each["response"], delivered.get(each["person_id"])) for each in row.participants
    )
    known = {name: getattr(row, name) for name in Appointment.__dataclass_fields__ if name != "participants"}
    return Appointment(**known, participants=people)
