"""Queries on whose overview of a morning was made: for the worker, which goes from school to school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.persistence.staff import current
from services.cases.persistence.tables import assignments, schools, users
from services.cases.persistence.watch_tables import digests

_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Colleague:
    """Somebody at work on a day, and for which schools."""

    user_id: UUID
    role: str
    school_ids: frozenset[UUID]


def school_ids(session: Session) -> list[UUID]:
    """Of all alliances."""
    return list(session.execute(sa.select(schools.c.school_id)).scalars())


def still_to_tell(session: Session, of_schools: Sequence[UUID], on: date) -> list[Colleague]:
    """Who works for these schools on a day and has had no overview of it yet."""
    told = sa.exists().where(digests.c.school_id.in_(of_schools), digests.c.user_id == assignments.c.user_id, digests.c.on == on)
    mine = sa.func.array_agg(assignments.c.school_id.distinct()).label("school_ids")
    found = (
        sa.select(assignments.c.user_id, sa.func.min(assignments.c.role).label("role"), mine)
        .join(users, users.c.id == assignments.c.user_id)
        .where(assignments.c.school_id.in_(of_schools), current(on), users.c.active, ~told)
        .group_by(assignments.c.user_id)
        .order_by(assignments.c.user_id)
    )
    return [Colleague(row.user_id, row.role, frozenset(row.school_ids)) for row in session.execute(found)]


def take(session: Session, school_id: UUID, user_id: UUID, on: date) -> bool:
    """Whether this overview is the caller's to make: of two workers at once, one is told so."""
    mine = (digests.c.school_id == school_id, digests.c.user_id == user_id)
    session.execute(sa.delete(digests).where(*mine, digests.c.on < on - _KEPT))
    statement = insert(digests).values(school_id=school_id, user_id=user_id, on=on).on_conflict_do_nothing()
    return session.execute(statement.returning(digests.c.user_id)).scalar() is not None
