"""Queries on who accompanies a case, and on handing it over."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.case_staff import Place
from services.cases.domain.handover import HandOver
from services.cases.persistence.charge_tables import case_staff, handover_notes, handovers
from shared.errors import NotFound

# Each hand-over with its note; the policy of notes leaves it empty for whoever is no reader.
NOTED = (
    sa.select(handovers, handover_notes.c.note, handover_notes.c.readers)
    .outerjoin(
        handover_notes,
        sa.and_(handover_notes.c.school_id == handovers.c.school_id, handover_notes.c.handover_id == handovers.c.id),
    )
    .subquery("noted")
)
_PLANNED = sa.and_(handovers.c.taken_at.is_(None), handovers.c.withdrawn_at.is_(None))
_UNREAD = sa.and_(handovers.c.accepted_at.is_(None), handovers.c.withdrawn_at.is_(None))


@dataclass(frozen=True)
class Due:
    """A hand-over whose day has come."""

    school_id: UUID
    case_id: UUID
    id: UUID


class Charge:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def places(self, case: Case) -> list[Place]:
        """Of all who accompany or accompanied it, the latest first."""
        found = _all(case_staff, Place, case).order_by(case_staff.c.valid_from.desc(), case_staff.c.id.desc())
        return [Place(**row._asdict()) for row in self._session.execute(found)]

    def add_place(self, case: Case, place: Place) -> None:
        self._session.execute(sa.insert(case_staff).values(school_id=case.school_id, case_id=case.id, **vars(place)))

    def keep_end(self, case: Case, place: Place) -> None:
        one = sa.and_(case_staff.c.school_id == case.school_id, case_staff.c.id == place.id)
        self._session.execute(sa.update(case_staff).where(one).values(valid_until=place.valid_until))

    def handovers(self, case: Case) -> list[HandOver]:
        """The latest first, each with its note if the caller may read that."""
        found = _all(NOTED, HandOver, case).order_by(NOTED.c.written_at.desc(), NOTED.c.id.desc())
        return [HandOver(**row._asdict()) for row in self._session.execute(found)]

    def handover(self, case: Case, handover_id: UUID) -> HandOver:
        """Raises NotFound."""
        row = self._session.execute(_all(NOTED, HandOver, case).where(NOTED.c.id == handover_id)).one_or_none()
        if row is None:
            raise NotFound
        return HandOver(**row._asdict())

    def add_handover(self, case: Case, new: HandOver) -> None:
        of_case = {"school_id": case.school_id, "case_id": case.id}
        values = {name: value for name, value in vars(new).items() if name not in ("note", "readers")}
        self._session.execute(sa.insert(handovers).values(**of_case, **values))
        note = {"handover_id": new.id, "note": new.note, "readers": list(new.readers or ())}
        self._session.execute(sa.insert(handover_notes).values(**of_case, **note))

    def keep_handover(self, case: Case, changed: HandOver) -> None:
        """What became of it."""
        one = sa.and_(handovers.c.school_id == case.school_id, handovers.c.id == changed.id)
        values = {name: getattr(changed, name) for name in ("taken_at", "accepted_at", "withdrawn_at")}
        self._session.execute(sa.update(handovers).where(one).values(**values))


def stands_in(user_id: UUID, on: date) -> sa.ColumnElement[bool]:
    """Somebody is a case's deputy on a day."""
    of = case_staff.c
    return sa.and_(
        of.user_id == user_id,
        of.place == "deputy",
        of.valid_from <= on,
        sa.or_(of.valid_until.is_(None), of.valid_until >= on),
    )


def handed_over(user_id: UUID) -> sa.ColumnElement[bool]:
    """To somebody, who has not said yet that they read it."""
    return sa.and_(handovers.c.to_id == user_id, _UNREAD)


def due(session: Session, on: date) -> list[Due]:
    """At every school, oldest first: what the worker's own policy shows it, which is ids and days."""
    of = handovers.c
    found = sa.select(of.school_id, of.case_id, of.id).where(_PLANNED, of.takes_effect_on <= on)
    return [Due(**row._asdict()) for row in session.execute(found.order_by(of.takes_effect_on, of.id))]


def _all(table: sa.FromClause, kind: type[Any], case: Case) -> sa.Select[Any]:
    columns = [table.c[each.name] for each in fields(kind)]
    return sa.select(*columns).where(table.c.school_id == case.school_id, table.c.case_id == case.id)
