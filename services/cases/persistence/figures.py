"""Queries on figures: counted anew from the dossiers that the caller may see, or as the worker counted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.accounts import School
from services.cases.domain.figures import Figure, Year
from services.cases.persistence.counting import Counted, counts, own_counts
from services.cases.persistence.figure_tables import figures
from services.cases.persistence.tables import cases, schools
from shared.clock import AMSTERDAM


@dataclass(frozen=True)
class KeptFigures:
    """Of the schools of an alliance, as the worker last counted them; `counted_at`: the oldest of them."""

    schools: Sequence[School]
    figures: Sequence[Figure]
    counted_at: datetime | None
    years: Sequence[int]


class CaseFigures:
    """Within the transaction of `session`; the policies decide what there is to count."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, of: Counted) -> list[Figure]:
        """In the worker: one query, whatever there is."""
        return self._figures(counts(of))

    def count_own(self, of: Counted) -> list[Figure]:
        """For who may read the dossiers; one query too."""
        return self._figures(own_counts(of))

    def _figures(self, found: sa.CompoundSelect[Any]) -> list[Figure]:
        return [Figure(row.school_id, row.measure, row.of, int(row.value)) for row in self._session.execute(found)]

    def first_year(self, school_ids: Sequence[UUID]) -> Year | None:
        """In which their first dossier was opened."""
        oldest = [
            sa.select(sa.func.min(cases.c.opened_at).label("at")).where(cases.c.school_id == each).scalar_subquery()
            for each in school_ids
        ]
        if not oldest:
            return None
        at = self._session.execute(sa.select(sa.func.least(*oldest))).scalar()
        return Year.of(at.astimezone(AMSTERDAM).date()) if at else None

    def every_school(self) -> list[UUID]:
        """For the worker, who goes from one to the next."""
        return list(self._session.execute(sa.select(schools.c.school_id).order_by(schools.c.school_id)).scalars())

    def keep(self, school_id: UUID, year: Year, counted: Sequence[Figure], at: datetime) -> None:
        """In place of what was counted before."""
        mine = (figures.c.school_id == school_id, figures.c.year == year.number)
        self._session.execute(sa.delete(figures).where(*mine))
        rows = [{**vars(each), "year": year.number, "counted_at": at} for each in counted]
        # That there was nothing to count is something that was counted.
        nothing = {"school_id": school_id, "measure": "counted", "of": "", "value": 1, "year": year.number, "counted_at": at}
        self._session.execute(sa.insert(figures), [*rows, nothing])

    def kept(self, year: Year) -> KeptFigures:
        """Of the caller's alliance; three queries, however many schools it has."""
        known = [School(**row._asdict()) for row in self._session.execute(_SCHOOLS)]
        mine = figures.c.school_id.in_([school.id for school in known])
        found = sa.select(figures).where(mine, figures.c.year == year.number)
        rows = self._session.execute(found).all()
        years = self._session.execute(sa.select(figures.c.year).where(mine, figures.c.measure == "phase").distinct()).scalars()
        return KeptFigures(
            known,
            [Figure(row.school_id, row.measure, row.of, row.value) for row in rows if row.measure != "counted"],
            min((row.counted_at for row in rows), default=None),
            sorted(years, reverse=True),
        )


_SCHOOLS = sa.select(schools.c.school_id.label("id"), schools.c.name, schools.c.brin).order_by(schools.c.name)
