"""Queries of the daily run: which alliances want it, and whether today's was made. As the worker, who acts for no user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.persistence.administration_tables import purge_runs
from services.cases.persistence.tables import alliances, schools


@dataclass(frozen=True)
class Wanted:
    """An alliance that has its closed cases erased when their time is over, in the name of whoever chose so."""

    alliance_id: UUID
    years: int
    set_by: UUID
    school_ids: frozenset[UUID]


@dataclass(frozen=True)
class Run:
    """One day's."""

    on: date
    at: datetime
    found: int


class Purges:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def wanted(self) -> list[Wanted]:
        of = alliances.c
        columns = (of.id, of.retention_years, of.purge_set_by, sa.func.array_agg(schools.c.school_id).label("school_ids"))
        joined = alliances.join(schools, schools.c.alliance_id == of.id)
        found = sa.select(*columns).select_from(joined).where(of.purges_daily, of.purge_set_by.is_not(None))
        rows = self._session.execute(found.group_by(of.id, of.retention_years, of.purge_set_by).order_by(of.id))
        return [Wanted(row.id, row.retention_years, row.purge_set_by, frozenset(row.school_ids)) for row in rows]

    def begin(self, alliance_id: UUID, run: Run) -> bool:
        """False when that day's run was made: by another worker, or before this one was started again."""
        statement = insert(purge_runs).values(alliance_id=alliance_id, **run.__dict__).on_conflict_do_nothing()
        return self._session.execute(statement.returning(purge_runs.c.alliance_id)).one_or_none() is not None

    def newest(self, most: int) -> list[Run]:
        """Of the administrator's own alliance."""
        found = sa.select(purge_runs.c.on, purge_runs.c.at, purge_runs.c.found).order_by(purge_runs.c.on.desc()).limit(most)
        return [Run(**row._asdict()) for row in self._session.execute(found)]
