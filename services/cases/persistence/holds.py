"""Queries on holds: closed cases that are kept beyond their time, for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.persistence.administration_tables import holds
from services.cases.persistence.tables import cases


@dataclass(frozen=True)
class Hold:
    """While it is open, nothing erases the case. `reason` names nobody."""

    school_id: UUID
    id: UUID
    case_id: UUID
    reason: str
    set_at: datetime
    set_by: UUID
    set_by_name: str
    lifted_at: datetime | None = None
    lifted_by: UUID | None = None
    lifted_by_name: str | None = None


@dataclass(frozen=True)
class HeldCase:
    """A hold, with the reference of its case and no name."""

    hold: Hold
    reference: str


class Holds:
    """Within the transaction of `session`; the policies decide which rows there are."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, school_id: UUID, case_id: UUID) -> Hold | None:
        """The one that is open."""
        found = sa.select(holds).where(holds.c.school_id == school_id, holds.c.case_id == case_id, holds.c.lifted_at.is_(None))
        row = self._session.execute(found).one_or_none()
        return Hold(**row._asdict()) if row else None

    def all(self, school_ids: Sequence[UUID]) -> list[HeldCase]:
        """The open ones, newest first."""
        of_case = sa.and_(cases.c.school_id == holds.c.school_id, cases.c.id == holds.c.case_id)
        found = sa.select(holds, cases.c.reference).join(cases, of_case)
        wanted = found.where(holds.c.school_id.in_(school_ids), holds.c.lifted_at.is_(None)).order_by(holds.c.set_at.desc())
        rows = [row._asdict() for row in self._session.execute(wanted)]
        return [HeldCase(reference=row.pop("reference"), hold=Hold(**row)) for row in rows]

    def set(self, hold: Hold) -> bool:
        """False when one is open already."""
        made = insert(holds).values(**hold.__dict__)
        once = made.on_conflict_do_nothing(index_elements=["school_id", "case_id"], index_where=holds.c.lifted_at.is_(None))
        return self._session.execute(once.returning(holds.c.id)).one_or_none() is not None

    def lift(self, hold: Hold, at: datetime, by: UUID, name: str) -> None:
        mine = sa.and_(holds.c.school_id == hold.school_id, holds.c.id == hold.id)
        self._session.execute(sa.update(holds).where(mine).values(lifted_at=at, lifted_by=by, lifted_by_name=name))
