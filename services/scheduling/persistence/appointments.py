"""Queries on appointments. Built with the caller's schools; the policies are the second wall."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.filters import Filters
from services.scheduling.persistence.tables import appointments, history, notes, occupancy, participants
from shared.errors import NotFound
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.pagination import Page, PageRequest, cut

_MOST_HISTORY = 100
_NEW = (
    *("school_id", "id", "case_id", "kind", "place", "location", "starts_at", "ends_at"),
    *("host_id", "host_name", "status", "sequence", "version", "interpreter_needed"),
)
_OF_PARTICIPANTS = ("person_id", "position", "name", "guardian", "response")
# What a new appointment writes: itself, the people who are asked to come, and the first line of its history. It goes along with
# the statement that takes everybody's time.
ADDED = (
    "made as (insert into appointments (school_id, id, case_id, kind, place, location, starts_at, ends_at,"
    " host_id, host_name, status, sequence, version, interpreter_needed)"
    " values (:school_id, :id, :case_id, :kind, :place, :location, :starts_at, :ends_at,"
    " :host_id, :host_name, :status, :sequence, :version, cast(:interpreter_needed as boolean))),"
    " asked as (insert into participants (school_id, appointment_id, person_id, position, name, guardian, response)"
    " select :school_id, :id, * from json_to_recordset(cast(:people as json))"
    " as t (person_id uuid, position smallint, name text, guardian boolean, response text)),"
    " noted as (insert into history (school_id, id, appointment_id, at, what, actor_id, actor_name, data)"
    " values (:school_id, :history_id, :id, :at, 'invited', :host_id, :host_name, '{}'))"
)


@dataclass(frozen=True)
class New:
    """What there is to a new appointment besides itself: when its host planned it, and what is told of it."""

    at: datetime
    told: Sequence[NewEvent]


def added(appointment: Appointment, at: datetime) -> dict[str, Any]:
    """The values of `ADDED`."""
    people = [{name: getattr(each, name) for name in _OF_PARTICIPANTS} for each in appointment.participants]
    more = {"people": json.dumps(people, default=str), "history_id": new_id(), "at": at}
    return {name: getattr(appointment, name) for name in _NEW} | more


class Appointments:
    """The appointments at `school_ids`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def get(self, appointment_id: UUID, *, to_change: bool = False) -> Appointment:
        """Raises NotFound. `to_change` locks the row."""
        found = sa.select(Appointment).where(appointments.c.school_id.in_(self._schools), appointments.c.id == appointment_id)
        appointment = self._session.execute(found.with_for_update(of=appointments) if to_change else found).scalar_one_or_none()
        if appointment is None:
            raise NotFound
        return appointment

    def page(self, filters: Filters, page: PageRequest) -> Page[Appointment]:
        """Soonest first."""
        query = sa.select(Appointment).where(appointments.c.school_id.in_(self._schools), *_conditions(filters))
        after = page.after(datetime.fromisoformat, UUID)
        if after is not None:
            query = query.where(sa.tuple_(appointments.c.starts_at, appointments.c.id) > after)
        query = query.order_by(appointments.c.starts_at, appointments.c.id).limit(page.limit + 1)
        return cut(self._session.execute(query).scalars().all(), page, lambda found: (found.starts_at, found.id))

    def between(self, since: datetime, until: datetime) -> list[Appointment]:
        """All that take place in a period, soonest first; what was called off is left out."""
        overlap = (appointments.c.ends_at > since, appointments.c.starts_at < until, appointments.c.status != "cancelled")
        query = sa.select(Appointment).where(appointments.c.school_id.in_(self._schools), *overlap)
        return list(self._session.execute(query.order_by(appointments.c.starts_at, appointments.c.id)).scalars())

    def outcomes(self, school_id: UUID, case_id: UUID) -> list[str]:
        """How the case's last appointments went, newest first."""
        mine = (appointments.c.school_id == school_id, appointments.c.case_id == case_id)
        concluded = appointments.c.status.in_(("held", "no_show"))
        found = sa.select(appointments.c.status).where(*mine, concluded).order_by(appointments.c.starts_at.desc()).limit(2)
        return list(self._session.execute(found).scalars())

    def with_person(self, person_id: UUID, since: datetime, until: datetime, most: int) -> Sequence[Appointment]:
        """Those that somebody hosts or takes part in, soonest first; what was called off too."""
        takes_part = sa.exists().where(
            participants.c.school_id == appointments.c.school_id,
            participants.c.appointment_id == appointments.c.id,
            participants.c.person_id == person_id,
        )
        mine = (appointments.c.host_id == person_id) | takes_part
        within = (appointments.c.starts_at >= since, appointments.c.starts_at < until)
        query = sa.select(Appointment).where(appointments.c.school_id.in_(self._schools), mine, *within)
        return self._session.execute(query.order_by(appointments.c.starts_at, appointments.c.id).limit(most)).scalars().all()

    def changed_at(self, found: Sequence[Appointment]) -> dict[UUID, datetime]:
        """When each was last changed, by its history."""
        if not found:
            return {}
        latest = sa.select(history.c.appointment_id, sa.func.max(history.c.at))
        mine = (history.c.school_id.in_(self._schools), history.c.appointment_id.in_([each.id for each in found]))
        return {row[0]: row[1] for row in self._session.execute(latest.where(*mine).group_by(history.c.appointment_id))}

    def notes(self, appointment: Appointment) -> dict[UUID, str]:
        """What parents wrote with their answers, by person; nothing where the reader may not read it."""
        mine = (notes.c.school_id == appointment.school_id, notes.c.appointment_id == appointment.id)
        rows = self._session.execute(sa.select(notes.c.person_id, notes.c.text).where(*mine))
        return {row.person_id: row.text for row in rows}

    def keep_note(self, appointment: Appointment, person_id: UUID, text: str | None) -> None:
        """In place of what they wrote before."""
        key = {"school_id": appointment.school_id, "appointment_id": appointment.id, "person_id": person_id}
        if text is None:
            self._session.execute(sa.delete(notes).where(*[notes.c[name] == value for name, value in key.items()]))
            return
        values = {"host_id": appointment.host_id, "text": text}
        statement = insert(notes).values(**key, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))

    def drop_notes(self, appointment: Appointment) -> None:
        """They were about the time before."""
        mine = (notes.c.school_id == appointment.school_id, notes.c.appointment_id == appointment.id)
        self._session.execute(sa.delete(notes).where(*mine))

    def erase_of(self, school_id: UUID, case_id: UUID) -> None:
        """Every appointment of a case, past ones too; in the worker, who alone may delete."""
        mine = sa.select(appointments.c.id).where(appointments.c.school_id == school_id, appointments.c.case_id == case_id)
        for table in (notes, history, participants):
            self._session.execute(sa.delete(table).where(table.c.school_id == school_id, table.c.appointment_id.in_(mine)))
        self._session.execute(sa.delete(occupancy).where(occupancy.c.appointment_id.in_(mine)))
        of_case = (appointments.c.school_id == school_id, appointments.c.case_id == case_id)
        self._session.execute(sa.delete(appointments).where(*of_case))

    def note(self, appointment: Appointment, what: str, at: datetime, actor: tuple[UUID, str], **more: Any) -> None:
        """Add to the history, which is only ever added to. `actor`: id and name; `more`: reason, data."""
        keys = {"school_id": appointment.school_id, "id": new_id(), "appointment_id": appointment.id}
        row: dict[str, Any] = {
            **keys,
            "at": at,
            "what": what,
            "actor_id": actor[0],
            "actor_name": actor[1],
            "reason": None,
            "data": {},
        }
        self._session.execute(sa.insert(history).values(**{**row, **more}))

    def history(self, appointment: Appointment) -> Sequence[Any]:
        """Newest first."""
        found = sa.select(history).where(history.c.school_id == appointment.school_id, history.c.appointment_id == appointment.id)
        return self._session.execute(found.order_by(history.c.at.desc(), history.c.id.desc()).limit(_MOST_HISTORY)).all()


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.since:
        found.append(appointments.c.ends_at > filters.since)
    if filters.until:
        found.append(appointments.c.starts_at < filters.until)
    if filters.case_id:
        found.append(appointments.c.case_id == filters.case_id)
    if filters.school_id:
        found.append(appointments.c.school_id == filters.school_id)
    return found
