"""Queries on appointments and on who there is. Built with the caller's schools; the policies are the second wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, Range, insert
from sqlalchemy.orm import Session

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.filters import Filters
from services.scheduling.persistence.tables import appointments, cases, history, occupancy, people, schools
from shared.errors import NotFound
from shared.ids import new_id
from shared.pagination import Page, PageRequest, cut


_HOLD = sa.text(
    "select pg_advisory_xact_lock(hashtextextended(id::text, 0)) from unnest(:person_ids) with ordinality as t (id, n) order by n"
).bindparams(sa.bindparam("person_ids", type_=ARRAY(sa.Uuid)))


@dataclass(frozen=True)
class Person:
    """Somebody who can take part: a guardian of a case, or a member of staff of the school."""

    school_id: UUID
    person_id: UUID
    case_id: UUID | None
    name: str
    first_name: str
    phone: str | None
    role: str
    language: str
    channel: str
    interpreter_needed: bool

    @property
    def guardian(self) -> bool:
        return self.case_id is not None


@dataclass(frozen=True)
class PlannedCase:
    """A case as planning knows it."""

    school_id: UUID
    case_id: UUID
    reference: str
    school_name: str


@dataclass(frozen=True)
class Busy:
    """Somebody is taken, not with what."""

    person_id: UUID
    starts_at: datetime
    ends_at: datetime


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

    def add(self, appointment: Appointment) -> None:
        self._session.add(appointment)
        self._session.flush()

    def page(self, filters: Filters, page: PageRequest) -> Page[Appointment]:
        """Soonest first."""
        query = sa.select(Appointment).where(appointments.c.school_id.in_(self._schools), *_conditions(filters))
        after = page.after(datetime.fromisoformat, UUID)
        if after is not None:
            query = query.where(sa.tuple_(appointments.c.starts_at, appointments.c.id) > after)
        query = query.order_by(appointments.c.starts_at, appointments.c.id).limit(page.limit + 1)
        return cut(self._session.execute(query).scalars().all(), page, lambda found: (found.starts_at, found.id))

    def occupy(self, appointment: Appointment) -> list[Busy]:
        """Take everybody's time; gives who is taken already, and then nothing may be kept: roll back.

        `hold` comes first: then whoever races waits for its turn, and what is refused here is seen by the look that follows.
        """
        during = Range(appointment.starts_at, appointment.ends_at)
        rows = [{"appointment_id": appointment.id, "person_id": person, "during": during} for person in appointment.busy_ids]
        statement = insert(occupancy).values(rows).on_conflict_do_nothing().returning(occupancy.c.person_id)
        taken = set(self._session.execute(statement).scalars())
        refused = [person for person in appointment.busy_ids if person not in taken]
        return self._who_is_in_the_way(refused, appointment) if refused else []

    def hold(self, person_ids: Sequence[UUID]) -> None:
        """Be the only one to plan or move for these persons until the commit.

        Taken in one order by everybody, so nobody can wait in a circle. The constraint alone would do for planning, but
        two moves that swap their times each wait for the row that the other has deleted (and a plain insert deadlocks
        under any race: measured).
        """
        self._session.execute(_HOLD, {"person_ids": sorted(person_ids)})

    def release(self, appointment_id: UUID) -> None:
        self._session.execute(sa.delete(occupancy).where(occupancy.c.appointment_id == appointment_id))

    def busy(self, person_ids: Sequence[UUID], since: datetime, until: datetime) -> list[Busy]:
        """When these persons are taken in a period, across all schools."""
        overlap = occupancy.c.during.op("&&")(Range(since, until))
        found = sa.select(occupancy.c.person_id, occupancy.c.during).where(occupancy.c.person_id.in_(person_ids), overlap)
        rows = self._session.execute(found.order_by(sa.func.lower(occupancy.c.during)))
        return [Busy(row.person_id, row.during.lower, row.during.upper) for row in rows]

    def _who_is_in_the_way(self, refused: Sequence[UUID], appointment: Appointment) -> list[Busy]:
        """Somebody who does not `hold` may have freed the time since the refusal; then it is simply not known who was."""
        found = self.busy(refused, appointment.starts_at, appointment.ends_at)
        return found or [Busy(person, appointment.starts_at, appointment.ends_at) for person in refused]

    def note(self, appointment: Appointment, what: str, at: datetime, actor_name: str, **more: Any) -> None:
        """Add to the history, which is only ever added to."""
        row = {"reason": None, "data": {}, **more}
        keys = {"school_id": appointment.school_id, "id": new_id(), "appointment_id": appointment.id}
        self._session.execute(sa.insert(history).values(**keys, at=at, what=what, actor_name=actor_name, **row))

    def history(self, appointment: Appointment) -> Sequence[Any]:
        """Newest first."""
        found = sa.select(history).where(history.c.school_id == appointment.school_id, history.c.appointment_id == appointment.id)
        return self._session.execute(found.order_by(history.c.at.desc(), history.c.id.desc()).limit(100)).all()


class Directory:
    """The projections of what `cases` tells."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def case(self, case_id: UUID) -> PlannedCase:
        """Raises NotFound."""
        found = sa.select(cases.c.school_id, cases.c.case_id, cases.c.reference, schools.c.name.label("school_name")).join(
            schools, schools.c.school_id == cases.c.school_id
        )
        row = self._session.execute(found.where(cases.c.case_id == case_id)).mappings().one_or_none()
        if row is None:
            raise NotFound
        return PlannedCase(**row)

    def people(self, school_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, Person]:
        return {person.person_id: person for person in self._people(school_id, people.c.person_id.in_(person_ids))}

    def cases(self, school_id: UUID) -> list[PlannedCase]:
        """The school's cases that have not ended, by reference."""
        columns = (cases.c.school_id, cases.c.case_id, cases.c.reference, schools.c.name.label("school_name"))
        found = sa.select(*columns).join(schools, schools.c.school_id == cases.c.school_id)
        found = found.where(cases.c.school_id == school_id, cases.c.phase != "closed").order_by(cases.c.reference)
        return [PlannedCase(**row) for row in self._session.execute(found).mappings()]

    def staff(self, school_id: UUID, role: str) -> list[Person]:
        """The members of staff of a school in a role."""
        return self._people(school_id, people.c.role == role)

    def guardians(self, case: PlannedCase) -> list[Person]:
        return self._people(case.school_id, people.c.case_id == case.case_id)

    def school_names(self) -> dict[UUID, str]:
        return {row.school_id: row.name for row in self._session.execute(sa.select(schools).order_by(schools.c.name))}

    def keep(self, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """The newest state of a projection's row."""
        statement = insert({"schools": schools, "people": people, "cases": cases}[table]).values({**key, **values})
        self._session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))

    def _people(self, school_id: UUID, condition: sa.ColumnElement[bool]) -> list[Person]:
        columns = [people.c[name] for name in Person.__dataclass_fields__]
        found = sa.select(*columns).where(people.c.school_id == school_id, condition).order_by(people.c.name)
        return [Person(**row) for row in self._session.execute(found).mappings()]


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
